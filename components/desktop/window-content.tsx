"use client";
import { useTranslations } from "use-intl";
import { EmptyState } from "@/components/ui/empty-state";
import { isConsolePath } from "./address";
import { AppFrame } from "./app-frame";
import { type Entry, isSystem, systemHome } from "./entries";
import { RouteContent } from "./routes";
import type { Launch } from "./use-launch";
import { WindowNavigation } from "./window-navigation";

/** Where a window stands that has no path yet. */
export function homeOf(app: string, entry: Entry | undefined): string | undefined {
  if (isSystem(app)) return systemHome(app);
  return entry?.opens?.type === "app" && isConsolePath(entry.opens.url) ? entry.opens.url : undefined;
}

interface WindowContentProps {
  app: string;
  entry: Entry | undefined;
  path: string | undefined;
  title: string;
  active: boolean;
  launch: Launch;
}

/** A page of the console, or the app's own page in a frame. */
export function WindowContent({ app, entry, path, title, active, launch }: WindowContentProps) {
  const t = useTranslations("desktop.window");
  if (entry?.opens?.type === "iframe") {
    return <AppFrame entry={entry} url={entry.opens.url} title={title} active={active} launch={launch} />;
  }
  const at = path ?? homeOf(app, entry);
  if (!at || !isConsolePath(at)) return <EmptyState title={t("unknown")}>{t("unknownHint")}</EmptyState>;
  return (
    <WindowNavigation app={app} path={at} launch={launch}>
      <div className="h-full overflow-auto bg-canvas">
        <RouteContent path={at} />
      </div>
    </WindowNavigation>
  );
}
