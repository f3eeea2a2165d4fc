"use client";
import { useLocale, useTranslations } from "use-intl";
import { Card } from "@/components/ui/card";
import type { UsageDay } from "@/lib/model/statement";
import { bars, byApp, spokenAmount } from "./summary";
import { UsageGaps } from "./usage-gaps";

/** A bar per day: money where the cluster has prices, else core-hours. Told to readers as a list. */
export function UsageChart({ days, range }: { days: UsageDay[]; range: { from: string; to: string } }) {
  const t = useTranslations("usage");
  const locale = useLocale();
  const currency = days.findLast((day) => day.currency)?.currency;
  const rows = byApp(days);
  const total = rows.reduce(
    (sum, row) => sum + (currency ? (row.cost ?? 0) / 1e6 : row.cpuSeconds / 3600),
    0,
  );
  const money = currency && new Intl.NumberFormat(locale, { style: "currency", currency });
  const say = (value: number) =>
    money ? money.format(value) : t("coreHours", { hours: spokenAmount(value, locale) });
  const all = bars(days, range);
  const highest = Math.max(...all.map(({ value }) => value), 1e-9);
  const dayName = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: "UTC" });
  const gaps = days.flatMap((day) => day.gaps);
  const time = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  const updated = days.at(-1)?.upTo;

  return (
    <Card>
      <p className="text-2xl font-semibold tabular-nums">{say(total)}</p>
      <p className="text-sm text-muted">
        {currency ? t("costSoFar") : t("coreHoursSoFar")}
        {updated ? ` · ${t("upTo", { time: time.format(new Date(updated)) })}` : ""}
      </p>
      <ul className="mt-4 flex h-32 items-end gap-[2px]" aria-label={t("byDay")}>
        {all.map(({ day, value, gap }) => (
          <li
            key={day}
            className="flex h-full min-w-0 flex-1 items-end"
            title={`${dayName.format(new Date(day))}: ${say(value)}`}
          >
            <span className="sr-only">
              {`${dayName.format(new Date(day))}: ${say(value)}${gap ? `, ${t("incomplete")}` : ""}`}
            </span>
            <span
              aria-hidden
              className={`w-full rounded-t-sm ${gap ? "bg-warn-fill" : "bg-accent"}`}
              style={{ height: `${value === 0 ? 0 : Math.max(2, (value / highest) * 100)}%` }}
            />
          </li>
        ))}
      </ul>
      <div className="mt-1 flex justify-between border-t border-line pt-1 text-xs text-muted" aria-hidden>
        <span>{dayName.format(new Date(range.from))}</span>
        <span>{dayName.format(new Date(range.to))}</span>
      </div>
      <UsageGaps gaps={gaps} />
    </Card>
  );
}
