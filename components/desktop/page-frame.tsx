"use client";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { PageNavigation } from "@/components/data/page-navigation";
import { SessionProvider, useSession } from "@/components/data/session";
import { Skeleton, SkeletonGroup } from "@/components/ui/skeleton";
import { ConnectionNotice } from "./connection-notice";

/** The thin bar above a page that is not in a window. */
export function PageFrame({ children }: { children: ReactNode }) {
  return (
    <SessionProvider loading={<Waiting />}>
      <PageNavigation>
        <div className="flex h-dvh flex-col">
          <Bar />
          <ConnectionNotice />
          <main className="min-h-0 flex-1 overflow-auto bg-canvas">{children}</main>
        </div>
      </PageNavigation>
    </SessionProvider>
  );
}

function Bar() {
  const t = useTranslations("common");
  const { workspace, user } = useSession();
  return (
    <header className="flex h-11 shrink-0 items-center gap-3 border-b border-line bg-surface px-3">
      {/* A full load: the desktop is a page of its own, with its own code. */}
      <a
        href="/"
        className="flex h-8 items-center gap-2 rounded-md px-2 font-medium hover:bg-hover"
        title={t("desktop")}
      >
        <span aria-hidden className="size-[18px] bg-[url(/icon.svg)] bg-contain" />
        <span className="hidden sm:inline">{t("product")}</span>
        <span aria-hidden className="text-muted max-sm:hidden">
          /
        </span>
        <span>{t("desktop")}</span>
      </a>
      <span className="ml-auto min-w-0 truncate text-sm text-muted">
        {workspace.name === user.name ? user.name : `${workspace.name} · ${user.name}`}
      </span>
    </header>
  );
}

function Waiting() {
  const t = useTranslations("common");
  return (
    <SkeletonGroup label={t("loading")} className="flex flex-col gap-4 p-8">
      <Skeleton className="h-8 w-64" />
      <Skeleton className="h-40 w-full" />
      <Skeleton className="h-40 w-full" />
    </SkeletonGroup>
  );
}
