"use client";
import { useLocale, useTranslations } from "use-intl";
import { AppLink } from "@/components/data/navigation";
import { useTopic } from "@/components/data/use-topic";
import { Card } from "@/components/ui/card";
import { MiddleTruncate } from "@/components/ui/middle-truncate";
import { type Column, Table } from "@/components/ui/table";
import type { Installation } from "@/lib/model/resources";
import type { UsageDay } from "@/lib/model/statement";
import { type AppRow, byApp, spokenAmount } from "./summary";

const HOUR = 3600;
const GIB = 2 ** 30;
/** Their titles name a unit. */
const wide = { width: "minmax(172px, 1fr)", secondary: true };

/** What each app used in the range, and what it cost. */
export function UsageTable({ days }: { days: UsageDay[] }) {
  const t = useTranslations("usage");
  const locale = useLocale();
  const installations = useTopic<Installation>("installations");
  const currency = days.findLast((day) => day.currency)?.currency;
  const money = currency && new Intl.NumberFormat(locale, { style: "currency", currency });
  const amount = (of: (row: AppRow) => number) => ({
    align: "end" as const,
    sortBy: of,
    cell: (row: AppRow) => <span className="tabular-nums">{spokenAmount(of(row), locale)}</span>,
  });
  const rows = byApp(days);
  const titleOf = (app: string) => installations.items.get(app)?.status?.title ?? app;
  const titles = rows.map(({ app }) => titleOf(app));
  /** Of apps that share a title, the name tells them apart. */
  const isShared = (title: string) => titles.indexOf(title) !== titles.lastIndexOf(title);
  const columns: Column<AppRow>[] = [
    {
      id: "app",
      title: t("columns.app"),
      width: "minmax(140px, 2fr)",
      sortBy: (row) => row.app,
      cell: ({ app }) =>
        installations.items.has(app) ? (
          <span className="flex min-w-0 flex-col leading-tight">
            <AppLink to={`/installations/${app}`} className="truncate text-accent-text hover:underline">
              {titleOf(app)}
            </AppLink>
            {isShared(titleOf(app)) ? (
              <MiddleTruncate text={app} mono className="text-xs text-muted" />
            ) : null}
          </span>
        ) : (
          <MiddleTruncate text={app === "other" ? t("other") : app} />
        ),
    },
    { id: "cpu", title: t("columns.cpu"), ...amount((row) => row.cpuSeconds / HOUR) },
    {
      id: "memory",
      title: t("columns.memory"),
      ...wide,
      ...amount((row) => row.memoryByteSeconds / GIB / HOUR),
    },
    {
      id: "storage",
      title: t("columns.storage"),
      ...wide,
      ...amount((row) => row.storageByteSeconds / GIB / HOUR),
    },
    ...(money
      ? [
          {
            id: "cost",
            title: t("columns.cost"),
            align: "end" as const,
            sortBy: (row: AppRow) => row.cost ?? 0,
            cell: ({ cost }: AppRow) => (
              <span className="tabular-nums">{cost === undefined ? "–" : money.format(cost / 1e6)}</span>
            ),
          },
        ]
      : []),
  ];
  return (
    <Card flush className="overflow-hidden">
      <Table
        label={t("byApp")}
        rows={rows}
        empty={t("emptyHint")}
        columns={columns}
        rowKey={({ app }) => app}
        rowHeight={48}
        initialSort={{ column: money ? "cost" : "cpu", descending: true }}
      />
    </Card>
  );
}
