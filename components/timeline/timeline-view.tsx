"use client";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import { api, apiPath } from "@/components/data/api";
import { useSession } from "@/components/data/session";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton, SkeletonGroup } from "@/components/ui/skeleton";
import {
  byDay,
  filtered,
  shownAtFirst,
  type Timeline,
  type TimelineFilter,
  type TimelineSubject,
} from "@/lib/model/timeline";
import { EntryLine } from "./entry-line";
import { Toolbar } from "./toolbar";

/** Nothing tells that it has grown, so it is asked again. */
const REFRESH_MS = 15_000;
const SHOWN_AT_ONCE = 200;

interface TimelineViewProps {
  subject: TimelineSubject;
  /** Asked again at once whenever it changes. */
  version?: string;
}

/** Who did what, by day, the newest first. What the cluster says by itself is shown when it is asked for. */
export function TimelineView({ subject, version = "" }: TimelineViewProps) {
  const t = useTranslations("timeline");
  const locale = useLocale();
  const { namespace } = useSession();
  const [filter, setFilter] = useState<TimelineFilter>({ kinds: shownAtFirst });
  const [limit, setLimit] = useState(SHOWN_AT_ONCE);
  const query = queryOf(subject);
  const { data, error, refetch } = useQuery({
    queryKey: ["timeline", namespace, query, version],
    queryFn: ({ signal }) =>
      api<Timeline>("GET", `${apiPath("namespaces", namespace, "timeline")}?${query}`, undefined, { signal }),
    placeholderData: (before) => before,
    refetchInterval: REFRESH_MS,
    staleTime: 0,
  });
  const shown = useMemo(() => filtered(data?.entries ?? [], filter), [data, filter]);
  const days = useMemo(() => {
    const format = new Intl.DateTimeFormat(locale, { dateStyle: "full" });
    return byDay(shown.slice(0, limit), (at) => format.format(Date.parse(at)));
  }, [shown, limit, locale]);

  if (error && !data) return <ErrorState error={error} title={t("unreadable")} onRetry={refetch} inline />;
  if (!data)
    return (
      <SkeletonGroup label={t("loading")} className="flex flex-col gap-3">
        <Skeleton className="h-9 w-full" />
        <Skeleton className="h-64 w-full" />
      </SkeletonGroup>
    );
  return (
    <div>
      <Toolbar
        entries={data.entries}
        shown={shown}
        filter={filter}
        onFilter={setFilter}
        file={["timeline", namespace, subject.installation ?? subject.instance?.name]
          .filter(Boolean)
          .join("-")}
      />
      {days.length === 0 ? (
        <EmptyState title={t(data.entries.length > 0 ? "nothingMatches" : "nothing")} />
      ) : (
        days.map(({ day, entries }) => (
          <section key={day} aria-label={day} className="mt-5">
            <h2 className="mb-2 text-sm font-medium text-muted">{day}</h2>
            <ol className="divide-y divide-line rounded-lg border border-line bg-surface">
              {entries.map((entry, index) => (
                <EntryLine
                  // biome-ignore lint/suspicious/noArrayIndexKey: two lines may be alike in every field
                  key={`${entry.at} ${entry.event} ${entry.object.kind}/${entry.object.name} ${index}`}
                  entry={entry}
                  wide={!subject.installation && !subject.instance}
                />
              ))}
            </ol>
          </section>
        ))
      )}
      {shown.length > limit ? (
        <Button className="mt-4" onClick={() => setLimit(limit + SHOWN_AT_ONCE)}>
          {t("more", { count: shown.length - limit })}
        </Button>
      ) : null}
      <footer className="mt-5 flex flex-col gap-1 text-sm text-muted">
        <p>{t("kept")}</p>
        {data.unread.length > 0 ? <p>{t("unread", { kinds: data.unread.join(", ") })}</p> : null}
      </footer>
    </div>
  );
}

function queryOf({ installation, instance }: TimelineSubject): string {
  const query = new URLSearchParams();
  if (installation) query.set("installation", installation);
  if (instance) {
    query.set("apiVersion", instance.apiVersion);
    query.set("kind", instance.kind);
    query.set("name", instance.name);
  }
  return query.toString();
}
