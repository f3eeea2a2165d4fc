"use client";
import { ArrowLeft, ArrowRight, Copy, Minus, Square, X } from "lucide-react";
import { Activity, type KeyboardEvent, memo, useEffect, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { AppIcon } from "@/components/ui/app-icon";
import { IconButton } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";
import { Menu, type MenuEntry } from "@/components/ui/menu";
import type { DesktopWindow } from "@/lib/model/resources";
import { appAddress } from "./address";
import type { Entry } from "./entries";
import { desktop, useDesktop } from "./store";
import { systemTile } from "./system-tile";
import { tabbedSince } from "./tabbed";
import { useDrag } from "./use-drag";
import type { Launch } from "./use-launch";
import { homeOf, WindowContent } from "./window-content";
import { WindowEdges } from "./window-edges";
import { type Area, clampBounds, type Snap, snapAt } from "./windows";

interface WindowFrameProps {
  window: DesktopWindow;
  entry: Entry | undefined;
  title: string;
  active: boolean;
  /** Rank in the stack, from 0. */
  rank: number;
  area: Area;
  sheet: boolean;
  launch: Launch;
  onSnapPreview: (snap: Snap | undefined) => void;
}

const KEY_STEP = 24;

/** A window: title bar, edges, content. On a phone a full-screen sheet. */
export const WindowFrame = memo(function WindowFrame({
  window: shown,
  entry,
  title,
  active,
  rank,
  area,
  sheet,
  launch,
  onSnapPreview,
}: WindowFrameProps) {
  const t = useTranslations("desktop.window");
  const { app, state } = shown;
  const section = useRef<HTMLElement>(null);
  const [byKeyboard, setByKeyboard] = useState(false);
  const canGoBack = useDesktop((store) => (store.memory[app]?.back.length ?? 0) > 0);
  const canGoForward = useDesktop((store) => (store.memory[app]?.forward.length ?? 0) > 0);
  const maximized = state === "maximized" || sheet;
  const hidden = sheet ? !active : state === "minimized";
  const bounds = maximized
    ? { x: 0, y: 0, width: area.width, height: area.height }
    : clampBounds(shown.bounds, area);

  // The window in front has the focus, unless the focus is in it already.
  useEffect(() => {
    if (active && !hidden && section.current && !section.current.contains(document.activeElement)) {
      section.current.focus({ preventScroll: true });
    }
  }, [active, hidden]);

  const drag = useDrag({
    onStart: (event) => {
      if (sheet || (event.target as Element).closest("button")) return undefined;
      return { bounds, maximized, grab: event.clientX };
    },
    onMove: (start, dx, dy, x, y) => {
      let from = start.bounds;
      const before = start.maximized ? shown.bounds : desktop.takeUnsnapped(app);
      if (before && (start.maximized || before.width !== from.width)) {
        // A maximised or snapped window shrinks under the pointer and keeps its place relative to it.
        const share = (start.grab - from.x) / from.width;
        from = { ...before, x: Math.round(start.grab - before.width * share), y: from.y };
        start.bounds = from;
        start.maximized = false;
      }
      desktop.setBounds(app, clampBounds({ ...from, x: from.x + dx, y: from.y + dy }, area));
      onSnapPreview(snapAt(x, y - barTop(), area));
    },
    onEnd: (_start, moved, x, y) => {
      onSnapPreview(undefined);
      const snap = moved ? snapAt(x, y - barTop(), area) : undefined;
      if (snap) desktop.snap(app, snap);
    },
  });

  const close = () => launch.close(app);
  const home = homeOf(app, entry) ?? "/";
  const standalone =
    entry?.opens?.type === "iframe"
      ? appAddress(entry.opens.url, location.origin)?.href
      : (shown.path ?? home);

  const items: MenuEntry[] = [
    ...(sheet
      ? []
      : ([
          {
            label: maximized ? t("restore") : t("maximize"),
            shortcut: "Alt+Shift+↑",
            onSelect: () => desktop.toggleMaximized(app),
          },
          { label: t("snapLeft"), shortcut: "Alt+Shift+←", onSelect: () => desktop.snap(app, "left") },
          { label: t("snapRight"), shortcut: "Alt+Shift+→", onSelect: () => desktop.snap(app, "right") },
          { label: t("moveByKeyboard"), onSelect: () => setByKeyboard(true) },
          "separator",
        ] satisfies MenuEntry[])),
    ...(standalone
      ? [{ label: t("newTab"), onSelect: () => void globalThis.open(standalone, "_blank", "noopener") }]
      : []),
    ...(entry?.installation
      ? [{ label: t("details"), onSelect: () => launch.details(entry.installation ?? "") }]
      : []),
    { label: t("minimize"), shortcut: "Alt+Shift+M", onSelect: () => desktop.minimize(app) },
    { label: t("close"), shortcut: "Alt+Shift+W", onSelect: close },
  ];

  const moveByKey = (event: KeyboardEvent) => {
    if (!byKeyboard) return;
    const steps: Record<string, [number, number]> = {
      ArrowLeft: [-KEY_STEP, 0],
      ArrowRight: [KEY_STEP, 0],
      ArrowUp: [0, -KEY_STEP],
      ArrowDown: [0, KEY_STEP],
    };
    const by = steps[event.key];
    if (by) {
      const [dx, dy] = by;
      const next = event.shiftKey
        ? { ...bounds, width: bounds.width + dx, height: bounds.height + dy }
        : { ...bounds, x: bounds.x + dx, y: bounds.y + dy };
      desktop.setBounds(app, clampBounds(next, area));
    } else if (event.key === "Escape" || event.key === "Enter") setByKeyboard(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <section
      ref={section}
      aria-label={title}
      data-window={app}
      data-active={active || undefined}
      tabIndex={-1}
      hidden={hidden}
      onPointerDownCapture={() => desktop.focus(app)}
      onFocusCapture={(event) => {
        if (active) return;
        // A page that has just loaded may take the focus for its search field; only a person brings a window forward.
        if (tabbedSince(event.timeStamp)) desktop.focus(app);
        else if (event.relatedTarget instanceof HTMLElement) event.relatedTarget.focus();
      }}
      onKeyDownCapture={moveByKey}
      className="absolute top-0 left-0 outline-none"
      style={{
        width: bounds.width,
        height: bounds.height,
        transform: `translate(${bounds.x}px, ${bounds.y}px)`,
        zIndex: rank + 10,
      }}
    >
      <div
        className={cx(
          "flex size-full animate-appear flex-col overflow-hidden bg-surface",
          maximized ? "rounded-none" : "rounded-xl",
          active ? "shadow-window" : "shadow-raised outline outline-line",
          byKeyboard && "outline-2! outline-accent-text!",
        )}
      >
        <div
          role="toolbar"
          aria-label={title}
          onPointerDown={drag}
          onDoubleClick={(event) => {
            if (!sheet && !(event.target as Element).closest("button")) desktop.toggleMaximized(app);
          }}
          className={cx(
            "flex h-9 shrink-0 touch-none items-center gap-1 border-b border-line pr-1 pl-1.5 select-none max-sm:h-12",
            active ? "bg-surface" : "bg-sunken text-muted",
          )}
        >
          <Menu items={items} align="start">
            <button
              type="button"
              aria-label={t("menu", { title })}
              className="flex size-8 items-center justify-center rounded-md hover:bg-hover"
            >
              {systemTile(app, 18) ?? (
                <AppIcon {...(entry?.icon ? { src: entry.icon } : {})} name={title} size={18} />
              )}
            </button>
          </Menu>
          {canGoBack || canGoForward ? (
            <>
              <IconButton
                label={t("back")}
                disabled={!canGoBack}
                onClick={() => desktop.step(app, "back", home)}
              >
                <ArrowLeft size={16} aria-hidden />
              </IconButton>
              <IconButton
                label={t("forward")}
                disabled={!canGoForward}
                onClick={() => desktop.step(app, "forward", home)}
                className="max-sm:hidden"
              >
                <ArrowRight size={16} aria-hidden />
              </IconButton>
            </>
          ) : null}
          <h2 className={cx("min-w-0 flex-1 truncate px-1", active ? "font-semibold" : "font-medium")}>
            {title}
          </h2>
          {byKeyboard ? <span className="truncate text-xs text-muted">{t("moveHint")}</span> : null}
          <IconButton label={t("minimize")} shortcut="Alt+Shift+M" onClick={() => desktop.minimize(app)}>
            <Minus size={16} aria-hidden />
          </IconButton>
          {sheet ? null : (
            <IconButton
              label={maximized ? t("restore") : t("maximize")}
              shortcut="Alt+Shift+↑"
              onClick={() => desktop.toggleMaximized(app)}
            >
              {maximized ? (
                <Copy size={14} aria-hidden className="-scale-x-100" />
              ) : (
                <Square size={13} aria-hidden />
              )}
            </IconButton>
          )}
          <IconButton
            label={t("close")}
            shortcut="Alt+Shift+W"
            onClick={close}
            className="hover:bg-danger-soft hover:text-danger"
          >
            <X size={16} aria-hidden />
          </IconButton>
        </div>
        <Activity mode={hidden ? "hidden" : "visible"}>
          <div className="min-h-0 flex-1">
            <WindowContent
              app={app}
              entry={entry}
              path={shown.path}
              title={title}
              active={active}
              launch={launch}
            />
          </div>
        </Activity>
      </div>
      {maximized ? null : <WindowEdges app={app} bounds={bounds} area={area} />}
    </section>
  );
});

/** Top of the work area in the page; a banner above it may move it. */
function barTop(): number {
  return document.getElementById("work-area")?.getBoundingClientRect().top ?? 0;
}
