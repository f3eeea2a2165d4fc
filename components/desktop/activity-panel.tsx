"use client";
import { X } from "lucide-react";
import { useTranslations } from "use-intl";
import { useTopic } from "@/components/data/use-topic";
import { AppIcon } from "@/components/ui/app-icon";
import { IconButton } from "@/components/ui/button";
import { RelativeTime } from "@/components/ui/relative-time";
import { Skeleton } from "@/components/ui/skeleton";
import { StatusBadge, StatusMark } from "@/components/ui/status-badge";
import type { EventView } from "@/lib/model/stream";
import { recentEvents, recentInstallations } from "./activity";
import { overlay } from "./overlay";
import { OverlayPanel } from "./overlay-panel";
import { useEntries } from "./use-entries";
import type { Launch } from "./use-launch";

/** What is under way, what failed, and what the cluster said lately. */
export default function ActivityPanel({ launch }: { launch: Launch }) {
  const t = useTranslations("desktop.activity");
  const common = useTranslations("common");
  const { installations, list } = useEntries();
  const events = useTopic<EventView>("events");
  const byInstallation = new Map(list.map((entry) => [entry.installation, entry]));
  const recent = recentInstallations(installations.values(), 12);
  const latest = recentEvents(events.items.values(), 30);

  return (
    <OverlayPanel
      title={t("title")}
      clear
      className="top-12 right-2 bottom-2 w-[min(400px,calc(100vw-16px))] overflow-hidden rounded-xl bg-surface shadow-window"
    >
      <header className="flex h-12 shrink-0 items-center border-b border-line pr-2 pl-4">
        <h2 className="flex-1 font-semibold">{t("title")}</h2>
        <IconButton label={common("close")} tooltip={false} onClick={overlay.hide}>
          <X size={16} aria-hidden />
        </IconButton>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <h3 className="px-4 pt-4 pb-1 text-sm text-muted">{t("installations")}</h3>
        {recent.length === 0 ? <p className="px-4 py-2 text-muted">{t("noInstallations")}</p> : null}
        <ul>
          {recent.map(({ name, at, installation }) => {
            const entry = byInstallation.get(name);
            return (
              <li key={name}>
                <button
                  type="button"
                  onClick={() => {
                    overlay.hide();
                    launch.details(name);
                  }}
                  className="flex w-full items-start gap-3 px-4 py-2.5 text-left -outline-offset-2 hover:bg-hover"
                >
                  <AppIcon
                    {...(entry?.icon ? { src: entry.icon } : {})}
                    name={entry?.title ?? name}
                    size={32}
                  />
                  <span className="min-w-0 flex-1">
                    <span className="flex items-baseline justify-between gap-2">
                      <span className="truncate font-medium">{entry?.title ?? name}</span>
                      <RelativeTime value={at} className="shrink-0 text-xs text-muted" />
                    </span>
                    <span className="mt-1 flex items-center gap-2">
                      <StatusBadge
                        status={entry?.status ?? "Unknown"}
                        {...(entry?.progress === undefined ? {} : { percent: entry.progress * 100 })}
                      />
                    </span>
                    {installation.status?.message && entry?.status !== "Running" ? (
                      <span className="mt-1 line-clamp-3 block text-sm text-muted wrap-break-word">
                        {entry?.message ?? installation.status.message}
                      </span>
                    ) : null}
                  </span>
                </button>
              </li>
            );
          })}
        </ul>
        <h3 className="mt-2 border-t border-line px-4 pt-4 pb-1 text-sm text-muted">{t("events")}</h3>
        {events.ready ? null : <Skeleton className="mx-4 my-2 h-12" />}
        {events.ready && latest.length === 0 ? <p className="px-4 py-2 text-muted">{t("noEvents")}</p> : null}
        <ul className="pb-4">
          {latest.map((event) => (
            <li
              key={`${event.object}/${event.reason}/${event.message}`}
              className="flex items-start gap-2.5 px-4 py-2 text-sm"
            >
              <span className="mt-1">
                <StatusMark status={event.type === "Warning" ? "Warning" : "Unknown"} />
              </span>
              <span className="min-w-0 flex-1">
                <span className="flex items-baseline justify-between gap-2">
                  <span className="truncate font-medium">
                    {event.type === "Warning" ? (
                      <span className="sr-only">{common("status.Warning")}: </span>
                    ) : null}
                    {event.reason}
                    {event.count > 1 ? <span className="font-normal text-muted"> ×{event.count}</span> : null}
                  </span>
                  <RelativeTime value={event.lastSeen} className="shrink-0 text-xs text-muted" />
                </span>
                <span className="block truncate font-mono text-xs text-muted">{event.object}</span>
                <span className="line-clamp-3 block wrap-break-word">{event.message}</span>
              </span>
            </li>
          ))}
        </ul>
      </div>
    </OverlayPanel>
  );
}
