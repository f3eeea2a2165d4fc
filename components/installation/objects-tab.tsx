"use client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { api, apiPath } from "@/components/data/api";
import { useSession } from "@/components/data/session";
import { useReason } from "@/components/i18n/reason";
import { ErrorState } from "@/components/ui/error-state";
import { MiddleTruncate } from "@/components/ui/middle-truncate";
import { Skeleton } from "@/components/ui/skeleton";
import type { Status } from "@/components/ui/status";
import { StatusMark } from "@/components/ui/status-badge";
import { type Column, Table } from "@/components/ui/table";
import type { ObjectHealth } from "@/lib/model/installation-views";

/** kstatus words as our shapes. */
const marks: Record<string, Status> = {
  Current: "Running",
  InProgress: "Installing",
  Terminating: "Uninstalling",
  Failed: "Failed",
  NotFound: "Degraded",
};

/** Every object that was applied, with its health. Asked again whenever `version` changes. */
export function ObjectsTab({ name, version }: { name: string; version: string }) {
  const t = useTranslations("installation");
  const words = useReason();
  const { namespace } = useSession();
  const { data, error, refetch } = useQuery({
    queryKey: ["objects", namespace, name, version],
    queryFn: ({ signal }) =>
      api<ObjectHealth[]>(
        "GET",
        apiPath("namespaces", namespace, "installations", name, "objects"),
        undefined,
        {
          signal,
        },
      ),
    placeholderData: (before) => before,
    staleTime: 0,
  });
  if (error && !data)
    return <ErrorState error={error} title={t("objectsUnreadable")} onRetry={refetch} inline />;
  if (!data) return <Skeleton className="h-40 w-full" />;
  const word = (row: ObjectHealth) =>
    t.has(`health.${row.health}`) ? t(`health.${row.health}`) : row.health;
  const columns: Column<ObjectHealth>[] = [
    {
      id: "kind",
      secondary: true,
      title: t("columns.kind"),
      sortBy: (row) => row.kind,
      cell: (row) => <MiddleTruncate text={row.kind} />,
      width: "minmax(110px, 1fr)",
    },
    {
      id: "name",
      title: t("columns.name"),
      sortBy: (row) => row.name,
      cell: (row) => (
        <span className="flex min-w-0 flex-col leading-tight">
          <MiddleTruncate text={row.name} mono />
          {/* Where its column has no room. */}
          <span className="truncate text-xs text-muted @2xl:hidden">{row.kind}</span>
        </span>
      ),
      width: "minmax(150px, 3fr)",
    },
    {
      id: "health",
      title: t("columns.health"),
      sortBy: (row) => row.health,
      cell: (row) => (
        <span className="flex min-w-0 items-center gap-1.5">
          <StatusMark status={marks[row.health] ?? "Unknown"} />
          <span className="truncate" title={words(row)}>
            {word(row)}
            {row.message && row.health !== "Current" ? (
              <span className="text-muted"> · {words(row)}</span>
            ) : null}
          </span>
        </span>
      ),
      width: "minmax(100px, 3fr)",
    },
  ];
  return (
    <div className="overflow-hidden rounded-lg border border-line bg-surface">
      <Table
        label={t("tabs.objects")}
        rows={data}
        columns={columns}
        rowKey={(row) => `${row.apiVersion}/${row.kind}/${row.name}`}
        rowHeight={48}
        filterable={data.length > 10}
        empty={<p className="p-6 text-muted">{t("noObjects")}</p>}
      />
    </div>
  );
}
