"use client";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { AppLink } from "@/components/data/navigation";
import { useSession } from "@/components/data/session";
import { useReason } from "@/components/i18n/reason";
import { Button, buttonClass } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { EmptyState } from "@/components/ui/empty-state";
import { RelativeTime } from "@/components/ui/relative-time";
import { StatusBadge } from "@/components/ui/status-badge";
import type { FailingRow } from "@/lib/model/administration-views";
import { type Way, waysOf } from "@/lib/model/ways";

/** As many as are shown at once, the latest first. */
const MANY = 50;
/** What leads to a page of the Hub that concerns the whole cluster. */
const FOR_ADMINISTRATORS: ReadonlySet<Way> = new Set(["grant", "provider", "tag", "hub"]);

/** Another's workspace opens to its members alone; what stands in the records, administrators may read. */
function commandOf({ namespace, name }: FailingRow): string {
  return `kubectl describe installation ${name} -n ${namespace}`;
}

/** What does not run anywhere in the cluster, with the sentence that its owner reads, the latest first. */
export function FailingTable({ rows }: { rows: FailingRow[] }) {
  const t = useTranslations("administration");
  const say = useReason();
  const [shown, setShown] = useState(MANY);
  const { namespace } = useSession();
  if (rows.length === 0) return <EmptyState title={t("nothingFails")}>{t("nothingFailsHint")}</EmptyState>;
  return (
    <>
      <ul className="flex flex-col gap-3">
        {rows.slice(0, shown).map((row) => (
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
            {row.object ? (
              <p className="mt-1 text-sm text-muted wrap-break-word">
                {t("about")}{" "}
                <span className="font-mono">
                  {row.object.kind}/{row.object.name}
                </span>
              </p>
            ) : null}
            <p className="mt-1 font-mono text-xs text-muted wrap-break-word">
              {row.namespace}/{row.name} · {row.image}
            </p>
            <div className="mt-2 flex flex-wrap items-center gap-2">
              {waysOf(row, row.image, false)
                .filter(({ way, to }) => to !== undefined && FOR_ADMINISTRATORS.has(way))
                .map(({ way, to = "" }) => (
                  <AppLink key={way} to={to} className={buttonClass("secondary", "sm")}>
                    {t(`ways.${way}`)}
                  </AppLink>
                ))}
              {row.namespace === namespace ? (
                <AppLink
                  to={`/installations/${encodeURIComponent(row.name)}?tab=troubleshoot`}
                  className={buttonClass("secondary", "sm")}
                >
                  {t("ways.troubleshoot")}
                </AppLink>
              ) : (
                <span className="flex min-w-0 items-center text-sm text-muted">
                  {t("troubleshootThere")}
                  <CopyButton text={commandOf(row)} name={commandOf(row)} />
                </span>
              )}
            </div>
          </li>
        ))}
      </ul>
      {rows.length > shown ? (
        <Button className="mt-3" onClick={() => setShown(shown + MANY)}>
          {t("more", { count: rows.length - shown })}
        </Button>
      ) : null}
    </>
  );
}
