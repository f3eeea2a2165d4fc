import { useLocale, useTranslations } from "use-intl";
import type { Plan } from "@/lib/model/plan";
import { Part } from "./plan-part";
import { formatCost } from "./plan-view";

/** What it costs in a month, what of that are databases and the like that it brings, and what all of it costs now. */
export function CostPart({ cost }: { cost: NonNullable<Plan["cost"]> }) {
  const t = useTranslations("installation.plan");
  const locale = useLocale();
  const { currency, monthlyMicros, monthlyMicrosNow: now, instances = [] } = cost;
  const amount = (micros: number) => formatCost({ currency, monthlyMicros: micros }, locale);
  return (
    <Part title={t("cost")}>
      <p className="tabular-nums">{t("monthly", { amount: amount(monthlyMicros) })}</p>
      {now === undefined || now === monthlyMicros ? null : (
        <p className="text-muted tabular-nums">{t("monthlyNow", { amount: amount(now) })}</p>
      )}
      {instances.length > 0 ? (
        <ul className="mt-1 text-sm text-muted tabular-nums">
          {instances.map(({ kind, name, least, ...each }) => {
            const then = amount(each.monthlyMicros);
            const priced = least ? t("partAtLeast", { amount: then }) : then;
            const moved = now !== undefined && each.monthlyMicrosNow !== each.monthlyMicros;
            const said = moved
              ? t("partMoves", { before: amount(each.monthlyMicrosNow), after: priced })
              : priced;
            return (
              <li key={`${kind}/${name}`} className="wrap-anywhere">
                {t("partOf", { kind, name, amount: said })}
              </li>
            );
          })}
        </ul>
      ) : null}
    </Part>
  );
}
