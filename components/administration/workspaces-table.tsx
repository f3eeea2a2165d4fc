"use client";
import { useLocale, useTranslations } from "use-intl";
import { StatusBadge } from "@/components/ui/status-badge";
import { type Column, Table } from "@/components/ui/table";
import { tightest, type WorkspaceRow } from "./types";

/** Who works here, with what they use and what it costs. */
export function WorkspacesTable({ rows, currency }: { rows: WorkspaceRow[]; currency: string | undefined }) {
  const t = useTranslations("administration");
  const locale = useLocale();
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(locale, { style: "percent" });
  const money = currency && new Intl.NumberFormat(locale, { style: "currency", currency });
  const columns: Column<WorkspaceRow>[] = [
    {
      id: "name",
      title: t("columns.workspace"),
      width: "minmax(180px, 2fr)",
      sortBy: (row) => row.name,
      filterBy: (row) => `${row.name} ${row.namespace} ${row.email ?? ""}`,
      cell: (row) => (
        <span className="flex min-w-0 flex-col leading-tight">
          <span className="truncate">{row.name}</span>
          <span className="truncate font-mono text-xs text-muted">{row.message ?? row.namespace}</span>
        </span>
      ),
    },
    {
      id: "phase",
      title: t("columns.state"),
      width: "120px",
      sortBy: (row) => row.phase,
      cell: (row) => <StatusBadge status={row.phase} />,
    },
    {
      id: "apps",
      title: t("columns.apps"),
      align: "end",
      width: "110px",
      sortBy: (row) => row.apps,
      cell: (row) => (
        <span className="tabular-nums">
          {row.failing > 0 ? t("appsFailing", { count: row.apps, failing: row.failing }) : row.apps}
        </span>
      ),
    },
    {
      id: "quota",
      title: t("columns.quota"),
      width: "minmax(150px, 1fr)",
      sortBy: (row) => tightest(row.quota)?.share,
      cell: (row) => {
        const most = tightest(row.quota);
        return most ? (
          <span className={most.share >= 0.9 ? "text-warn" : ""}>
            {t("quota", { share: percent.format(most.share), resource: most.resource })}
          </span>
        ) : (
          "–"
        );
      },
    },
    {
      id: "cost",
      title: money ? t("columns.cost") : t("columns.coreHours"),
      align: "end",
      width: "190px",
      sortBy: (row) => (money ? (row.costMicros ?? 0) : row.coreHours),
      cell: (row) => (
        <span className="tabular-nums">
          {money ? money.format((row.costMicros ?? 0) / 1e6) : number.format(row.coreHours)}
        </span>
      ),
    },
  ];
  return (
    <Table
      label={t("tabs.workspaces")}
      rows={rows}
      columns={columns}
      rowKey={({ uid }) => uid}
      rowHeight={52}
      filterable
      empty={t("noWorkspaces")}
    />
  );
}
