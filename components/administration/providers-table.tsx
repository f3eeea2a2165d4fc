"use client";
import { useLocale, useTranslations } from "use-intl";
import { AppLink } from "@/components/data/navigation";
import { useReason } from "@/components/i18n/reason";
import { titleOf } from "@/components/provider/titles";
import { Card } from "@/components/ui/card";
import { StatusBadge } from "@/components/ui/status-badge";
import { type Column, Table } from "@/components/ui/table";
import type { ProviderRow } from "@/lib/model/administration-views";

/** What runs once for everybody: how its operator fares, and who depends on it. */
export function ProvidersTable({ rows }: { rows: ProviderRow[] }) {
  const t = useTranslations("administration");
  const locale = useLocale();
  const say = useReason();
  const columns: Column<ProviderRow>[] = [
    {
      id: "title",
      title: t("columns.provider"),
      width: "minmax(150px, 2fr)",
      sortBy: (row) => titleOf(row, locale),
      filterBy: (row) => `${titleOf(row, locale)} ${row.name}`,
      cell: (row) => (
        <span className="flex min-w-0 flex-col leading-tight">
          <AppLink
            to={`/hub/${row.name.replace(".", "/")}`}
            className="truncate text-accent-text hover:underline"
          >
            {titleOf(row, locale)}
          </AppLink>
          <span className="truncate text-xs text-muted" title={say(row)}>
            {say(row) || row.name}
          </span>
        </span>
      ),
    },
    {
      id: "phase",
      title: t("columns.state"),
      width: "130px",
      sortBy: (row) => row.phase,
      cell: (row) => <StatusBadge status={row.phase} />,
    },
    {
      id: "operator",
      secondary: true,
      title: t("columns.operator"),
      width: "150px",
      sortBy: (row) => Number(row.operatorReady ?? true),
      cell: (row) =>
        row.operatorReady === undefined ? (
          "–"
        ) : (
          <StatusBadge status={row.operatorReady ? "Running" : "Degraded"} />
        ),
    },
    {
      id: "tenants",
      secondary: true,
      title: t("columns.tenants"),
      align: "end",
      width: "120px",
      sortBy: (row) => row.tenants,
      cell: (row) => <span className="tabular-nums">{row.tenants}</span>,
    },
    {
      id: "instances",
      secondary: true,
      title: t("columns.instances"),
      align: "end",
      width: "120px",
      sortBy: (row) => row.instances,
      cell: (row) => <span className="tabular-nums">{row.instances}</span>,
    },
    {
      id: "version",
      secondary: true,
      title: t("columns.version"),
      width: "minmax(130px, 1fr)",
      sortBy: (row) => row.version ?? "",
      cell: (row) => (
        <span className="flex min-w-0 flex-col leading-tight" title={row.image}>
          <span className="truncate">
            {row.version}{" "}
            <span className="font-mono text-xs text-muted">
              {row.image.replace(/^.*@sha256:(.{12}).*$/, "$1")}
            </span>
          </span>
          {row.newer ? (
            <AppLink
              to={`/hub/${row.name.replace(".", "/")}?tab=tags`}
              className="truncate text-xs text-accent-text hover:underline"
            >
              {t(row.newer === row.version ? "newerBuild" : "newer", { version: row.newer })}
            </AppLink>
          ) : null}
        </span>
      ),
    },
  ];
  const ailing = rows.filter(({ phase, operatorReady }) => phase === "Failed" || operatorReady === false);
  return (
    <>
      {/* Whole sentences, which a table's row has no room for. */}
      {ailing.length > 0 ? (
        <ul className="mb-4 flex flex-col gap-2">
          {ailing.map((row) => (
            <li key={row.name} className="rounded-lg border border-line bg-warn-soft px-4 py-2">
              <strong className="font-semibold">{titleOf(row, locale)}</strong>{" "}
              <span className="wrap-break-word">{say(row) || t("operatorDown")}</span>
            </li>
          ))}
        </ul>
      ) : null}
      <Card flush className="overflow-hidden">
        <Table
          label={t("tabs.providers")}
          rows={rows}
          columns={columns}
          rowKey={({ name }) => name}
          rowHeight={52}
          filterable
          empty={t("noProviders")}
        />
      </Card>
    </>
  );
}
