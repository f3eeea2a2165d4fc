"use client";
import { Plus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import { AppLink, queryOf, useNavigation, withQuery } from "@/components/data/navigation";
import { useSession } from "@/components/data/session";
import { useTopic } from "@/components/data/use-topic";
import { useReason } from "@/components/i18n/reason";
import { buttonClass } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";
import { EmptyState } from "@/components/ui/empty-state";
import { MiddleTruncate } from "@/components/ui/middle-truncate";
import { RelativeTime } from "@/components/ui/relative-time";
import { Skeleton } from "@/components/ui/skeleton";
import { StatusBadge } from "@/components/ui/status-badge";
import { type Column, Table } from "@/components/ui/table";
import type { InstanceKind } from "@/lib/model/image";
import type { ProviderView } from "@/lib/model/provider-views";
import type { InstanceView } from "@/lib/model/stream";
import { columnText, type KindColumn } from "./columns";
import { RowMenu } from "./row-menu";
import { pages, titleOf } from "./titles";

const DeleteDialog = lazy(() => import("./delete-dialog"));

/** A provider's instances in this workspace. */
export function ListPage({ provider }: { provider: ProviderView }) {
  const t = useTranslations("provider");
  const words = useReason();
  const locale = useLocale();
  const { path, navigate } = useNavigation();
  const { mayEdit } = useSession();
  const instances = useTopic<InstanceView>(`instances/${provider.name}`);
  const asked = queryOf(path).get("kind");
  const kind = provider.kinds.find((each) => each.plural === asked) ?? provider.kinds[0];
  const [leaving, setLeaving] = useState<InstanceView>();
  const columns = useColumns(provider, kind, mayEdit, setLeaving);
  if (!kind) return <EmptyState title={t("noKinds", { provider: provider.title })} />;

  const rows = [...instances.items.values()].filter((row) => row.plural === kind.plural);
  const title = titleOf(provider, locale);
  const kindTitle = titleOf(kind, locale);
  const ready = provider.phase === "Ready";
  const create = pages.create(provider.name, kind.plural);

  return (
    <div className="mx-auto w-full max-w-[1200px] p-4 @3xl:px-8 @3xl:py-6">
      <header className="flex flex-wrap items-center gap-3">
        <div className="min-w-0 flex-1">
          <h1 className="text-xl font-semibold wrap-break-word">{title}</h1>
          <p className="mt-0.5 text-muted">
            {kind.i18n?.[locale]?.description ?? kind.description ?? kindTitle}
          </p>
        </div>
        {mayEdit && rows.length > 0 ? (
          <AppLink to={create} className={buttonClass("primary")}>
            <Plus size={16} aria-hidden />
            {t("create")}
          </AppLink>
        ) : null}
      </header>
      {ready ? null : (
        <p
          role="status"
          className="mt-4 flex flex-wrap items-center gap-3 rounded-lg border border-line bg-surface px-4 py-3"
        >
          <StatusBadge status={provider.phase} />
          <span className="min-w-0 wrap-break-word">{words(provider) || t("notReady")}</span>
        </p>
      )}
      {provider.kinds.length > 1 ? (
        <nav aria-label={t("kinds")} className="mt-4 flex flex-wrap gap-1">
          {provider.kinds.map((each) => (
            <AppLink
              key={each.plural}
              to={withQuery(path, { kind: each.plural })}
              replace
              aria-current={each === kind ? "page" : undefined}
              className={cx(
                "inline-flex h-8 items-center rounded-md px-3",
                each === kind ? "bg-accent-soft font-medium text-accent-text" : "hover:bg-hover",
              )}
            >
              {titleOf(each, locale)}
            </AppLink>
          ))}
        </nav>
      ) : null}
      <div className="mt-5 overflow-hidden rounded-lg border border-line bg-surface">
        {instances.ready ? (
          <Table
            label={kindTitle}
            rows={rows}
            columns={columns}
            rowKey={(row) => `${row.plural}/${row.name}`}
            onOpen={(row) => navigate(pages.detail(provider.name, row.plural, row.name))}
            filterable={rows.length > 5}
            rowHeight={48}
            initialSort={{ column: "name", descending: false }}
            empty={
              <EmptyState
                title={t("none", { kind: kindTitle })}
                action={
                  mayEdit ? (
                    <AppLink to={create} className={buttonClass("primary")}>
                      <Plus size={16} aria-hidden />
                      {t("createNamed", { kind: kindTitle })}
                    </AppLink>
                  ) : null
                }
              >
                {t("noneHint")}
              </EmptyState>
            }
          />
        ) : (
          <div className="flex flex-col gap-3 p-4">
            <Skeleton className="h-9 w-full" />
            <Skeleton className="h-9 w-full" />
            <Skeleton className="h-9 w-full" />
          </div>
        )}
      </div>
      {leaving ? (
        <Suspense fallback={null}>
          <DeleteDialog instance={leaving} kind={kind} onClose={() => setLeaving(undefined)} />
        </Suspense>
      ) : null}
    </div>
  );
}

function useColumns(
  provider: ProviderView,
  kind: InstanceKind | undefined,
  mayEdit: boolean,
  onDelete: (row: InstanceView) => void,
): Column<InstanceView>[] {
  const t = useTranslations("provider");
  const words = useReason();
  const locale = useLocale();
  return [
    {
      id: "name",
      title: t("columns.name"),
      width: "minmax(150px, 2fr)",
      sortBy: (row) => row.name,
      cell: (row) => (
        <AppLink
          to={pages.detail(provider.name, row.plural, row.name)}
          className="flex min-w-0 rounded-sm font-medium hover:underline"
        >
          <MiddleTruncate text={row.name} />
        </AppLink>
      ),
    },
    {
      id: "status",
      title: t("columns.status"),
      width: "minmax(130px, 1fr)",
      sortBy: (row) => row.phase,
      cell: (row) => (
        <span title={words(row) || row.reported} className="min-w-0">
          <StatusBadge status={row.phase} plain />
          {row.reason === "budget-stopped" ? (
            <span className="block truncate text-xs text-muted">{t("budgetSpent")}</span>
          ) : null}
        </span>
      ),
    },
    // What has no pods that stay is never ready.
    ...(kind?.status.workloads === "ignored"
      ? []
      : [
          {
            id: "ready",
            secondary: true,
            title: t("columns.ready"),
            width: "96px",
            align: "end",
            sortBy: (row: InstanceView) => row.ready,
            cell: (row: InstanceView) => `${row.ready}/${row.desired}`,
          } as const,
        ]),
    ...(kind?.columns ?? []).map<Column<InstanceView>>((column, index) => ({
      id: `column-${index}`,
      secondary: true,
      title: column.i18n?.[locale]?.title ?? column.title,
      width: "minmax(88px, 1fr)",
      align: column.type === "number" ? "end" : "start",
      sortBy: (row) => row.columns[index] ?? "",
      cell: (row) => <ColumnCell value={row.columns[index] ?? null} column={column} />,
    })),
    {
      id: "age",
      secondary: true,
      title: t("columns.age"),
      width: "152px",
      sortBy: (row) => row.createdAt ?? "",
      cell: (row) => <RelativeTime value={row.createdAt} className="whitespace-nowrap text-muted" />,
    },
    {
      id: "actions",
      title: t("columns.actions"),
      hideTitle: true,
      width: "64px",
      align: "end",
      cell: (row) => <RowMenu provider={provider} row={row} mayEdit={mayEdit} onDelete={onDelete} />,
    },
  ];
}

function ColumnCell({ value, column }: { value: string | number | null; column: KindColumn }) {
  const locale = useLocale();
  if (value === null || value === "") return <span className="text-muted">–</span>;
  if (column.type === "date") return <RelativeTime value={String(value)} />;
  return <MiddleTruncate text={columnText(column, value, locale)} className="min-w-0 tabular-nums" />;
}
