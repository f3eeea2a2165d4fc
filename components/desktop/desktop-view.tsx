"use client";
import { Store } from "lucide-react";
import { lazy, Suspense, useEffect, useLayoutEffect, useMemo, useRef } from "react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { ContextMenu, type MenuEntry } from "@/components/ui/menu";
import { ConnectionNotice } from "./connection-notice";
import { Dock } from "./dock";
import { BIN_PATH, DETAILS, HUB, TIMELINE } from "./entries";
import { ErrorBoundary } from "./error-boundary";
import { IconGrid } from "./icon-grid";
import { DOCK } from "./layout";
import { overlay, useOverlay } from "./overlay";
import { desktop, useDesktop } from "./store";
import { TopBar } from "./top-bar";
import { useEntries } from "./use-entries";
import { useLaunch } from "./use-launch";
import { usePhone } from "./use-media";
import { useFollowPreferences } from "./use-preferences";
import { useShortcuts } from "./use-shortcuts";
import { useDesktopSync } from "./use-sync";
import { Wallpaper } from "./wallpaper";
import { WindowLayer } from "./window-layer";

const Announcements = lazy(() => import("./announcements"));
const BudgetNotice = lazy(() => import("./budget-notice"));
const CommandPalette = lazy(() => import("./command-palette"));
const Launcher = lazy(() => import("./launcher"));
const ActivityPanel = lazy(() => import("./activity-panel"));
const ShortcutSheet = lazy(() => import("./shortcut-sheet"));
const WallpaperDialog = lazy(() => import("./wallpaper-dialog"));
const UninstallDialog = lazy(() => import("@/components/installation/uninstall-dialog"));

/** Wallpaper, bar, icons, windows, dock, and whatever lies over them. */
export function DesktopView() {
  const t = useTranslations("desktop");
  const known = useDesktopSync();
  useFollowPreferences();
  const { open, details, upgrade, close } = useLaunch();
  const launch = useMemo(() => ({ open, details, upgrade, close }), [open, details, upgrade, close]);
  useShortcuts(launch);
  const { list, installations, ready } = useEntries();
  const wallpaper = useDesktop((state) => state.spec.wallpaper);
  const windows = useDesktop((state) => state.spec.windows?.length ?? 0);
  const { open: shown, uninstalling } = useOverlay();
  const leaving = uninstalling ? installations.get(uninstalling) : undefined;
  const work = useWorkArea();
  const phone = usePhone();
  const here = known && ready;
  const empty = here && list.length === 0 && windows === 0;

  // `/?open=<app>`: a standalone page asked for an app.
  useEffect(() => {
    if (!here) return;
    const app = new URLSearchParams(location.search).get("open");
    if (!app) return;
    history.replaceState(history.state, "", "/");
    open(app);
  }, [here, open]);

  const desktopItems: MenuEntry[] = [
    { label: t("menu.hub"), onSelect: () => open(HUB) },
    { label: t("timeline"), onSelect: () => open(TIMELINE) },
    { label: t("bin"), onSelect: () => desktop.open(DETAILS, BIN_PATH) },
    { label: t("menu.arrange"), onSelect: () => desktop.setIcons([]) },
    { label: t("menu.showDesktop"), shortcut: "Alt+Shift+D", onSelect: desktop.showDesktop },
    "separator",
    { label: t("bar.wallpaper"), onSelect: () => overlay.show("wallpaper") },
    { label: t("bar.shortcuts"), shortcut: "?", onSelect: () => overlay.show("shortcuts") },
  ];

  return (
    <div className="fixed inset-0 flex flex-col overflow-hidden">
      <Wallpaper name={wallpaper} />
      <TopBar />
      <ConnectionNotice />
      <ErrorBoundary quiet>
        <Suspense>
          <Announcements />
          <BudgetNotice />
        </Suspense>
      </ErrorBoundary>
      <h1 className="sr-only">{t("title")}</h1>
      <div className="relative min-h-0 flex-1">
        <main
          ref={work}
          id="work-area"
          className="absolute inset-x-0 top-0 isolate"
          style={{ bottom: phone ? DOCK - 4 : DOCK }}
        >
          <ContextMenu items={desktopItems}>
            <div className="absolute inset-0">{here ? <IconGrid launch={launch} /> : null}</div>
          </ContextMenu>
          {empty ? (
            <div className="pointer-events-none absolute inset-0 flex items-center justify-center p-6">
              <div className="pointer-events-auto flex max-w-sm animate-appear flex-col items-center gap-4 rounded-xl border border-glass-line bg-glass p-8 text-center shadow-raised backdrop-blur-xl">
                <p className="text-lg">{t("empty")}</p>
                <Button
                  variant="primary"
                  size="lg"
                  icon={<Store size={18} aria-hidden />}
                  onClick={() => open(HUB)}
                >
                  {t("openHub")}
                </Button>
              </div>
            </div>
          ) : null}
          {here ? <WindowLayer launch={launch} /> : null}
        </main>
        <Dock launch={launch} />
      </div>
      <Announcer />
      <ErrorBoundary>
        <Suspense>
          {shown === "palette" ? <CommandPalette launch={launch} /> : null}
          {shown === "launcher" ? <Launcher launch={launch} /> : null}
          {shown === "activity" ? <ActivityPanel launch={launch} /> : null}
          {shown === "shortcuts" ? <ShortcutSheet /> : null}
          {shown === "wallpaper" ? <WallpaperDialog /> : null}
          {leaving ? (
            <UninstallDialog installation={leaving} onClose={() => overlay.uninstall(undefined)} />
          ) : null}
        </Suspense>
      </ErrorBoundary>
    </div>
  );
}

/** Tells the store how large the work area is, now and whenever it changes. */
function useWorkArea() {
  const ref = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = () => {
      const { clientWidth: width, clientHeight: height } = element;
      if (width > 0 && height > 0) desktop.setArea({ width, height });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return ref;
}

/** Reads out what changes on icons: beginnings, ends and failures, not every percent. */
function Announcer() {
  const t = useTranslations("common");
  const { list } = useEntries();
  const known = useRef(new Map<string, string>());
  const region = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    const news: string[] = [];
    const first = known.current.size === 0;
    for (const { app, title, status, message } of list) {
      if (!status || known.current.get(app) === status) continue;
      known.current.set(app, status);
      if (!first)
        news.push(
          `${title}: ${t(`status.${status}`)}${status === "Failed" && message ? `. ${message}` : ""}`,
        );
    }
    if (news.length > 0 && region.current) region.current.textContent = news.join(". ");
  }, [list, t]);
  return <p ref={region} role="status" aria-live="polite" className="sr-only" />;
}
