"use client";
import { lazy, Suspense } from "react";
import { useLocale, useTranslations } from "use-intl";
import { useNavigation } from "@/components/data/navigation";
import { useSession } from "@/components/data/session";
import { Button, type ButtonSize, type ButtonVariant } from "@/components/ui/button";
import type { RepositoryCard } from "@/lib/model/repository-views";
import type { Installation } from "@/lib/model/resources";
import { useInstall } from "./install-host";
import { isMoving, type Launch, launchOf } from "./launch";
import { localized } from "./types";

/** Most cards are of what is not installed, and need none. */
const LaunchIcon = lazy(() => import("./launch-icon"));

interface LaunchButtonProps {
  card: RepositoryCard;
  installations: { items: ReadonlyMap<string, Installation>; ready: boolean };
  size?: ButtonSize;
  /** The tag to install instead of the latest. */
  tag?: string;
}

/** Install, its progress, Open, Upgrade, or what needs attention: always the one next thing to do. */
export function LaunchButton({ card, installations, size = "sm", tag }: LaunchButtonProps) {
  const t = useTranslations("hub");
  const { navigate, openApp } = useNavigation();
  const { mayEdit } = useSession();
  const { install } = useInstall();
  const { title } = localized(card, useLocale());
  const launch = launchOf(card, installations.items.values());
  const { state, installation } = launch;
  const name = installation?.metadata.name ?? "";
  const look = { size, className: "relative", disabled: !installations.ready };
  const main: ButtonVariant = size === "sm" ? "secondary" : "primary";

  if (isMoving(state)) {
    return (
      <Button {...look} onClick={() => navigate(`/installations/${name}`)} icon={<Icon launch={launch} />}>
        <MovingWords launch={launch} long={size !== "sm"} />
      </Button>
    );
  }
  switch (state) {
    case "NotInstalled":
      return (
        <Button
          {...look}
          variant={main}
          disabled={look.disabled || !mayEdit || !card.latestTag}
          aria-label={t("installNamed", { title })}
          title={mayEdit ? undefined : t("viewerMayNot")}
          onClick={() => install({ kind: "install", card, ...(tag ? { tag } : {}) })}
        >
          {t("install")}
        </Button>
      );
    case "UpdateAvailable":
      return installation && mayEdit ? (
        <Button
          {...look}
          variant={main}
          aria-label={t("updateNamed", { title })}
          onClick={() => install({ kind: "update", card, installation })}
        >
          {t("update")}
        </Button>
      ) : null;
    case "Running":
      return (
        <Button {...look} variant={main} aria-label={t("openNamed", { title })} onClick={() => openApp(name)}>
          {t("open")}
        </Button>
      );
    default:
      return (
        <Button
          {...look}
          icon={<Icon launch={launch} />}
          aria-label={t("showNamed", { title, state: t(`states.${state}`) })}
          onClick={() => navigate(`/installations/${name}`)}
        >
          {t(`states.${state}`)}
        </Button>
      );
  }
}

/** Its place is kept while its code comes. */
function Icon({ launch }: { launch: Launch }) {
  return (
    <Suspense fallback={<span className={isMoving(launch.state) ? "size-4" : "size-3"} />}>
      <LaunchIcon launch={launch} />
    </Suspense>
  );
}

function MovingWords({ launch, long }: { launch: Launch; long: boolean }) {
  const t = useTranslations("hub");
  const progress = launch.installation?.status?.progress;
  if (launch.state === "Installing" && progress && progress.total > 0) {
    return (
      <span className="tabular-nums">
        {t(long ? "installingOf" : "progressOf", { done: progress.done, total: progress.total })}
      </span>
    );
  }
  return t(`states.${launch.state}`);
}
