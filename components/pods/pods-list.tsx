"use client";
import { ScrollText } from "lucide-react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { MiddleTruncate } from "@/components/ui/middle-truncate";
import { RelativeTime } from "@/components/ui/relative-time";
import type { Status } from "@/components/ui/status";
import { StatusMark } from "@/components/ui/status-badge";
import type { PodView } from "@/lib/model/stream";
import { isStuck } from "./state";

function markOf(pod: PodView): Status {
  if (pod.phase === "Failed" || pod.containers.some(({ state }) => isStuck(state))) return "Failed";
  if (pod.phase === "Succeeded") return "Succeeded";
  return pod.ready === pod.containers.length && pod.ready > 0 ? "Running" : "Creating";
}

/** The pods, with what their containers are doing. */
export function PodsList({ pods, onLogs }: { pods: readonly PodView[]; onLogs: (pod: string) => void }) {
  const t = useTranslations("provider");
  if (pods.length === 0) return <p className="py-4 text-muted">{t("noPods")}</p>;
  const sorted = [...pods].sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  return (
    <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
      {sorted.map((pod) => (
        <li key={pod.name} className="px-4 py-3">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="flex min-w-0 items-center gap-3">
              <StatusMark status={markOf(pod)} />
              <MiddleTruncate text={pod.name} mono className="min-w-0 font-medium" />
            </span>
            <span className="pl-6 text-muted tabular-nums @lg:pl-0">
              {t.has(`podPhases.${pod.phase}`) ? t(`podPhases.${pod.phase}`) : pod.phase} ·{" "}
              {t("readyOf", { ready: pod.ready, desired: pod.containers.length })}
            </span>
            <span className="flex w-full items-center gap-3 pl-6 text-sm text-muted @lg:ml-auto @lg:w-auto @lg:pl-0">
              {pod.node ? <MiddleTruncate text={pod.node} /> : null}
              <RelativeTime value={pod.createdAt} />
              <Button
                size="sm"
                variant="quiet"
                className="ml-auto"
                icon={<ScrollText size={14} aria-hidden />}
                aria-label={t("logsOf", { name: pod.name })}
                onClick={() => onLogs(pod.name)}
              >
                {t("tabs.logs")}
              </Button>
            </span>
          </div>
          <ul className="mt-1 flex flex-col gap-0.5 pl-6 text-sm">
            {pod.containers.map((container) => (
              <li key={container.name} className="flex min-w-0 flex-wrap gap-x-2">
                <span className="font-mono">{container.name}</span>
                <span className="text-muted">{container.state}</span>
                {container.restarts > 0 ? (
                  <span className="text-warn tabular-nums">
                    {t("restarts", { count: container.restarts })}
                  </span>
                ) : null}
                <span className="flex min-w-0 text-muted">
                  <MiddleTruncate text={container.image} tail={16} mono />
                </span>
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}
