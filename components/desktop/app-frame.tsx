"use client";
import { ExternalLink, Info, X } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { Button, buttonClass, IconButton } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ProgressRing } from "@/components/ui/progress-ring";
import { appAddress } from "./address";
import type { Entry } from "./entries";
import type { Launch } from "./use-launch";

interface AppFrameProps {
  entry: Entry;
  url: string;
  title: string;
  active: boolean;
  launch: Launch;
}

const KEY = "frame-hint-seen";

/** Whether the hint about framing was put away for this app in this browser. */
function hintSeen(app: string): boolean {
  return (localStorage.getItem(KEY) ?? "").split(" ").includes(app);
}

/** An app's own page. It runs on another origin and in a sandbox; it cannot reach the console. */
export function AppFrame({ entry, url, title, active, launch }: AppFrameProps) {
  const t = useTranslations("desktop.frame");
  const common = useTranslations("common");
  const [loaded, setLoaded] = useState(false);
  const [hint, setHint] = useState(() => !hintSeen(entry.app));
  const address = appAddress(url, location.origin);

  if (entry.status === "Pending" || entry.status === "Installing") {
    return (
      <EmptyState
        icon={<ProgressRing value={entry.progress} size={44} stroke={4} label={t("starting", { title })} />}
        title={t("starting", { title })}
        action={
          entry.installation ? (
            <Button onClick={() => launch.details(entry.installation ?? "")}>{t("showDetails")}</Button>
          ) : null
        }
      >
        {entry.message ?? t("startingHint")}
      </EmptyState>
    );
  }
  if (!address) return <EmptyState title={t("refused")}>{t("refusedHint", { url })}</EmptyState>;

  return (
    <div className="flex h-full flex-col">
      {hint ? (
        <div className="flex shrink-0 items-center gap-2 border-b border-line bg-sunken py-1 pr-1 pl-3 text-sm text-muted">
          <Info size={14} aria-hidden className="shrink-0" />
          <span className="min-w-0 flex-1">{t("hint")}</span>
          <a
            href={address.href}
            target="_blank"
            rel="noopener noreferrer"
            className={buttonClass("quiet", "sm")}
          >
            <ExternalLink size={14} aria-hidden />
            {t("newTab")}
          </a>
          <IconButton
            label={common("close")}
            onClick={() => {
              localStorage.setItem(KEY, `${localStorage.getItem(KEY) ?? ""} ${entry.app}`.trim());
              setHint(false);
            }}
          >
            <X size={14} aria-hidden />
          </IconButton>
        </div>
      ) : null}
      <div className="relative min-h-0 flex-1 bg-canvas">
        {loaded ? null : (
          <div className="absolute inset-0 flex animate-late items-center justify-center">
            <ProgressRing size={28} label={t("loading", { title })} />
          </div>
        )}
        <iframe
          src={address.href}
          title={title}
          onLoad={() => setLoaded(true)}
          sandbox="allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads allow-modals"
          allow="clipboard-write; fullscreen"
          referrerPolicy="no-referrer"
          className="relative size-full border-0"
        />
        {/* A frame swallows the press that should bring its window forward. */}
        {active ? null : <div className="absolute inset-0" />}
      </div>
    </div>
  );
}
