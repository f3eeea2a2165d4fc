"use client";
import { LayoutGrid } from "lucide-react";
import { useTranslations } from "use-intl";
import { cx } from "@/components/ui/cx";
import { ContextMenu, type MenuEntry } from "@/components/ui/menu";
import { Tooltip } from "@/components/ui/tooltip";
import { IconTile } from "./desktop-icon";
import { type Entry, HUB } from "./entries";
import { useIconMenu } from "./icon-menu";
import { overlay, useOverlay } from "./overlay";
import { desktop, useDesktop, windowsOf } from "./store";
import { useEntries } from "./use-entries";
import type { Launch } from "./use-launch";
import { usePhone } from "./use-media";
import { useWindowTitle } from "./use-window-title";
import { activeWindow } from "./windows";

const none: string[] = [];

/** The Hub, what was pinned, open windows, and the launcher. */
export function Dock({ launch }: { launch: Launch }) {
  const t = useTranslations("desktop");
  const windows = useDesktop(windowsOf);
  const pinned = useDesktop((state) => state.spec.dock) ?? none;
  const sheet = useDesktop((state) => state.sheet);
  const launcherOpen = useOverlay((state) => state.open === "launcher");
  const phone = usePhone();
  const { byApp } = useEntries();
  const titleOf = useWindowTitle();
  const menu = useIconMenu(launch);
  const front = phone ? sheet : activeWindow(windows)?.app;
  const open = windows.map((window) => window.app);
  const apps = [
    HUB,
    ...pinned.filter((app) => app !== HUB && byApp.has(app)),
    ...open.filter((app) => app !== HUB && !pinned.includes(app)),
  ];

  const press = (app: string) => {
    if (!open.includes(app)) launch.open(app);
    else if (front === app) desktop.minimize(app);
    else desktop.focus(app);
  };

  return (
    <nav
      aria-label={t("dock.label")}
      className={cx(
        "pointer-events-none absolute inset-x-0 bottom-0 z-[600] flex justify-center px-2",
        phone ? "pb-[max(4px,env(safe-area-inset-bottom))]" : "pb-2",
      )}
    >
      <ul className="pointer-events-auto flex max-w-full items-center gap-1 overflow-x-auto rounded-xl border border-glass-line bg-glass p-1.5 shadow-raised backdrop-blur-xl [scrollbar-width:none]">
        {apps.map((app) => {
          const entry: Entry = byApp.get(app) ?? {
            app,
            title: titleOf(app),
            displayType: "normal",
          };
          const items: MenuEntry[] = [
            ...menu(entry),
            ...(open.includes(app)
              ? ([
                  "separator",
                  { label: t("dock.closeWindow"), onSelect: () => launch.close(app) },
                ] satisfies MenuEntry[])
              : []),
          ];
          const title = titleOf(app, windows.find((window) => window.app === app)?.path);
          return (
            <li key={app}>
              <ContextMenu items={items}>
                <div>
                  <DockButton
                    label={open.includes(app) ? t("dock.openWindow", { title }) : title}
                    tip={title}
                    active={front === app}
                    running={open.includes(app)}
                    onPress={() => press(app)}
                  >
                    <IconTile entry={entry} size={40} />
                  </DockButton>
                </div>
              </ContextMenu>
            </li>
          );
        })}
        <li aria-hidden className="mx-1 h-9 w-px shrink-0 bg-line" />
        <li>
          <DockButton
            label={t("dock.launcher")}
            tip={t("dock.launcher")}
            active={launcherOpen}
            running={false}
            onPress={() => overlay.toggle("launcher")}
          >
            <span className="flex size-10 items-center justify-center rounded-lg bg-sunken text-text">
              <LayoutGrid size={22} aria-hidden />
            </span>
          </DockButton>
        </li>
      </ul>
    </nav>
  );
}

interface DockButtonProps {
  label: string;
  tip: string;
  active: boolean;
  running: boolean;
  onPress: () => void;
  children: React.ReactNode;
}

function DockButton({ label, tip, active, running, onPress, children }: DockButtonProps) {
  return (
    <Tooltip text={tip} side="top">
      <button
        type="button"
        aria-label={label}
        aria-current={active || undefined}
        onClick={onPress}
        className={cx(
          "relative flex size-12 shrink-0 items-center justify-center rounded-lg transition-colors",
          active ? "bg-accent-soft" : "hover:bg-hover",
        )}
      >
        {children}
        <span
          aria-hidden
          className={cx(
            "absolute bottom-px h-[3px] rounded-full transition-opacity",
            active ? "w-4 bg-accent-text" : "w-1.5 bg-muted",
            running ? "opacity-100" : "opacity-0",
          )}
        />
      </button>
    </Tooltip>
  );
}
