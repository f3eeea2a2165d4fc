"use client";
import { Ellipsis, FileCode, Trash2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import { actionsFor, actionsPath } from "@/components/actions/actions";
import { queryOf, useNavigation, withQuery } from "@/components/data/navigation";
import { useSession } from "@/components/data/session";
import { useTopic } from "@/components/data/use-topic";
import { useReason } from "@/components/i18n/reason";
import { PodsList } from "@/components/pods/pods-list";
import { IconButton } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { EventList } from "@/components/ui/event-list";
import { Menu } from "@/components/ui/menu";
import { RelativeTime } from "@/components/ui/relative-time";
import { Skeleton } from "@/components/ui/skeleton";
import { StatusBadge } from "@/components/ui/status-badge";
import { TabPanel, Tabs } from "@/components/ui/tabs";
import type { InstanceKind } from "@/lib/model/image";
import type { ProviderView } from "@/lib/model/provider-views";
import type { InstanceDetail } from "@/lib/model/stream";
import { columnText } from "./columns";
import { ConnectionCard } from "./connection-card";
import { MembersTab } from "./members-tab";
import { Back, PageSkeleton } from "./parts";
import { pages, titleOf } from "./titles";

const LogsPanel = lazy(() => import("@/components/pods/logs-panel"));
const YamlTab = lazy(() => import("./yaml-tab"));
const DeleteDialog = lazy(() => import("./delete-dialog"));
const TimelineTab = lazy(() => import("@/components/timeline/timeline-tab"));
const BackupsTab = lazy(() => import("./backups-tab"));
const ActionsTab = lazy(() => import("@/components/actions/actions-tab"));
const TABS = ["members", "pods", "actions", "backups", "events", "logs", "yaml", "timeline"] as const;

interface DetailPageProps {
  provider: ProviderView;
  kind: InstanceKind;
  name: string;
}

/** One instance: how it stands, how to reach it, what it is made of. */
export default function DetailPage({ provider, kind, name }: DetailPageProps) {
  const t = useTranslations("provider");
  const words = useReason();
  const locale = useLocale();
  const { path, navigate } = useNavigation();
  const { mayEdit, namespace } = useSession();
  const topic = useTopic<InstanceDetail>(`instance/${provider.name}/${kind.plural}/${name}`);
  const [leaving, setLeaving] = useState(false);
  const [seen, setSeen] = useState(false);
  const instance = [...topic.items.values()][0];
  if (instance && !seen) setSeen(true);
  const query = queryOf(path);
  const asked = query.get("tab");
  const actions = actionsFor(provider.actions, kind);
  const { members, backups } = kind;
  const hidden = new Set<string>([
    ...(actions.length > 0 ? [] : ["actions"]),
    ...(members ? ["pods", "logs"] : ["members"]),
    ...(backups ? [] : ["backups"]),
  ]);
  const tabs = TABS.filter((each) => !hidden.has(each));
  const [first = "pods"] = tabs;
  const tab = tabs.find((each) => each === asked) ?? first;
  const list = pages.list(provider.name);
  const go = (changes: Record<string, string | undefined>) =>
    navigate(withQuery(path, changes), { replace: true });

  if (!topic.ready) return <PageSkeleton />;
  if (!instance) {
    return (
      <div className="mx-auto w-full max-w-[1200px] p-4 @3xl:px-8 @3xl:py-6">
        <Back to={list}>{titleOf(provider, locale)}</Back>
        <EmptyState title={t(seen ? "wasDeleted" : "notThere", { name })}>
          {seen ? null : t("notThereHint")}
        </EmptyState>
      </div>
    );
  }

  return (
    <article className="mx-auto w-full max-w-[1200px] p-4 @3xl:px-8 @3xl:py-6">
      <Back to={list}>{titleOf(provider, locale)}</Back>
      <header className="mt-2 flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-56">
          <h1 className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xl font-semibold">
            <span className="min-w-0 wrap-anywhere">{instance.name}</span>
            <StatusBadge status={instance.phase} />
          </h1>
          <p className="mt-1" role="status">
            {words(instance) ||
              t(`sentences.${instance.phase}`, { ready: instance.ready, desired: instance.desired })}
          </p>
          <p className="mt-1 flex flex-wrap gap-x-2 text-sm text-muted">
            <span>{titleOf(kind, locale)}</span>
            {kind.columns.map((column, index) => {
              const value = instance.columns[index];
              return value === null || value === undefined || value === "" ? null : (
                <span key={column.path} className="tabular-nums">
                  · {column.i18n?.[locale]?.title ?? column.title}{" "}
                  {column.type === "date" ? (
                    <RelativeTime value={String(value)} />
                  ) : (
                    columnText(column, value, locale)
                  )}
                </span>
              );
            })}
            <span>
              · <RelativeTime value={instance.createdAt} />
            </span>
          </p>
        </div>
        <Menu
          items={[
            {
              label: t("edit"),
              icon: <FileCode size={16} aria-hidden />,
              disabled: !mayEdit,
              onSelect: () => go({ tab: "yaml" }),
            },
            "separator",
            {
              label: t("delete"),
              icon: <Trash2 size={16} aria-hidden />,
              danger: true,
              disabled: !mayEdit || instance.phase === "Deleting",
              onSelect: () => setLeaving(true),
            },
          ]}
        >
          <IconButton label={t("actionsOf", { name })} size="md" variant="secondary" tooltip={false}>
            <Ellipsis size={16} aria-hidden />
          </IconButton>
        </Menu>
      </header>
      {kind.connection ? <ConnectionCard instance={instance} kind={kind} /> : null}
      <Tabs
        className="mt-6"
        label={t("sections")}
        value={tab}
        onValueChange={(next) =>
          go({ tab: next === first ? undefined : next, pod: undefined, action: undefined })
        }
        items={tabs.map((value) => ({
          value,
          label: value === "members" && members ? titleOf(members, locale) : t(`tabs.${value}`),
          ...(value === "pods" ? { count: instance.pods.length } : {}),
          ...(value === "members" ? { count: instance.members?.length ?? 0 } : {}),
        }))}
      >
        {members ? (
          <TabPanel value="members">
            <MembersTab kind={members} members={instance.members ?? []} />
          </TabPanel>
        ) : null}
        <TabPanel value="pods">
          <PodsList pods={instance.pods} onLogs={(pod) => go({ tab: "logs", pod })} />
        </TabPanel>
        <TabPanel value="actions">
          <Suspense fallback={<Skeleton className="h-64 w-full" />}>
            <ActionsTab
              key={query.get("action") ?? ""}
              actions={actions}
              target={{ instance: { apiVersion: instance.apiVersion, kind: instance.kind, name } }}
              fitted={{
                path: actionsPath(namespace, instance),
                version: instance.object.metadata.resourceVersion,
              }}
              gone={instance.phase === "Deleting"}
              chosen={query.get("action") ?? undefined}
            />
          </Suspense>
        </TabPanel>
        {backups ? (
          <TabPanel value="backups">
            <Suspense fallback={<Skeleton className="h-64 w-full" />}>
              <BackupsTab
                declared={backups}
                backups={instance.backups ?? { runs: [] }}
                onAct={mayEdit ? (action) => go({ tab: "actions", action }) : undefined}
              />
            </Suspense>
          </TabPanel>
        ) : null}
        <TabPanel value="events">
          <EventList events={instance.events} ready empty={t("noEvents")} />
        </TabPanel>
        <TabPanel value="logs">
          <Suspense fallback={<Skeleton className="h-64 w-full" />}>
            <LogsPanel pods={instance.pods} chosen={query.get("pod") ?? ""} onChoose={(pod) => go({ pod })} />
          </Suspense>
        </TabPanel>
        <TabPanel value="yaml">
          <Suspense fallback={<Skeleton className="h-64 w-full" />}>
            <YamlTab provider={provider} kind={kind} instance={instance} />
          </Suspense>
        </TabPanel>
        <TabPanel value="timeline">
          <Suspense fallback={<Skeleton className="h-64 w-full" />}>
            <TimelineTab
              subject={{ instance: { apiVersion: kind.apiVersion, kind: kind.kind, name } }}
              version={instance.phase}
            />
          </Suspense>
        </TabPanel>
      </Tabs>
      {leaving ? (
        <Suspense fallback={null}>
          <DeleteDialog
            instance={instance}
            kind={kind}
            onClose={() => setLeaving(false)}
            onDone={() => navigate(list, { replace: true })}
          />
        </Suspense>
      ) : null}
    </article>
  );
}
