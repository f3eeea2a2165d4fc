"use client";
import type { EventView } from "@/lib/model/stream";
import { RelativeTime } from "./relative-time";
import { Skeleton } from "./skeleton";
import { StatusMark } from "./status-badge";

interface EventListProps {
  events: readonly EventView[];
  ready: boolean;
  /** Said when there are none. */
  empty: string;
}

/** Kubernetes events, newest first; the same thing said again is one line with a count. */
export function EventList({ events, ready, empty }: EventListProps) {
  if (!ready) return <Skeleton className="h-32 w-full" />;
  if (events.length === 0) return <p className="py-4 text-muted">{empty}</p>;
  const sorted = [...events].sort((a, b) => b.lastSeen.localeCompare(a.lastSeen)).slice(0, 500);
  return (
    <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
      {sorted.map((event) => (
        <li
          key={`${event.object} ${event.reason} ${event.message} ${event.lastSeen}`}
          className="flex gap-3 px-4 py-2.5"
        >
          <span className="mt-1.5">
            <StatusMark status={event.type === "Warning" ? "Warning" : "Running"} />
          </span>
          <div className="min-w-0 flex-1">
            <p className="flex flex-wrap items-baseline gap-x-2">
              <span className="font-medium">{event.reason}</span>
              <span className="min-w-0 font-mono text-sm text-muted wrap-anywhere">{event.object}</span>
              {event.count > 1 ? (
                <span className="text-sm text-muted tabular-nums">×{event.count}</span>
              ) : null}
            </p>
            <p className="wrap-break-word">{event.message}</p>
          </div>
          <RelativeTime value={event.lastSeen} className="shrink-0 text-sm text-muted" />
        </li>
      ))}
    </ul>
  );
}
