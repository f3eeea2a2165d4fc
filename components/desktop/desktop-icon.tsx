"use client";
import { ArrowUp } from "lucide-react";
import { useTranslations } from "use-intl";
import { AppIcon } from "@/components/ui/app-icon";
import { cx } from "@/components/ui/cx";
import { ProgressRing } from "@/components/ui/progress-ring";
import type { Status } from "@/components/ui/status";
import { StatusMark } from "@/components/ui/status-badge";
import type { Entry } from "./entries";
import { systemTile } from "./system-tile";

const moving: readonly Status[] = ["Pending", "Installing", "Uninstalling"];

/** What assistive technology and the tooltip say of an icon: name, state, percentage, sentence. */
export function useEntryText(): (entry: Entry) => { state: string | undefined; sentence: string } {
  const t = useTranslations("common");
  return (entry) => {
    const percent = entry.progress === undefined ? "" : ` ${Math.round(entry.progress * 100)}%`;
    const state = entry.status ? `${t(`status.${entry.status}`)}${percent}` : undefined;
    const newer = entry.newer ? t("newer", { tag: entry.newer }) : undefined;
    const told = [state, newer].filter(Boolean).join(", ") || undefined;
    return { state: told, sentence: [state, entry.message, newer].filter(Boolean).join(" · ") };
  };
}

/** The picture of an app with its live state: a ring while it moves, a mark at the corner otherwise, an arrow when there is a newer one. */
export function IconTile({ entry, size = 56 }: { entry: Entry; size?: number }) {
  const texts = useEntryText();
  const inMotion = entry.status !== undefined && moving.includes(entry.status);
  const mark = entry.status && !inMotion && entry.status !== "Running" ? entry.status : undefined;
  return (
    <span className="relative block" style={{ width: size, height: size }}>
      <span
        className={cx(
          "block transition-opacity",
          inMotion && "opacity-45",
          entry.status === "Suspended" && "opacity-60 grayscale",
        )}
      >
        {systemTile(entry.app, size) ?? (
          <AppIcon {...(entry.icon ? { src: entry.icon } : {})} name={entry.title} size={size} />
        )}
      </span>
      {inMotion ? (
        <span className="absolute inset-0 flex items-center justify-center">
          <span className="rounded-full bg-surface p-1 shadow-raised">
            <ProgressRing
              {...(entry.progress === undefined ? {} : { value: entry.progress })}
              size={Math.round(size * 0.46)}
              stroke={3}
              label={`${entry.title}: ${texts(entry).state ?? ""}`}
            />
          </span>
        </span>
      ) : null}
      {entry.newer ? (
        <span
          data-newer={entry.newer}
          className="absolute -top-1 -right-1 flex size-5 items-center justify-center rounded-full bg-accent text-on-accent shadow-raised"
        >
          <ArrowUp size={size > 40 ? 13 : 10} strokeWidth={2.5} aria-hidden />
        </span>
      ) : null}
      {mark ? (
        <span className="absolute -right-1 -bottom-1 flex size-5 items-center justify-center rounded-full bg-surface shadow-raised">
          <StatusMark status={mark} />
        </span>
      ) : null}
    </span>
  );
}
