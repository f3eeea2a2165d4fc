"use client";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useEffect, useRef, useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import { api } from "@/components/data/api";
import { useSession } from "@/components/data/session";
import { useTopic } from "@/components/data/use-topic";
import { LazyMessages } from "@/components/i18n/messages";
import { useReason } from "@/components/i18n/reason";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import type { ActionRun, ActionSummary } from "@/lib/model/resources";
import { ActionForm } from "./action-form";
import { type ActionTarget, actionTitle, byState, grouped, runsOf } from "./actions";
import { RunRow } from "./run-row";

interface ActionsTabProps {
  /** What people can start. */
  actions: readonly ActionSummary[];
  target: ActionTarget;
  /** Where the actions are asked for as they fit the target in this version; without it they fit as they are. */
  fitted?: { path: string; version: string | undefined };
  /** Nothing can be started on what is on its way out. */
  gone?: boolean;
  /** The action whose form is open at first. */
  chosen?: string | undefined;
}

/** What can be done with an instance or an app beyond editing it, and how it went. */
export default function ActionsTab(props: ActionsTabProps) {
  return (
    <Suspense fallback={null}>
      <LazyMessages area="installation">
        <LazyMessages area="provider">
          <Body {...props} />
        </LazyMessages>
      </LazyMessages>
    </Suspense>
  );
}

function Body({ actions, target, fitted, gone = false, chosen }: ActionsTabProps) {
  const t = useTranslations("provider.runs");
  const locale = useLocale();
  const runs = useTopic<ActionRun>("actionruns");
  const [open, setOpen] = useState(chosen);
  const asked = useQuery({
    queryKey: ["actions", fitted?.path],
    queryFn: ({ signal }) =>
      api<{ actions: ActionSummary[] }>("GET", fitted?.path ?? "", undefined, { signal }),
    enabled: fitted !== undefined,
    gcTime: 0,
  });
  const { refetch } = asked;
  const version = fitted?.version;
  // Asked again under the same key: what somebody is filling in stays when that fails.
  useEffect(() => {
    if (version !== undefined) void refetch();
  }, [version, refetch]);
  /** Whoever comes for one action finds it in view, once. */
  const arrived = useRef(false);
  const show = (element: HTMLElement | null) => {
    if (!element || arrived.current) return;
    arrived.current = true;
    element.scrollIntoView({ block: "center" });
  };
  const history = useRef<HTMLElement>(null);
  const forms = {
    target,
    onClose: () => setOpen(undefined),
    // The list of actions may be long: whoever runs one wants to see how it goes.
    onStarted: () => {
      setOpen(undefined);
      history.current?.scrollIntoView({ block: "start" });
    },
  };
  const mine = runsOf(runs.items.values(), target);
  if (actions.length === 0 && mine.length === 0)
    return <EmptyState title={t("instance" in target ? "noActions" : "noAppActions")} />;
  const titleOf = (name: string) => {
    const action = actions.find((each) => each.name === name);
    return action ? actionTitle(action, locale) : name;
  };
  if (asked.isLoading) return <Skeleton className="h-64 w-full" />;
  const { now, later } = byState(asked.data?.actions ?? actions, open);
  return (
    <div className="flex flex-col gap-6">
      {grouped(now).map(({ group, actions: some }) => (
        <section key={group ?? ""} aria-label={group ? t(`groups.${group}`) : undefined}>
          {group ? <h2 className="mb-2 font-medium">{t(`groups.${group}`)}</h2> : null}
          <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
            {some.map((action) => (
              <li key={action.name} ref={chosen === action.name ? show : undefined} className="px-4 py-3">
                <ActionItem
                  action={action}
                  gone={gone}
                  open={open === action.name}
                  onOpen={() => setOpen(action.name)}
                />
                {open !== action.name ? null : asked.error && !asked.data ? (
                  <ErrorState
                    error={asked.error}
                    title={t("notStarted")}
                    inline
                    onRetry={() => void asked.refetch()}
                  />
                ) : (
                  <ActionForm action={action} {...forms} />
                )}
              </li>
            ))}
          </ul>
        </section>
      ))}
      {later.length > 0 ? <NotNow actions={later} /> : null}
      {/* Room below: what a run says of itself grows while it is looked at. */}
      <section
        ref={history}
        aria-labelledby="runs-title"
        className={mine.length > 0 ? "min-h-80" : undefined}
      >
        <h2 id="runs-title" className="mb-2 font-medium">
          {t("history")}
        </h2>
        {mine.length === 0 ? (
          <p className="text-muted">{t("noRuns")}</p>
        ) : (
          <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
            {mine.map((run, index) => (
              <RunRow
                key={run.metadata.uid}
                run={run}
                title={titleOf(run.spec.action)}
                before={mine.slice(index + 1).filter(({ status }) => !status?.finishedAt).length}
              />
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}

/** What there is besides, each with what it waits for. */
function NotNow({ actions }: { actions: ReturnType<typeof byState>["later"] }) {
  const t = useTranslations("provider.runs");
  const locale = useLocale();
  const say = useReason();
  return (
    <details>
      <summary className="w-fit cursor-pointer rounded-sm text-muted hover:text-text">
        {t("notNow", { count: actions.length })}
      </summary>
      <ul className="mt-2 divide-y divide-line rounded-lg border border-line">
        {actions.map((action) => (
          <li key={action.name} className="flex flex-wrap gap-x-4 px-4 py-2">
            <span className="basis-56 font-medium wrap-break-word">{actionTitle(action, locale)}</span>
            <span className="min-w-0 flex-1 basis-56 text-muted wrap-anywhere">
              {say(action.unavailable)}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

interface ActionItemProps {
  action: ActionSummary;
  gone: boolean;
  open: boolean;
  onOpen: () => void;
}

function ActionItem({ action, gone, open, onOpen }: ActionItemProps) {
  const t = useTranslations("provider.runs");
  const locale = useLocale();
  const { mayEdit } = useSession();
  const description = action.i18n?.[locale]?.description ?? action.description;
  return (
    <div className="flex flex-wrap items-center gap-3">
      <div className="min-w-0 flex-1 basis-56">
        <h3 className="font-medium wrap-break-word">{actionTitle(action, locale)}</h3>
        {description ? <p className="text-muted">{description}</p> : null}
      </div>
      {open ? null : (
        <Button
          aria-label={`${t("choose")}: ${actionTitle(action, locale)}`}
          disabled={!mayEdit || gone}
          onClick={onOpen}
        >
          {t("choose")}
        </Button>
      )}
    </div>
  );
}
