"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { RotateCcw } from "lucide-react";
import { useTranslations } from "use-intl";
import { api, apiPath } from "@/components/data/api";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { RelativeTime } from "@/components/ui/relative-time";
import type { HistoryEntry, Saved } from "@/lib/model/editing-views";
import { Difference, textOf } from "./difference";

/** Who changed what, and when; every state can be had back. */
export default function HistoryPage({ org, repo }: { org: string; repo: string }) {
  const t = useTranslations("publishing.history");
  const fields = useTranslations("publishing.edit.fields");
  const path = `${apiPath("hub", "repositories", org, repo)}/history`;
  const client = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: ["repository-history", org, repo],
    queryFn: ({ signal }) => api<{ items: HistoryEntry[] }>("GET", path, undefined, { signal }),
  });
  const restore = useMutation({
    mutationFn: (revision: number) => api<Saved>("POST", `${path}/${revision}`),
    onSuccess: () => {
      for (const key of ["repository-history", "repository-words", "repository", "readme", "repositories"])
        void client.invalidateQueries({ queryKey: [key] });
    },
  });
  if (error && !data) return <ErrorState error={error} onRetry={() => refetch()} />;
  return (
    <>
      <h1 className="mt-3 text-2xl font-semibold">{t("title")}</h1>
      <p className="mt-1 text-muted">{t("hint")}</p>
      {restore.error ? <ErrorState error={restore.error} inline /> : null}
      {data?.items.length === 0 ? <EmptyState title={t("none")} /> : null}
      <ol className="mt-4 flex flex-col gap-4">
        {(data?.items ?? []).map((entry, index) => (
          <li key={entry.revision} className="rounded-lg border border-line bg-surface p-4">
            <div className="flex flex-wrap items-center gap-2">
              <p className="min-w-0 flex-1 basis-56">
                <span className="font-medium">{entry.name || t("outside")}</span>{" "}
                <span className="text-muted">
                  {entry.restored
                    ? t("restored")
                    : entry.changed.length > 0
                      ? t("changed", { count: entry.changed.length })
                      : null}{" "}
                  <RelativeTime value={entry.at} />
                </span>
              </p>
              {index > 0 ? (
                <Button
                  size="sm"
                  icon={<RotateCcw size={14} aria-hidden />}
                  loading={restore.isPending && restore.variables === entry.revision}
                  onClick={() => restore.mutate(entry.revision)}
                >
                  {t("restore")}
                </Button>
              ) : (
                <span className="text-sm text-muted">{t("current")}</span>
              )}
            </div>
            {entry.changed.map((field) => (
              <details key={field} className="mt-2" open={entry.changed.length === 1 && index < 3}>
                <summary className="min-h-8 cursor-pointer py-1 text-sm">{fields(field)}</summary>
                <Difference before={textOf(field, entry.before)} after={textOf(field, entry.after)} />
              </details>
            ))}
          </li>
        ))}
      </ol>
    </>
  );
}
