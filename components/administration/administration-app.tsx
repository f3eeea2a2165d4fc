"use client";
import { useQuery } from "@tanstack/react-query";
import { Suspense } from "react";
import { useTranslations } from "use-intl";
import { api } from "@/components/data/api";
import { queryOf, useNavigation, withQuery } from "@/components/data/navigation";
import { useSession } from "@/components/data/session";
import { LazyMessages } from "@/components/i18n/messages";
import { ReasonMessages } from "@/components/i18n/reason";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton, SkeletonGroup } from "@/components/ui/skeleton";
import { TabPanel, Tabs } from "@/components/ui/tabs";
import type { AdministrationView } from "@/lib/model/administration-views";
import { AnnouncementsTab } from "./announcements-tab";
import { FailingTable } from "./failing-table";
import { ProvidersTable } from "./providers-table";
import { TrustTab } from "./trust-tab";
import { REFRESH_MS } from "./use-administration";
import { WorkspacesTable } from "./workspaces-table";

const TABS = ["workspaces", "failing", "providers", "trust", "announcements"] as const;

/** The whole cluster for its administrators: `/administration?tab=failing`. */
export default function AdministrationApp() {
  return (
    <Suspense fallback={null}>
      <LazyMessages area="administration">
        <ReasonMessages>
          <div className="@container h-full overflow-y-auto bg-canvas">
            <Overview />
          </div>
        </ReasonMessages>
      </LazyMessages>
    </Suspense>
  );
}

function Overview() {
  const t = useTranslations("administration");
  const { user } = useSession();
  const { path, navigate } = useNavigation();
  const overview = useQuery({
    queryKey: ["administration"],
    queryFn: ({ signal }) => api<AdministrationView>("GET", "/api/administration", undefined, { signal }),
    refetchInterval: REFRESH_MS,
    enabled: user.administrator,
  });
  if (!user.administrator) return <EmptyState title={t("notYours")}>{t("notYoursHint")}</EmptyState>;
  const tab = TABS.find((each) => each === queryOf(path).get("tab")) ?? "workspaces";
  const { data } = overview;

  return (
    <article className="mx-auto flex w-full max-w-[1100px] flex-col gap-4 p-4 @3xl:px-8 @3xl:py-6">
      <header>
        <h1 className="text-xl font-semibold">{t("title")}</h1>
        <p className="mt-1 text-sm text-muted">{t("lead")}</p>
      </header>
      {overview.isError && !data ? (
        <ErrorState error={overview.error} title={t("failed")} onRetry={() => void overview.refetch()} />
      ) : !data ? (
        <SkeletonGroup label={t("loading")} className="flex flex-col gap-3">
          <Skeleton className="h-10 w-full" />
          <Skeleton className="h-56 w-full" />
        </SkeletonGroup>
      ) : (
        <Tabs
          value={tab}
          onValueChange={(value) =>
            navigate(withQuery(path, { tab: value === "workspaces" ? undefined : value }), { replace: true })
          }
          label={t("title")}
          items={TABS.map((value) => ({
            value,
            label: t(`tabs.${value}`),
            ...(value === "trust" || value === "announcements" ? {} : { count: data[value].length }),
          }))}
        >
          <TabPanel value="workspaces">
            <WorkspacesTable rows={data.workspaces} currency={data.currency} />
          </TabPanel>
          <TabPanel value="failing">
            <FailingTable rows={data.failing} />
          </TabPanel>
          <TabPanel value="providers">
            <ProvidersTable rows={data.providers} />
          </TabPanel>
          <TabPanel value="trust">
            <TrustTab />
          </TabPanel>
          <TabPanel value="announcements">
            <AnnouncementsTab />
          </TabPanel>
        </Tabs>
      )}
    </article>
  );
}
