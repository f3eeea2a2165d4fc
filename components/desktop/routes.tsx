"use client";
import { lazy, type ReactNode, Suspense } from "react";
import { useTranslations } from "use-intl";
import type { Area } from "@/components/i18n/area";
import { LazyMessages } from "@/components/i18n/messages";
import { EmptyState } from "@/components/ui/empty-state";
import { Skeleton, SkeletonGroup } from "@/components/ui/skeleton";
import { ErrorBoundary } from "./error-boundary";

/** What a window shows, by the first segment of its path. Each comes with its own code and messages. */
const HubApp = lazy(() => import("@/components/hub/hub-app"));
const ProviderApp = lazy(() => import("@/components/provider/provider-app"));
const TimelineApp = lazy(() => import("@/components/timeline/timeline-app"));
const AdministrationApp = lazy(() => import("@/components/administration/administration-app"));
const UsageApp = lazy(() => import("@/components/usage/usage-app"));
const InstallationApp = lazy(() => import("@/components/installation/installation-app"));

const routes: { prefix: string; area: Area; draw: () => ReactNode }[] = [
  { prefix: "/hub", area: "hub", draw: () => <HubApp /> },
  { prefix: "/providers", area: "provider", draw: () => <ProviderApp /> },
  { prefix: "/timeline", area: "timeline", draw: () => <TimelineApp /> },
  { prefix: "/installations", area: "installation", draw: () => <InstallationApp /> },
  { prefix: "/administration", area: "administration", draw: () => <AdministrationApp /> },
  { prefix: "/usage", area: "usage", draw: () => <UsageApp /> },
];

/** The page for a path, inside a window. */
export function RouteContent({ path }: { path: string }) {
  const t = useTranslations("desktop");
  const route = routes.find(
    ({ prefix }) => path === prefix || (/^[/?]/.test(path.slice(prefix.length)) && path.startsWith(prefix)),
  );
  if (!route) return <EmptyState title={t("window.unknown")}>{t("window.unknownHint")}</EmptyState>;
  return (
    <ErrorBoundary key={route.prefix}>
      <Suspense fallback={<PageSkeleton />}>
        <LazyMessages area={route.area}>{route.draw()}</LazyMessages>
      </Suspense>
    </ErrorBoundary>
  );
}

export function PageSkeleton() {
  const t = useTranslations("common");
  return (
    <SkeletonGroup label={t("loading")} className="flex h-full flex-col gap-4 p-6">
      <Skeleton className="h-8 w-56" />
      <Skeleton className="h-28 w-full" />
      <Skeleton className="h-28 w-full" />
    </SkeletonGroup>
  );
}
