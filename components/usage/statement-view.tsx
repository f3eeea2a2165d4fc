"use client";
import { useQuery } from "@tanstack/react-query";
import { Download, Printer } from "lucide-react";
import { useLocale, useTranslations } from "use-intl";
import { api, apiPath } from "@/components/data/api";
import { useSession } from "@/components/data/session";
import { useTopic } from "@/components/data/use-topic";
import { Button } from "@/components/ui/button";
import { buttonClass } from "@/components/ui/button-class";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton, SkeletonGroup } from "@/components/ui/skeleton";
import type { Installation } from "@/lib/model/resources";
import type { Statement, StatementLine } from "@/lib/model/statement";
import "./statement.css";
import { UsageGaps } from "./usage-gaps";

/** What a month cost, line by line, to be printed or taken along. */
export function StatementView({ month, name }: { month: string; name: string }) {
  const t = useTranslations("usage.statement");
  const { namespace, workspace } = useSession();
  const installations = useTopic<Installation>("installations");
  const base = `${apiPath("namespaces", namespace, "statement")}`;
  const meterOf = useMeterNames();
  const statement = useQuery({
    queryKey: ["statement", namespace, month],
    queryFn: ({ signal }) =>
      api<Statement & { closed: boolean }>("GET", `${base}?month=${month}`, undefined, { signal }),
  });
  if (statement.isPending)
    return (
      <SkeletonGroup label={t("loading")}>
        <Skeleton className="h-60 w-full" />
      </SkeletonGroup>
    );
  if (statement.isError)
    return (
      <ErrorState error={statement.error} title={t("failed")} onRetry={() => void statement.refetch()} />
    );
  const { apps, meters, totals, changes, gaps, closed } = statement.data;
  if (apps.length === 0) return <EmptyState title={t("empty", { month: name })} />;
  const titleOf = (app: string) =>
    app === "other" ? t("other") : (installations.items.get(app)?.status?.title ?? app);
  return (
    <Card className="statement" flush>
      <div className="flex flex-col gap-6 p-6">
        <header className="flex flex-wrap items-start gap-3">
          <div className="min-w-0 flex-1 basis-60">
            <h2 className="text-lg font-semibold">{t("title", { month: name })}</h2>
            <p className="text-sm text-muted">
              {t("for", { workspace: workspace.name, namespace })} · {t(closed ? "closed" : "open")}
            </p>
          </div>
          <div className="flex flex-wrap gap-2 print:hidden">
            <Button size="sm" onClick={() => print()}>
              <Printer size={16} aria-hidden />
              {t("print")}
            </Button>
            <a className={buttonClass("secondary", "sm")} href={`${base}/export?month=${month}`} download>
              <Download size={16} aria-hidden />
              {t("csv")}
            </a>
          </div>
        </header>
        <Totals totals={totals} />
        {apps.map(({ app, lines }) => (
          <Lines key={app} title={titleOf(app)} lines={lines} />
        ))}
        {apps.length > 1 ? <Lines title={t("all")} lines={meters} /> : null}
        {changes.length > 0 ? (
          <ul className="text-sm text-muted">
            {changes.map(({ day, app, meter, before, after }) => (
              <li key={`${day} ${app} ${meter} ${after}`}>
                {t("changed", { day, app: titleOf(app), meter: meterOf(meter), before, after })}
              </li>
            ))}
          </ul>
        ) : null}
        <UsageGaps gaps={gaps} />
      </div>
    </Card>
  );
}

function Totals({ totals }: { totals: Statement["totals"] }) {
  const t = useTranslations("usage.statement");
  const locale = useLocale();
  const sums = Object.entries(totals);
  if (sums.length === 0) return <p className="text-sm text-muted">{t("unpriced")}</p>;
  return sums.map(([currency, micros]) => (
    <p key={currency} className="text-2xl font-semibold tabular-nums">
      {new Intl.NumberFormat(locale, { style: "currency", currency }).format(micros / 1e6)}
    </p>
  ));
}

const STANDARD = ["cpu", "memory", "storage", "loadBalancers"] as const;

/** A meter's name for people; of an image's own, as it is declared. */
function useMeterNames(): (meter: string) => string {
  const t = useTranslations("usage.statement");
  return (meter) => {
    const standard = STANDARD.find((each) => each === meter);
    return standard ? t(`meters.${standard}`) : meter;
  };
}

function Lines({ title, lines }: { title: string; lines: readonly StatementLine[] }) {
  const t = useTranslations("usage.statement");
  const locale = useLocale();
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 });
  const money = (micros: number, currency: string) =>
    new Intl.NumberFormat(locale, { style: "currency", currency, maximumFractionDigits: 4 }).format(
      micros / 1e6,
    );
  const meterOf = useMeterNames();
  const unitOf = (unit: string) => (t.has(`units.${unit}`) ? t(`units.${unit}`) : unit);
  return (
    <table className="w-full text-sm tabular-nums">
      <caption className="pb-1 text-left font-semibold">{title}</caption>
      <thead>
        <tr className="border-b border-line text-left text-muted">
          <th className="py-1 font-normal">{t("columns.meter")}</th>
          <th className="py-1 text-right font-normal">{t("columns.quantity")}</th>
          <th className="py-1 text-right font-normal">{t("columns.price")}</th>
          <th className="py-1 text-right font-normal">{t("columns.amount")}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map(({ meter, unit, per, amount, price, cost, currency }) => (
          <tr key={`${meter} ${unit} ${per} ${price} ${currency}`} className="border-b border-line/50">
            <td className="py-1">{meterOf(meter)}</td>
            <td className="py-1 text-right">
              {t(per === "hour" ? "hours" : "each", { amount: number.format(amount), unit: unitOf(unit) })}
            </td>
            <td className="py-1 text-right">{price ?? "–"}</td>
            <td className="py-1 text-right">
              {cost === undefined || !currency ? "–" : money(cost, currency)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
