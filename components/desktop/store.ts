import { create } from "zustand";
import type { WindowBounds } from "@/lib/model/resources";
import type { PlacedIcon } from "./icons";
import { type DesktopSpec, rebase } from "./merge";
import {
  type Area,
  closeWindow,
  findWindow,
  focusWindow,
  minimizeWindow,
  nextWindow,
  openWindow,
  type Snap,
  setBounds,
  setPath,
  snapWindow,
  toggleMaximized,
  type Windows,
} from "./windows";

interface WindowMemory {
  /** Paths behind and ahead of the current one. */
  back: string[];
  forward: string[];
  /** What a snapped or maximised window goes back to. */
  bounds?: WindowBounds;
  /** Minimised from this state. */
  state?: "normal" | "maximized";
}

interface DesktopState {
  /** What the server is known to have; undefined until the first snapshot. */
  base: DesktopSpec | undefined;
  /** What is shown: `base` and the changes made here since. */
  spec: DesktopSpec;
  area: Area;
  /** This tab's own, never saved. */
  memory: Record<string, WindowMemory>;
  /** Phones show one window at a time, or the desktop itself. */
  sheet: string | undefined;
}

/** The desktop of this tab. Changes are shown at once; `sync.ts` saves them. */
export const useDesktop = create<DesktopState>(() => ({
  base: undefined,
  spec: {},
  area: { width: 1280, height: 720 },
  memory: {},
  sheet: undefined,
}));

const { getState: get, setState: set } = useDesktop;

const noWindows: Windows = [];
export const windowsOf = (state: DesktopState): Windows => state.spec.windows ?? noWindows;

function update(how: (windows: Windows) => Windows): void {
  const before = windowsOf(get());
  const after = how(before);
  if (after !== before) set({ spec: { ...get().spec, windows: [...after] } });
}

function remember(app: string, change: Partial<WindowMemory>): void {
  const { memory } = get();
  const known = memory[app] ?? { back: [], forward: [] };
  set({ memory: { ...memory, [app]: { ...known, ...change } } });
}

export const desktop = {
  /** Takes in what the server has; changes made here since `sent`, by default what it was known to have, stay. */
  receive(remote: DesktopSpec, sent = get().base): void {
    set({ base: remote, spec: sent ? rebase(sent, get().spec, remote) : remote });
  },

  /** Another workspace: nothing of the last one stays. */
  reset(): void {
    set({ base: undefined, spec: {}, memory: {}, sheet: undefined });
  },

  setArea: (area: Area) => set({ area }),

  open(app: string, path?: string): void {
    if (path !== undefined) desktop.recordPath(app, path);
    const minimized = findWindow(windowsOf(get()), app)?.state === "minimized";
    update((windows) => openWindow(windows, app, get().area, path));
    if (minimized) restoreState(app);
    set({ sheet: app });
  },

  focus(app: string): void {
    const minimized = findWindow(windowsOf(get()), app)?.state === "minimized";
    update((windows) => focusWindow(windows, app));
    if (minimized) restoreState(app);
    set({ sheet: app });
  },

  close(app: string): void {
    update((windows) => closeWindow(windows, app));
    const { [app]: _, ...memory } = get().memory;
    set({ memory, ...(get().sheet === app ? { sheet: undefined } : {}) });
  },

  minimize(app: string): void {
    const state = findWindow(windowsOf(get()), app)?.state;
    if (state && state !== "minimized") remember(app, { state });
    update((windows) => minimizeWindow(windows, app));
    if (get().sheet === app) set({ sheet: undefined });
  },

  /** Everything out of the way, or (all minimised already) nothing to do. */
  showDesktop(): void {
    for (const window of windowsOf(get())) desktop.minimize(window.app);
  },

  toggleMaximized: (app: string) => update((windows) => toggleMaximized(windows, app)),
  setBounds: (app: string, bounds: WindowBounds) => update((windows) => setBounds(windows, app, bounds)),
  next: () => update(nextWindow),

  snap(app: string, snap: Snap): void {
    const window = findWindow(windowsOf(get()), app);
    if (window && snap !== "top") remember(app, { bounds: get().memory[app]?.bounds ?? window.bounds });
    update((windows) => snapWindow(windows, app, snap, get().area));
  },

  /** The bounds from before a snap, once. */
  takeUnsnapped(app: string): WindowBounds | undefined {
    const bounds = get().memory[app]?.bounds;
    if (bounds) {
      const { bounds: _, ...rest } = get().memory[app] ?? { back: [], forward: [] };
      set({ memory: { ...get().memory, [app]: rest } });
    }
    return bounds;
  },

  recordPath(app: string, path: string, replace?: boolean): void {
    const from = findWindow(windowsOf(get()), app)?.path;
    if (from === undefined || from === path || replace) return;
    remember(app, { back: [...(get().memory[app]?.back ?? []), from].slice(-50), forward: [] });
  },

  navigate(app: string, path: string, replace?: boolean): void {
    desktop.recordPath(app, path, replace);
    update((windows) => setPath(windows, app, path));
  },

  /** One step back or forward within the window; `home` is where a window without a path stands. */
  step(app: string, direction: "back" | "forward", home: string): void {
    const memory = get().memory[app];
    const other = direction === "back" ? "forward" : "back";
    const to = memory?.[direction].at(-1);
    if (!memory || to === undefined) return;
    const from = findWindow(windowsOf(get()), app)?.path ?? home;
    remember(app, { [direction]: memory[direction].slice(0, -1), [other]: [...memory[other], from] });
    update((windows) => setPath(windows, app, to));
  },

  showSheet: (app: string | undefined) => set({ sheet: app }),
  setIcons: (icons: PlacedIcon[]) => set({ spec: { ...get().spec, icons } }),
  set: (change: Partial<DesktopSpec>) => set({ spec: { ...get().spec, ...change } }),

  togglePinned(app: string): void {
    const dock = get().spec.dock ?? [];
    desktop.set({ dock: dock.includes(app) ? dock.filter((each) => each !== app) : [...dock, app] });
  },
};

function restoreState(app: string): void {
  if (get().memory[app]?.state === "maximized") update((windows) => toggleMaximized(windows, app));
}
