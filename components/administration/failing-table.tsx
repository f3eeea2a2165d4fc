"use client";
import { useTranslations } from "use-intl";
import { useReason } from "@/components/i18n/reason";
import { EmptyState } from "@/components/ui/empty-state";
import { RelativeTime } from "@/components/ui/relative-time";
import { StatusBadge } from "@/components/ui/status-badge";
import type { FailingRow } from "./types";

/** What does not run anywhere in the cluster, with the sentence that its owner reads, the latest first. */
export function FailingTable({ rows }: { rows: FailingRow[] }) {
  const t = useTranslations("administration");
  const say = useReason();
  if (rows.length === 0) return <EmptyState title={t("nothingFails")}>{t("nothingFailsHint")}</EmptyState>;
  return (
    <ul className="flex flex-col gap-3">
      {rows.map((row) => (
        <li
          key={`${row.namespace}/${row.name}`}
          className="rounded-lg border border-line bg-surface px-4 py-3"
        >
          <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <strong className="font-semibold">{row.title}</strong>
            <StatusBadge status={row.phase} />
            <span className="text-sm text-muted">
              {t("inWorkspace", { workspace: row.workspace })}
              {row.since ? " · " : ""}
              {row.since ? <RelativeTime value={row.since} /> : null}
            </span>
          </p>
          <p className="mt-1 text-sm wrap-break-word">{say(row)}</p>
          <p className="mt-1 font-mono text-xs text-muted wrap-break-word">
            {row.namespace}/{row.name} · {row.image}
          </p>
        </li>
      ))}
    </ul>
  );
}
