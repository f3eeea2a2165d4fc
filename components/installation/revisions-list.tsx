"use client";
import { useTranslations } from "use-intl";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { MiddleTruncate } from "@/components/ui/middle-truncate";
import { RelativeTime } from "@/components/ui/relative-time";
import { Skeleton } from "@/components/ui/skeleton";
import { parseImageReference } from "@/lib/model/names";
import type { RevisionView } from "@/lib/model/revision-view";
import { useRevisions } from "./use-revisions";

interface RevisionsListProps {
  name: string;
  /** Changes when there may be another revision. */
  version: string;
  /** Absent for those who may not change things. */
  onGoBack?: (revision: number) => void;
}

/** The kept revisions: what was wanted, when, by whom and through which door, with the way back to each. */
export function RevisionsList({ name, version, onGoBack }: RevisionsListProps) {
  const t = useTranslations("installation");
  const { data, error, refetch } = useRevisions(name, version);
  if (error && !data)
    return <ErrorState error={error} title={t("revisions.unreadable")} onRetry={refetch} inline />;
  if (!data) return <Skeleton className="h-40 w-full" />;
  if (data.length === 0) return <p className="text-muted">{t("revisions.none")}</p>;
  return (
    <ul
      aria-label={t("revisions.title")}
      className="divide-y divide-line rounded-lg border border-line bg-surface"
    >
      {data.map((row) => (
        <li key={row.revision} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3">
          <div className="min-w-0 flex-1 basis-56">
            <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
              <span className="font-medium tabular-nums">
                {t("rollback.revision", { revision: row.revision })}
              </span>
              <span className="font-mono">{parseImageReference(row.image)?.tag}</span>
              {row.current ? <Badge tone="ok">{t("revisions.current")}</Badge> : null}
            </p>
            <p className="flex flex-wrap gap-x-2 text-sm text-muted">
              <RelativeTime value={row.at} />
              <Asked row={row} />
            </p>
            <div className="flex max-w-xs text-muted">
              <MiddleTruncate text={row.digest} tail={8} mono className="text-xs" />
            </div>
            <Inputs inputs={row.inputs} />
          </div>
          {onGoBack && !row.current ? (
            <Button size="sm" onClick={() => onGoBack(row.revision)}>
              {t("revisions.goBack")}
            </Button>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

/** Who asked for it and through which door, as far as it is known. */
function Asked({ row: { by, door, program } }: { row: RevisionView }) {
  const t = useTranslations("installation");
  // What a client that does not say its name is called by the API server tells nobody anything.
  const named = program === "unknown" ? undefined : program;
  const through = door && t.has(`revisions.doors.${door}`) ? t(`revisions.doors.${door}`) : named;
  if (!by && !through) return null;
  return <span className="wrap-break-word">{[by, through].filter(Boolean).join(" · ")}</span>;
}

function Inputs({ inputs }: { inputs: Record<string, string> }) {
  const entries = Object.entries(inputs);
  if (entries.length === 0) return null;
  return (
    <p className="mt-0.5 line-clamp-2 font-mono text-xs text-muted wrap-anywhere">
      {entries.map(([name, value]) => `${name}=${value}`).join(" ")}
    </p>
  );
}
