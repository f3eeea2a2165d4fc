"use client";
import { type KeyboardEvent, type MouseEvent, useMemo, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { cx } from "@/components/ui/cx";
import { ContextMenu } from "@/components/ui/menu";
import { Tooltip } from "@/components/ui/tooltip";
import { IconTile, useEntryText } from "./desktop-icon";
import { type Entry, HUB } from "./entries";
import { useIconMenu } from "./icon-menu";
import { type Direction, type Grid, moveIcon, neighbour, type PlacedIcon, placeIcons, step } from "./icons";
import { CELL_HEIGHT, CELL_WIDTH, GRID_PADDING } from "./layout";
import { overlay } from "./overlay";
import { desktop, useDesktop } from "./store";
import { useDrag } from "./use-drag";
import { useEntries } from "./use-entries";
import type { Launch } from "./use-launch";
import { usePhone } from "./use-media";

const noIcons: PlacedIcon[] = [];
const arrows: Record<string, Direction> = {
  ArrowUp: "up",
  ArrowDown: "down",
  ArrowLeft: "left",
  ArrowRight: "right",
};

/** The icons on the desktop: walked by arrows, moved by Shift+arrows or by dragging, opened by Enter or double-click. */
export function IconGrid({ launch }: { launch: Launch }) {
  const t = useTranslations("desktop");
  const { list } = useEntries();
  const saved = useDesktop((state) => state.spec.icons) ?? noIcons;
  const area = useDesktop((state) => state.area);
  const phone = usePhone();
  const [selected, setSelected] = useState<string>();
  const [held, setHeld] = useState<{ app: string; dx: number; dy: number }>();

  const entries = useMemo(
    () => [
      { app: HUB, title: t("hub"), displayType: "normal" } satisfies Entry,
      ...list.filter((entry) => entry.displayType === "normal"),
    ],
    [list, t],
  );
  const grid: Grid = useMemo(
    () =>
      phone
        ? { columns: 4, rows: Math.ceil(entries.length / 4) }
        : {
            columns: Math.max(1, Math.floor((area.width - 2 * GRID_PADDING) / CELL_WIDTH)),
            rows: Math.max(1, Math.floor((area.height - 2 * GRID_PADDING) / CELL_HEIGHT)),
          },
    [phone, area, entries.length],
  );
  const placed = useMemo(() => {
    const apps = entries.map((entry) => entry.app);
    // On a phone icons flow; the places that were made on a large screen stay saved.
    return phone
      ? apps.map((app, index) => ({ app, column: index % 4, row: Math.floor(index / 4) }))
      : placeIcons(apps, saved, grid);
  }, [entries, saved, grid, phone]);
  const current = placed.some((icon) => icon.app === selected) ? selected : placed[0]?.app;
  const byApp = new Map(entries.map((entry) => [entry.app, entry]));

  const focus = (app: string | undefined) => {
    if (!app) return;
    setSelected(app);
    document.getElementById(`icon-${app}`)?.focus();
  };
  const drop = (app: string, dx: number, dy: number) => {
    const icon = placed.find((each) => each.app === app);
    if (!icon) return;
    const column = Math.round(icon.column + dx / CELL_WIDTH);
    const row = Math.round(icon.row + dy / CELL_HEIGHT);
    const to = {
      column: Math.min(Math.max(0, column), grid.columns - 1),
      row: Math.min(Math.max(0, row), grid.rows - 1),
    };
    desktop.setIcons(moveIcon(placed, app, to));
  };
  const onKeyDown = (event: KeyboardEvent, entry: Entry) => {
    const direction = arrows[event.key];
    if (direction) {
      event.preventDefault();
      const icon = placed.find((each) => each.app === entry.app);
      if (event.shiftKey && icon && !phone)
        desktop.setIcons(moveIcon(placed, entry.app, step(icon, direction, grid)));
      else focus(neighbour(placed, entry.app, direction));
    } else if (event.key === "Enter") {
      event.preventDefault();
      launch.open(entry.app);
    } else if (event.key === "Delete" && entry.installation && entry.status !== "Uninstalling") {
      event.preventDefault();
      overlay.uninstall(entry.installation);
    } else if (event.key === "Home" || event.key === "End") {
      event.preventDefault();
      focus((event.key === "Home" ? placed[0] : placed.at(-1))?.app);
    } else if (
      event.key.length === 1 &&
      !event.ctrlKey &&
      !event.metaKey &&
      !event.altKey &&
      event.key !== " "
    ) {
      const letter = event.key.toLowerCase();
      const start = placed.findIndex((each) => each.app === entry.app);
      const turn = [...placed.slice(start + 1), ...placed.slice(0, start + 1)];
      focus(turn.find((each) => byApp.get(each.app)?.title.toLowerCase().startsWith(letter))?.app);
    }
  };

  return (
    <ul
      aria-label={t("icons")}
      className={cx(
        "absolute inset-0",
        phone && "grid auto-rows-min grid-cols-4 gap-y-3 overflow-y-auto p-3",
      )}
      style={phone ? undefined : { padding: GRID_PADDING }}
    >
      {placed.map((icon) => {
        const entry = byApp.get(icon.app);
        if (!entry) return null;
        const offset = held?.app === icon.app ? held : undefined;
        return (
          <li
            key={icon.app}
            className={cx(phone ? "flex justify-center" : "absolute", offset && "z-[4]")}
            style={
              phone
                ? undefined
                : {
                    width: CELL_WIDTH,
                    height: CELL_HEIGHT,
                    transform: `translate(${icon.column * CELL_WIDTH + (offset?.dx ?? 0)}px, ${icon.row * CELL_HEIGHT + (offset?.dy ?? 0)}px)`,
                  }
            }
          >
            <Icon
              entry={entry}
              launch={launch}
              focusable={current === icon.app}
              selected={selected === icon.app}
              draggable={!phone}
              onSelect={() => setSelected(icon.app)}
              onKeyDown={(event) => onKeyDown(event, entry)}
              onDrag={(dx, dy) => setHeld({ app: icon.app, dx, dy })}
              onDrop={(dx, dy) => {
                setHeld(undefined);
                drop(icon.app, dx, dy);
              }}
            />
          </li>
        );
      })}
    </ul>
  );
}

interface IconProps {
  entry: Entry;
  launch: Launch;
  focusable: boolean;
  selected: boolean;
  draggable: boolean;
  onSelect: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
  onDrag: (dx: number, dy: number) => void;
  onDrop: (dx: number, dy: number) => void;
}

function Icon({
  entry,
  launch,
  focusable,
  selected,
  draggable,
  onSelect,
  onKeyDown,
  onDrag,
  onDrop,
}: IconProps) {
  const texts = useEntryText();
  const menu = useIconMenu(launch);
  const dragged = useRef({ moved: false, dx: 0, dy: 0 });
  const drag = useDrag({
    onStart: (event) => {
      dragged.current = { moved: false, dx: 0, dy: 0 };
      return draggable && event.pointerType !== "touch" ? true : undefined;
    },
    onMove: (_start, dx, dy) => {
      dragged.current = { moved: true, dx, dy };
      onDrag(dx, dy);
    },
    onEnd: (_start, moved) => {
      if (moved) onDrop(dragged.current.dx, dragged.current.dy);
    },
  });
  const onClick = (event: MouseEvent) => {
    if (dragged.current.moved) return;
    onSelect();
    // A finger taps once; a click without a press comes from assistive technology.
    const pointer = (event.nativeEvent as PointerEvent).pointerType;
    if (pointer === "touch" || pointer === "pen" || event.detail === 0) launch.open(entry.app);
  };
  const { state, sentence } = texts(entry);
  const button = (
    <button
      id={`icon-${entry.app}`}
      type="button"
      tabIndex={focusable ? 0 : -1}
      aria-label={state ? `${entry.title}, ${state}` : entry.title}
      data-status={entry.status}
      onPointerDown={drag}
      onClick={onClick}
      onDoubleClick={() => launch.open(entry.app)}
      onFocus={onSelect}
      onKeyDown={onKeyDown}
      className={cx(
        "group flex w-[88px] flex-col items-center gap-1.5 rounded-lg px-1 pt-2 pb-1 text-center transition-colors select-none max-sm:w-[86px] max-sm:px-0",
        selected ? "bg-glass" : "hover:bg-glass",
      )}
    >
      <IconTile entry={entry} />
      <span className="icon-label line-clamp-2 w-full text-sm leading-tight font-medium wrap-break-word text-on-wallpaper max-sm:text-xs">
        {entry.title}
      </span>
    </button>
  );
  return (
    <ContextMenu items={menu(entry)}>
      <div className="mx-auto w-fit">
        {sentence && entry.status !== "Running" ? (
          <Tooltip text={sentence} side="right">
            {button}
          </Tooltip>
        ) : (
          button
        )}
      </div>
    </ContextMenu>
  );
}
