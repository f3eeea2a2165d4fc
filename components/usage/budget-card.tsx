"use client";
import { useId, useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import { useSession } from "@/components/data/session";
import { useTopic } from "@/components/data/use-topic";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { type Budget, LIMIT, OWN_BUDGET } from "@/lib/model/budget";
import { BudgetDialog } from "./budget-dialog";

/** What the workspace may cost this month, how that stands, and for its owner the way to change it. */
export function BudgetCard() {
  const t = useTranslations("usage.budget");
  const { namespace, workspace } = useSession();
  const { items } = useTopic<Budget>("budgets");
  const [open, setOpen] = useState(false);
  const own = items.get(OWN_BUDGET);
  const limit = items.get(LIMIT);
  const owner = workspace.role === "owner";
  if (!own && !limit && !owner) return null;
  return (
    <Card
      title={t("title")}
      actions={
        owner ? (
          <Button size="sm" onClick={() => setOpen(true)}>
            {t(own ? "change" : "set")}
          </Button>
        ) : undefined
      }
    >
      <div className="flex flex-col gap-3">
        {own ? <BudgetLine budget={own} title={t("own")} /> : null}
        {limit ? <BudgetLine budget={limit} title={t("limit")} /> : null}
        <GoingOnList budgets={[own, limit]} />
        {!own && !limit ? <p className="text-sm text-muted">{t("none")}</p> : null}
      </div>
      {open ? (
        <BudgetDialog
          budget={own}
          area="usage.budget"
          path={["namespaces", namespace, "budget"]}
          title={t("title")}
          onClose={() => setOpen(false)}
        />
      ) : null}
    </Card>
  );
}

/** Instances that the stop does not reach, and why. */
function GoingOnList({ budgets }: { budgets: (Budget | undefined)[] }) {
  const t = useTranslations("usage.budget");
  const id = useId();
  const instances = budgets.find((each) => each?.status?.goingOn?.length)?.status?.goingOn;
  if (!instances) return null;
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className="text-sm font-medium">
        {t("goingOn")}
      </h3>
      <ul className="mt-1 flex flex-col gap-1 text-sm">
        {instances.map(({ apiVersion, kind, name, reason, message }) => (
          <li key={`${apiVersion}/${kind}/${name}`} className="wrap-anywhere">
            <span className="font-mono">
              {kind}/{name}
            </span>
            <span className="ml-2 text-muted">{t(`why.${reason}`, { message })}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function BudgetLine({ budget: { spec, status }, title }: { budget: Budget; title: string }) {
  const t = useTranslations("usage.budget");
  const locale = useLocale();
  const { currency, percent = 0, phase } = status ?? {};
  const amount = currency
    ? new Intl.NumberFormat(locale, { style: "currency", currency }).format(Number(spec.monthly))
    : spec.monthly;
  const share = new Intl.NumberFormat(locale, { style: "percent" }).format(percent / 100);
  const over = phase === "Stopped" || phase === "Spent" || phase === "Lifted";
  const fill = over ? "bg-danger-fill" : phase === "Warning" ? "bg-warn-fill" : "bg-accent";
  return (
    <div>
      <p className="flex flex-wrap justify-between gap-x-3 text-sm">
        <span>{title}</span>
        <span className="tabular-nums">{t("spent", { share, amount })}</span>
      </p>
      <div className="mt-1 h-2 overflow-hidden rounded-full bg-line" aria-hidden>
        <div className={`h-full ${fill}`} style={{ width: `${Math.min(100, percent)}%` }} />
      </div>
      {phase && phase !== "Within" ? (
        <p className="mt-1 text-sm text-muted" role={phase === "Stopped" ? "alert" : undefined}>
          {t(`phase.${phase}`)}
        </p>
      ) : null}
    </div>
  );
}
