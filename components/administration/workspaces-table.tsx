"use client";
import { useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { StatusBadge } from "@/components/ui/status-badge";
import { type Column, Table } from "@/components/ui/table";
import type { WorkspaceRow } from "@/lib/model/administration-views";
import { LimitDialog } from "./limit-dialog";
import { QuotaDialog } from "./quota-dialog";

/** Who works here, with what they use and what it costs. */
export function WorkspacesTable({ rows, currency }: { rows: WorkspaceRow[]; currency: string | undefined }) {
  const t = useTranslations("administration");
  const locale = useLocale();
  const [changed, setChanged] = useState<WorkspaceRow>();
  const [budgeted, setBudgeted] = useState<WorkspaceRow>();
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(locale, { style: "percent" });
  const money = currency && new Intl.NumberFormat(locale, { style: "currency", currency });
  const hours = (row: WorkspaceRow) => t("coreHours", { amount: number.format(row.coreHours) });
  const columns: Column<WorkspaceRow>[] = [
    {
      id: "name",
      title: t("columns.workspace"),
      width: "minmax(150px, 2fr)",
      sortBy: (row) => row.name,
      filterBy: (row) => `${row.name} ${row.namespace} ${row.email ?? ""}`,
      cell: (row) => (
        <span className="flex min-w-0 flex-col leading-tight">
          <span className="truncate">{row.name}</span>
          <span className="truncate font-mono text-xs text-muted">{row.message ?? row.namespace}</span>
          {/* Where the columns of use and cost have no room. */}
          <span className="truncate text-xs text-muted tabular-nums @2xl:hidden">
            {money ? money.format((row.costMicros ?? 0) / 1e6) : hours(row)}
          </span>
        </span>
      ),
    },
    {
      id: "phase",
      secondary: true,
      title: t("columns.state"),
      width: "112px",
      sortBy: (row) => row.phase,
      cell: (row) => <StatusBadge status={row.phase} />,
    },
    {
      id: "apps",
      secondary: true,
      title: t("columns.apps"),
      align: "end",
      width: "120px",
      sortBy: (row) => row.apps,
      cell: (row) => (
        <span className="tabular-nums">
          {row.failing > 0 ? t("appsFailing", { count: row.apps, failing: row.failing }) : row.apps}
        </span>
      ),
    },
    {
      id: "quota",
      secondary: true,
      title: t("columns.quota"),
      width: "minmax(130px, 1fr)",
      sortBy: (row) => tightest(row.quota)?.share,
      cell: (row) => {
        const most = tightest(row.quota);
        return most ? (
          <span className={most.share >= 0.9 ? "text-warn" : ""}>
            {t("quota", {
              share: percent.format(most.share),
              resource: t(`resources.${most.resource.replace(".", "-")}`),
            })}
          </span>
        ) : (
          "–"
        );
      },
    },
    {
      id: "usage",
      secondary: true,
      title: t("columns.usage"),
      align: "end",
      width: "150px",
      sortBy: (row) => row.coreHours,
      cell: (row) => (
        <span className="flex flex-col text-right leading-tight tabular-nums">
          <span>{hours(row)}</span>
          <span className="text-xs text-muted">
            {t("memoryHours", { amount: number.format(row.memoryGiBHours) })}
          </span>
        </span>
      ),
    },
    ...(money
      ? [
          {
            id: "cost",
            secondary: true,
            title: t("columns.cost"),
            align: "end" as const,
            width: "136px",
            sortBy: (row: WorkspaceRow) => row.costMicros ?? 0,
            cell: (row: WorkspaceRow) => (
              <span className="flex flex-col text-right leading-tight tabular-nums">
                {money.format((row.costMicros ?? 0) / 1e6)}
                {row.stopped ? <span className="text-xs text-danger">{t("budgetStopped")}</span> : null}
              </span>
            ),
          },
        ]
      : []),
    {
      id: "change",
      title: t("columns.change"),
      hideTitle: true,
      align: "end",
      width: "190px",
      cell: (row) => (
        <span className="flex gap-1">
          {row.quota.length > 0 ? (
            <Button
              size="sm"
              aria-label={t("changeQuotaNamed", { workspace: row.name })}
              onClick={() => setChanged(row)}
            >
              {t("changeQuota")}
            </Button>
          ) : null}
          <Button
            size="sm"
            aria-label={t("changeBudgetNamed", { workspace: row.name })}
            onClick={() => setBudgeted(row)}
          >
            {t("budget")}
          </Button>
        </span>
      ),
    },
  ];
  return (
    <>
      <Card flush className="overflow-hidden">
        <Table
          label={t("tabs.workspaces")}
          rows={rows}
          columns={columns}
          rowKey={({ uid }) => uid}
          rowHeight={68}
          filterable
          empty={t("noWorkspaces")}
        />
      </Card>
      {budgeted ? (
        <LimitDialog
          workspace={budgeted}
          title={t("budgetTitle", { workspace: budgeted.name })}
          onClose={() => setBudgeted(undefined)}
        />
      ) : null}
      {changed ? <QuotaDialog workspace={changed} onClose={() => setChanged(undefined)} /> : null}
    </>
  );
}

/** The resource of which most is used, as a share from 0 to 1; undefined where there is no quota. */
function tightest(quota: WorkspaceRow["quota"]): { resource: string; share: number } | undefined {
  return quota
    .filter(({ hard }) => hard > 0)
    .map(({ resource, used, hard }) => ({ resource, share: used / hard }))
    .sort((a, b) => b.share - a.share)[0];
}
