"use client";
import {
  type KeyboardEvent,
  lazy,
  type MouseEvent,
  type PointerEvent,
  type ReactNode,
  Suspense,
  useEffect,
  useId,
  useRef,
} from "react";
import { withProps } from "./compose";
import { whenIdle } from "./idle";
import { closeMenu, type MenuEntry, type OpenMenu, useMenuHost } from "./menu-host";

export type { MenuEntry } from "./menu-host";

const loadPanel = () => import("./menu-panel");
const MenuPanel = lazy(loadPanel);
whenIdle(loadPanel);

/** At the root, once: draws whichever menu is open. */
export function MenuLayer() {
  const open = useMenuHost((state) => state.open);
  return open ? (
    <Suspense>
      <MenuPanel key={open.id} {...open} />
    </Suspense>
  ) : null;
}

function openMenu(menu: OpenMenu): void {
  useMenuHost.setState({ open: menu });
}

interface MenuProps {
  items: MenuEntry[];
  /** The button that opens it. */
  children: ReactNode;
  align?: "start" | "center" | "end";
  side?: "top" | "bottom";
}

/** A menu below a button. */
export function Menu({ items, children, align = "end", side = "bottom" }: MenuProps) {
  const id = useId();
  const open = useMenuHost((state) => state.open?.id === id);
  const wasOpen = useRef(false);
  const show = (element: HTMLElement) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    openMenu({ id, items, anchor: { x, y, width, height }, align, side, trigger: element });
  };
  return withProps(children, {
    "aria-haspopup": "menu",
    "aria-expanded": open,
    // The press that closes the menu must not open it again.
    onPointerDown: () => {
      wasOpen.current = open;
    },
    onClick: (event: MouseEvent<HTMLElement>) => {
      if (wasOpen.current) closeMenu();
      else show(event.currentTarget);
      wasOpen.current = false;
    },
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      if (event.key !== "ArrowDown") return;
      event.preventDefault();
      show(event.currentTarget);
    },
  });
}

const LONG_PRESS_MS = 600;

interface ContextMenuProps {
  items: MenuEntry[];
  /** An element that takes pointer handlers. */
  children: ReactNode;
  disabled?: boolean;
}

/** A menu at the pointer: right click, long press, Menu key, or Shift+F10 within the child. */
export function ContextMenu({ items, children, disabled }: ContextMenuProps) {
  const id = useId();
  const press = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(press.current), []);
  if (disabled) return children;
  const show = (x: number, y: number) => {
    const focused = document.activeElement;
    const trigger = focused instanceof HTMLElement && focused !== document.body ? focused : null;
    // A new id each time, so that the panel is placed anew.
    openMenu({
      id: `${id}-${Math.round(x)}-${Math.round(y)}`,
      items,
      anchor: { x, y, width: 0, height: 0 },
      align: "start",
      side: "bottom",
      trigger,
    });
  };
  const stop = () => clearTimeout(press.current);
  return withProps(children, {
    onContextMenu: (event: MouseEvent<HTMLElement>) => {
      event.preventDefault();
      event.stopPropagation();
      stop();
      show(event.clientX, event.clientY);
    },
    onPointerDown: (event: PointerEvent) => {
      if (event.pointerType === "mouse") return;
      const { clientX, clientY } = event;
      stop();
      press.current = setTimeout(() => show(clientX, clientY), LONG_PRESS_MS);
    },
    onPointerMove: stop,
    onPointerUp: stop,
    onPointerCancel: stop,
  });
}
