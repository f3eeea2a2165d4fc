"use client";
import { CalendarClock, Ellipsis, ExternalLink, Pause, Play, RotateCw, Trash2 } from "lucide-react";
import { lazy, Suspense } from "react";
import { useTranslations } from "use-intl";
import { actionsFor } from "@/components/actions/actions";
import { AppLink, queryOf, useNavigation, withQuery } from "@/components/data/navigation";
import { useSession } from "@/components/data/session";
import { useTopic } from "@/components/data/use-topic";
import { isMoving, phaseOf } from "@/components/hub/launch";
import { useImage } from "@/components/hub/use-image";
import { Reason } from "@/components/i18n/reason";
import { StepsPanel } from "@/components/install/steps-panel";
import { AppIcon } from "@/components/ui/app-icon";
import { Button, IconButton } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Menu, type MenuEntry } from "@/components/ui/menu";
import { RelativeTime } from "@/components/ui/relative-time";
import { Skeleton, SkeletonGroup } from "@/components/ui/skeleton";
import { StatusBadge } from "@/components/ui/status-badge";
import { TabPanel, Tabs } from "@/components/ui/tabs";
import { parseImageReference } from "@/lib/model/names";
import type { App, Installation } from "@/lib/model/resources";
import { isProviderChoice } from "@/lib/model/ways";
import { EventsTab } from "./events-tab";
import { ObjectsTab } from "./objects-tab";
import { TakenBack, UpgradeNotice } from "./upgrade-notice";
import { useChange } from "./use-change";

const InputsTab = lazy(() => import("./inputs-tab"));
const ScheduleDialog = lazy(() => import("./schedule-dialog"));
const ScheduleNote = lazy(() => import("./schedule-note"));
const VersionsTab = lazy(() => import("./versions-tab"));
const RollbackDialog = lazy(() => import("./rollback-dialog"));
const UpgradeDialog = lazy(() => import("./upgrade-dialog"));
const UninstallDialog = lazy(() => import("./uninstall-dialog"));
const TimelineTab = lazy(() => import("@/components/timeline/timeline-tab"));
const TroubleshootTab = lazy(() => import("./troubleshoot-tab"));
const ActionsTab = lazy(() => import("@/components/actions/actions-tab"));
const Overview = lazy(() => import("./overview"));
const PodsTab = lazy(() => import("./pods-tab"));
const TABS = [
  "overview",
  "actions",
  "pods",
  "logs",
  "objects",
  "events",
  "inputs",
  "versions",
  "timeline",
  "troubleshoot",
] as const;

/** How an installation stands, what it is made of, what happened, and what to do. */
export function InstallationPage({ name }: { name: string }) {
  const t = useTranslations("installation");
  const { path, navigate } = useNavigation();
  const { mayEdit } = useSession();
  const installations = useTopic<Installation>("installations");
  const apps = useTopic<App>("apps");
  const change = useChange(name);
  const query = queryOf(path);
  const installation = installations.items.get(name);
  const image = installation && parseImageReference(installation.spec.image);
  const failing = installation && ["Failed", "Degraded"].includes(phaseOf(installation));
  const detail = useImage(image).data;
  // Whether there are inputs matters only to what may be done about a failure.
  const declared = failing ? (detail?.inputs ?? []) : [];
  const go = (changes: Record<string, string | undefined>) =>
    navigate(withQuery(path, changes), { replace: true });

  if (!installations.ready) {
    return (
      <SkeletonGroup label={t("loading")} className="mx-auto w-full max-w-[960px] p-4 @3xl:p-8">
        <Skeleton className="h-12 w-72 max-w-full" />
        <Skeleton className="mt-6 h-10 w-full" />
        <Skeleton className="mt-4 h-48 w-full" />
      </SkeletonGroup>
    );
  }
  if (!installation) {
    return (
      <EmptyState
        title={t("notInstalled", { name })}
        action={
          <AppLink to="/hub" className="text-accent-text hover:underline">
            {t("goToHub")}
          </AppLink>
        }
      >
        {t("notInstalledHint")}
      </EmptyState>
    );
  }

  const { status, spec } = installation;
  const phase = phaseOf(installation);
  const title = status?.title ?? name;
  const progress = status?.progress;
  const percent =
    phase === "Installing" && progress && progress.total > 0
      ? (progress.done / progress.total) * 100
      : undefined;
  const app = [...apps.items.values()].find((each) => each.metadata.name === name);
  const icon =
    app?.spec.icon ?? (image ? `/api/hub/repositories/${image.org}/${image.repo}/icon` : undefined);
  const asked = query.get("tab");
  const actions = actionsFor(detail?.actions);
  const hidden = new Set<string>([
    ...(actions.length > 0 ? [] : ["actions"]),
    // What runs for everybody has its pods elsewhere.
    ...(status?.mode === "application" ? [] : ["pods", "logs"]),
  ]);
  const tabs = TABS.filter((each) => !hidden.has(each) || each === asked);
  const tab = tabs.find((each) => each === asked) ?? "overview";
  const settled = phase === "Running" || phase === "Suspended";
  const version = `${phase} ${progress?.done ?? ""} ${status?.revision ?? ""}`;
  const uninstall = () => go({ uninstall: "1" });
  // Kept in the address: what is newer is gone from the status once the dialog has asked for it.
  const upgradingTo = query.get("upgrade") ?? undefined;
  const items: MenuEntry[] = [
    {
      label: t("retryNow"),
      icon: <RotateCw size={16} aria-hidden />,
      onSelect: () => change.mutate({ retry: true }),
    },
    // What runs for everybody is not theirs to stop.
    ...(status?.mode === "application"
      ? [
          spec.suspended
            ? {
                label: t("resume"),
                icon: <Play size={16} aria-hidden />,
                onSelect: () => change.mutate({ suspended: false }),
              }
            : {
                label: t("suspend"),
                hint: t("suspendHint"),
                icon: <Pause size={16} aria-hidden />,
                onSelect: () => change.mutate({ suspended: true }),
              },
          {
            label: t("schedule.menu"),
            icon: <CalendarClock size={16} aria-hidden />,
            onSelect: () => go({ schedule: "1" }),
          },
        ]
      : []),
    "separator",
    { label: t("uninstall"), icon: <Trash2 size={16} aria-hidden />, danger: true, onSelect: uninstall },
  ];

  return (
    <article className="mx-auto w-full max-w-[960px] p-4 @3xl:px-8 @3xl:py-6">
      <header className="flex flex-wrap items-start gap-x-4 gap-y-3">
        <AppIcon {...(icon ? { src: icon } : {})} name={title} size={48} />
        <div className="min-w-0 flex-1 basis-48">
          <h1 className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xl font-semibold">
            <span className="min-w-0 wrap-break-word">{title}</span>
            <StatusBadge status={phase} {...(percent === undefined ? {} : { percent })} />
          </h1>
          <p className="mt-1 flex flex-wrap gap-x-2 text-sm text-muted">
            <span className="font-mono">{name}</span>
            <span>
              <span aria-hidden>· </span>
              {image ? (
                <AppLink
                  to={`/hub/${image.org}/${image.repo}`}
                  className="font-mono text-accent-text hover:underline"
                >
                  {spec.image.split("@")[0]}
                </AppLink>
              ) : (
                <span className="font-mono">{spec.image}</span>
              )}
            </span>
            <span>
              <span aria-hidden>· </span>
              <RelativeTime value={installation.metadata.creationTimestamp} />
            </span>
          </p>
        </div>
        <div className="flex items-center gap-2">
          {spec.suspended && phase === "Suspended" && mayEdit ? (
            <Button
              variant="primary"
              icon={<Play size={16} aria-hidden />}
              loading={change.isPending}
              onClick={() => change.mutate({ suspended: false })}
            >
              {t("resume")}
            </Button>
          ) : null}
          <OpenButton
            name={name}
            {...(status?.address ? { address: status.address } : {})}
            ready={!!app && !isMoving(phase) && phase !== "Suspended"}
            secondary={["Failed", "Suspended"].includes(phase)}
          />
          {mayEdit ? (
            <Menu items={items}>
              <IconButton label={t("more")} size="md" variant="secondary" tooltip={false}>
                <Ellipsis size={16} aria-hidden />
              </IconButton>
            </Menu>
          ) : null}
        </div>
      </header>
      {status?.message && phase !== "Failed" ? (
        <p className="mt-4 max-w-prose wrap-break-word">
          <Reason of={status} />
        </p>
      ) : null}
      {spec.schedule ? (
        <div className="mt-2">
          <Suspense fallback={null}>
            <ScheduleNote schedule={spec.schedule} />
          </Suspense>
        </div>
      ) : null}
      {change.error ? (
        <div className="mt-4">
          <ErrorState error={change.error} inline />
        </div>
      ) : null}
      <TakenBack installation={installation} />
      <UpgradeNotice
        installation={installation}
        {...(mayEdit && !isMoving(phase) ? { onUpgrade: () => go({ upgrade: status?.available?.tag }) } : {})}
      />
      <Tabs
        className="mt-6"
        label={t("sections")}
        value={tab}
        onValueChange={(next) => go({ tab: next === "overview" ? undefined : next, pod: undefined })}
        items={tabs.map((value) => ({ value, label: t(`tabs.${value}`) }))}
      >
        <TabPanel value="overview" className="flex flex-col gap-4 pt-5">
          {settled ? null : (
            <div className="rounded-lg border border-line bg-surface p-4">
              <StepsPanel
                installation={installation}
                {...(mayEdit
                  ? {
                      ways: {
                        onRetry: () => change.mutate({ retry: true }),
                        retrying: change.isPending,
                        ...(declared.length > 0 || isProviderChoice(status?.reason)
                          ? { onChangeInputs: () => go({ tab: "inputs" }) }
                          : {}),
                        onRollBack: () => go({ rollback: "before" }),
                        onUninstall: uninstall,
                      },
                    }
                  : {})}
              />
            </div>
          )}
          {phase === "Pending" || phase === "Installing" ? null : (
            <Suspense fallback={<Skeleton className="h-40 w-full" />}>
              <Overview installation={installation} tags={detail?.tags ?? []} />
            </Suspense>
          )}
        </TabPanel>
        <TabPanel value="actions" className="pt-5">
          <Suspense fallback={<Skeleton className="h-64 w-full" />}>
            <ActionsTab actions={actions} target={{ installation: name }} gone={phase === "Uninstalling"} />
          </Suspense>
        </TabPanel>
        {(["pods", "logs"] as const).map((show) => (
          <TabPanel key={show} value={show} className="pt-5">
            <Suspense fallback={<Skeleton className="h-64 w-full" />}>
              <PodsTab
                name={name}
                show={show}
                chosen={query.get("pod") ?? ""}
                onChoose={(pod) => go({ tab: "logs", pod })}
              />
            </Suspense>
          </TabPanel>
        ))}
        <TabPanel value="objects">
          <ObjectsTab name={name} version={version} />
        </TabPanel>
        <TabPanel value="events">
          <EventsTab installation={installation} />
        </TabPanel>
        <TabPanel value="timeline" className="pt-5">
          <Suspense fallback={<Skeleton className="h-64 w-full" />}>
            <TimelineTab subject={{ installation: name }} version={version} />
          </Suspense>
        </TabPanel>
        <TabPanel value="troubleshoot" className="pt-5">
          <Suspense fallback={<Skeleton className="h-64 w-full" />}>
            <TroubleshootTab name={name} version={version} />
          </Suspense>
        </TabPanel>
        <TabPanel value="inputs" className="pt-5">
          <Suspense fallback={<Skeleton className="h-40 w-full" />}>
            <InputsTab installation={installation} mayEdit={mayEdit} onSaved={() => go({ tab: undefined })} />
          </Suspense>
        </TabPanel>
        <TabPanel value="versions" className="pt-5">
          <Suspense fallback={<Skeleton className="h-40 w-full" />}>
            <VersionsTab
              installation={installation}
              mayEdit={mayEdit}
              onGoBack={(revision) => go({ rollback: String(revision) })}
            />
          </Suspense>
        </TabPanel>
      </Tabs>
      {query.get("schedule") && mayEdit ? (
        <Suspense fallback={null}>
          <ScheduleDialog installation={installation} onClose={() => go({ schedule: undefined })} />
        </Suspense>
      ) : null}
      {mayEdit && query.get("rollback") ? (
        <Suspense fallback={null}>
          <RollbackDialog
            installation={installation}
            to={query.get("rollback") ?? ""}
            onClose={() => go({ rollback: undefined })}
          />
        </Suspense>
      ) : null}
      {mayEdit && upgradingTo ? (
        <Suspense fallback={null}>
          <UpgradeDialog
            installation={installation}
            tag={upgradingTo}
            onClose={() => go({ upgrade: undefined })}
          />
        </Suspense>
      ) : null}
      {query.get("uninstall") && mayEdit ? (
        <Suspense fallback={null}>
          <UninstallDialog installation={installation} onClose={() => go({ uninstall: undefined })} />
        </Suspense>
      ) : null}
    </article>
  );
}

interface OpenButtonProps {
  name: string;
  address?: string;
  ready: boolean;
  /** Opening is not the next thing to do then. */
  secondary: boolean;
}

function OpenButton({ name, address, ready, secondary }: OpenButtonProps) {
  const t = useTranslations("installation");
  const { openApp } = useNavigation();
  return (
    <>
      <Button variant={secondary ? "secondary" : "primary"} disabled={!ready} onClick={() => openApp(name)}>
        {t("open")}
      </Button>
      {address && /^https?:\/\//.test(address) ? (
        <a
          href={address}
          target="_blank"
          rel="noopener noreferrer"
          aria-label={t("openInTab")}
          title={t("openInTab")}
          className="inline-flex size-9 items-center justify-center rounded-md border border-line-strong bg-surface hover:bg-hover"
        >
          <ExternalLink size={16} aria-hidden />
        </a>
      ) : null}
    </>
  );
}
