import type { DesktopWindow, WindowBounds } from "@/lib/model/resources";

/** Pure functions from windows to windows. Pixels, relative to the work area: below the top bar, above the dock. */
export type Windows = readonly DesktopWindow[];

export interface Area {
  width: number;
  height: number;
}

export type Edge = "n" | "s" | "e" | "w" | "ne" | "nw" | "se" | "sw";
export type Snap = "left" | "right" | "top";

export const MIN_WIDTH = 360;
export const MIN_HEIGHT = 240;
/** Of a window pushed aside, this much stays in reach. */
const REACH = 96;
const TITLE_BAR = 36;
/** How near the edge the pointer must come for a snap. */
const SNAP_REACH = 12;
const CASCADE = 28;

const clamp = (value: number, low: number, high: number) =>
  Math.round(Math.min(Math.max(value, low), Math.max(low, high)));

/** The bounds that can be drawn in the area: not larger than it, title bar in reach. Kept bounds stay as they are. */
export function clampBounds(bounds: WindowBounds, area: Area): WindowBounds {
  const width = clamp(bounds.width, Math.min(MIN_WIDTH, area.width), area.width);
  const height = clamp(bounds.height, Math.min(MIN_HEIGHT, area.height), area.height);
  return {
    width,
    height,
    x: clamp(bounds.x, REACH - width, area.width - REACH),
    y: clamp(bounds.y, 0, area.height - TITLE_BAR),
  };
}

/** Where the n-th window opens: about three quarters of the area, up to what a page can use, each a step down and right of the last, back to the start. */
export function initialBounds(count: number, area: Area): WindowBounds {
  const width = clamp(area.width * 0.76, Math.min(MIN_WIDTH, area.width), 1360);
  const height = clamp(area.height * 0.86, Math.min(MIN_HEIGHT, area.height), 960);
  const step = (count % 6) * CASCADE;
  return clampBounds(
    {
      width,
      height,
      x: (area.width - width) / 2 + step - CASCADE,
      y: Math.max(0, (area.height - height) / 2 - 8) + step - Math.min(CASCADE, (area.height - height) / 2),
    },
    area,
  );
}

const topZ = (windows: Windows) => windows.reduce((top, each) => Math.max(top, each.z), 0);

export const findWindow = (windows: Windows, app: string) => windows.find((each) => each.app === app);

function change(windows: Windows, app: string, how: (window: DesktopWindow) => DesktopWindow): Windows {
  return windows.map((each) => (each.app === app ? how(each) : each));
}

/** The window in front; minimised ones do not count. */
export function activeWindow(windows: Windows): DesktopWindow | undefined {
  return windows.reduce<DesktopWindow | undefined>(
    (front, each) => (each.state !== "minimized" && (!front || each.z > front.z) ? each : front),
    undefined,
  );
}

/** Brings to the front; a minimised one comes back. Unchanged (the same array) if it is in front already. */
export function focusWindow(windows: Windows, app: string): Windows {
  const window = findWindow(windows, app);
  if (!window || activeWindow(windows)?.app === app) return windows;
  return change(windows, app, (each) => ({
    ...each,
    z: topZ(windows) + 1,
    state: each.state === "minimized" ? "normal" : each.state,
  }));
}

/** Opens a window, or brings the open one to the front (and to `path`, if given). */
export function openWindow(windows: Windows, app: string, area: Area, path?: string): Windows {
  if (findWindow(windows, app)) {
    const focused = focusWindow(windows, app);
    return path === undefined ? focused : setPath(focused, app, path);
  }
  const shown = windows.filter((each) => each.state !== "minimized").length;
  return [
    ...windows,
    {
      app,
      state: "normal",
      bounds: initialBounds(shown, area),
      z: topZ(windows) + 1,
      ...(path === undefined ? {} : { path }),
    },
  ];
}

export function closeWindow(windows: Windows, app: string): Windows {
  return windows.filter((each) => each.app !== app);
}

export function minimizeWindow(windows: Windows, app: string): Windows {
  return change(windows, app, (each) => ({ ...each, state: "minimized" }));
}

export function toggleMaximized(windows: Windows, app: string): Windows {
  return change(windows, app, (each) => ({
    ...each,
    state: each.state === "maximized" ? "normal" : "maximized",
  }));
}

export function setBounds(windows: Windows, app: string, bounds: WindowBounds): Windows {
  return change(windows, app, (each) => ({ ...each, state: "normal", bounds }));
}

export function setPath(windows: Windows, app: string, path: string): Windows {
  return change(windows, app, (each) => (each.path === path ? each : { ...each, path }));
}

/** The window behind the front one comes forward; going on, each in turn. Minimised ones are left alone. */
export function nextWindow(windows: Windows): Windows {
  const back = windows
    .filter((each) => each.state !== "minimized")
    .reduce<DesktopWindow | undefined>((low, each) => (!low || each.z < low.z ? each : low), undefined);
  return back ? focusWindow(windows, back.app) : windows;
}

/** Bounds after an edge was pulled by (dx, dy); the opposite edge stays where it is, sizes stay legal. */
export function resizeBounds(
  start: WindowBounds,
  edge: Edge,
  dx: number,
  dy: number,
  area: Area,
): WindowBounds {
  let { x, y, width, height } = start;
  const right = x + width;
  const bottom = y + height;
  if (edge.includes("e")) width = clamp(width + dx, MIN_WIDTH, area.width - x);
  if (edge.includes("s")) height = clamp(height + dy, MIN_HEIGHT, area.height - y);
  if (edge.includes("w")) {
    width = clamp(width - dx, MIN_WIDTH, right);
    x = right - width;
  }
  if (edge.includes("n")) {
    height = clamp(height - dy, MIN_HEIGHT, bottom);
    y = bottom - height;
  }
  return { x, y, width, height };
}

/** The half (or the whole, at the top) that a pointer at (x, y) asks for. */
export function snapAt(x: number, y: number, area: Area): Snap | undefined {
  if (y <= SNAP_REACH / 2) return "top";
  if (x <= SNAP_REACH) return "left";
  if (x >= area.width - SNAP_REACH) return "right";
  return undefined;
}

export function snapBounds(snap: Snap, area: Area): WindowBounds {
  const half = Math.floor(area.width / 2);
  switch (snap) {
    case "top":
      return { x: 0, y: 0, width: area.width, height: area.height };
    case "left":
      return { x: 0, y: 0, width: half, height: area.height };
    case "right":
      return { x: half, y: 0, width: area.width - half, height: area.height };
  }
}

export function snapWindow(windows: Windows, app: string, snap: Snap, area: Area): Windows {
  return snap === "top"
    ? change(windows, app, (each) => ({ ...each, state: "maximized" }))
    : setBounds(windows, app, snapBounds(snap, area));
}
