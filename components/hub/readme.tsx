"use client";
import { useQuery } from "@tanstack/react-query";
import type { MouseEvent } from "react";
import { useLocale, useTranslations } from "use-intl";
import { api, apiPath } from "@/components/data/api";
import { ErrorState } from "@/components/ui/error-state";
import { ServerHtml } from "@/components/ui/server-html";
import { Skeleton, SkeletonGroup } from "@/components/ui/skeleton";
import type { RepositoryDetail } from "@/lib/model/repository-views";

/** The image's README in the reader's language, else in the image's own. */
export function Readme({ detail }: { detail: RepositoryDetail }) {
  const t = useTranslations("hub");
  const locale = useLocale();
  const { org, repo } = detail.card;
  const { data, error, refetch } = useQuery({
    queryKey: ["readme", org, repo, detail.tag, locale],
    queryFn: ({ signal }) =>
      api<{ html: string; locale: string }>(
        "GET",
        `${apiPath("hub", "repositories", org, repo, "readme")}?${new URLSearchParams({ tag: detail.tag, locale })}`,
        undefined,
        { signal },
      ),
    enabled: detail.readmes.length > 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (detail.readmes.length === 0) return <p className="text-muted">{t("noReadme")}</p>;
  if (error) return <ErrorState error={error} title={t("readmeUnreadable")} onRetry={refetch} inline />;
  if (!data) {
    return (
      // What comes below it on a narrow page is not to jump when it is here.
      <SkeletonGroup label={t("loading")} className="min-h-[60dvh]">
        <Skeleton className="h-6 w-1/3" />
        <Skeleton className="mt-4 h-4 w-full" />
        <Skeleton className="mt-2 h-4 w-11/12" />
        <Skeleton className="mt-2 h-4 w-3/4" />
      </SkeletonGroup>
    );
  }
  return (
    // The links inside take the keyboard themselves.
    <ServerHtml html={data.html} lang={data.locale} className="max-w-prose" onClick={followAnchor} />
  );
}

/** Links to headings scroll within the window instead of changing the desktop's address. */
function followAnchor(event: MouseEvent<HTMLDivElement>) {
  const link = (event.target as HTMLElement).closest("a");
  const hash = link?.getAttribute("href");
  if (!link || !hash?.startsWith("#")) return;
  event.preventDefault();
  const id = decodeURIComponent(hash.slice(1));
  const target = [...event.currentTarget.querySelectorAll<HTMLElement>("[id]")].find(
    (element) => element.id === id || element.id === `user-content-${id}`,
  );
  target?.scrollIntoView({ block: "start" });
}
