"use client";
import { lazy, Suspense, useEffect, useRef } from "react";
import { useTranslations } from "use-intl";
import { useTopic } from "@/components/data/use-topic";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import type { Installation } from "@/lib/model/resources";
import { CardView } from "./card-view";
import { needName, useCategoryName } from "./names";
import { CardGrid, CardsSkeleton } from "./skeletons";
import type { HubQuery, useRepositories } from "./use-repositories";

/** Comes when it is needed: most searches find something. */
const NothingFound = lazy(() => import("./nothing-found"));

interface ResultsProps {
  repositories: ReturnType<typeof useRepositories>;
  query: HubQuery;
  onClear: () => void;
}

/** The cards that fit the question, or what to do when none does. */
export function Results({ repositories, query, onClear }: ResultsProps) {
  const t = useTranslations("hub");
  const categoryName = useCategoryName();
  const { data, error, isPending, isPlaceholderData, hasNextPage, isFetchingNextPage } = repositories;
  const installations = useTopic<Installation>("installations");
  const first = data?.pages[0];

  if (isPending) return <CardsSkeleton label={t("loading")} />;
  if (error && !first) {
    return <ErrorState error={error} title={t("unreadable")} onRetry={() => repositories.refetch()} />;
  }
  if (!first) return null;
  const cards = data.pages.flatMap((page) => page.items);
  const narrowed = [
    query.mode && t(`modesMany.${query.mode}`),
    query.category && categoryName(query.category),
    query.organization && (first.organizations[0]?.title ?? query.organization),
    query.needs && t("needsNamed", { name: needName(query.needs) }),
    query.verified && t("verified"),
    query.signed && t("signedOnly"),
  ].filter(Boolean);

  return (
    <div className="px-4 pb-8 @4xl:px-6" aria-busy={isPlaceholderData}>
      <p
        role="status"
        className="mb-3 flex min-h-6 flex-wrap items-center gap-x-2 text-sm text-muted tabular-nums"
      >
        {first.total > 0 ? t("found", { count: first.total }) : null}
        {narrowed.length > 0 ? (
          <>
            <span>{narrowed.join(" · ")}</span>
            <button type="button" className="rounded-sm text-accent-text hover:underline" onClick={onClear}>
              {t("clearFilters")}
            </button>
          </>
        ) : null}
      </p>
      {first.total === 0 ? (
        <Suspense>
          <NothingFound text={query.q} nearest={first.nearest ?? []} installations={installations} />
        </Suspense>
      ) : (
        <CardGrid>
          {cards.map((card) => (
            <CardView key={`${card.org}/${card.repo}`} card={card} installations={installations} />
          ))}
        </CardGrid>
      )}
      {hasNextPage ? (
        <More
          onReach={() => !isFetchingNextPage && repositories.fetchNextPage()}
          waiting={isFetchingNextPage}
        />
      ) : null}
    </div>
  );
}

/** Asks for the next page shortly before its place comes into view; the button is for those who do not scroll. */
function More({ onReach, waiting }: { onReach: () => void; waiting: boolean }) {
  const t = useTranslations("hub");
  const mark = useRef<HTMLDivElement>(null);
  const latest = useRef(onReach);
  latest.current = onReach;
  useEffect(() => {
    const element = mark.current;
    if (!element) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) latest.current();
      },
      { root: element.closest("[data-scroller]"), rootMargin: "800px" },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={mark} className="flex justify-center py-6">
      <Button loading={waiting} onClick={onReach}>
        {t("more")}
      </Button>
    </div>
  );
}
