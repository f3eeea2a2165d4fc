import { describe, expect, it } from "vitest";
import type { DesktopWindow } from "@/lib/model/resources";
import {
  type Area,
  activeWindow,
  clampBounds,
  closeWindow,
  focusWindow,
  initialBounds,
  MIN_HEIGHT,
  MIN_WIDTH,
  minimizeWindow,
  nextWindow,
  openWindow,
  resizeBounds,
  snapAt,
  snapBounds,
  snapWindow,
  toggleMaximized,
} from "./windows";

const area: Area = { width: 1200, height: 800 };
const window = (app: string, z: number, change: Partial<DesktopWindow> = {}): DesktopWindow => ({
  app,
  state: "normal",
  bounds: { x: 100, y: 100, width: 600, height: 400 },
  z,
  ...change,
});
const three = [window("a", 1), window("b", 3), window("c", 2)];

describe("opening", () => {
  it("puts a new window in front of all others", () => {
    expect(activeWindow(openWindow(three, "d", area))?.app).toBe("d");
  });

  it("brings an open window forward instead of opening it twice, and moves it to the asked path", () => {
    const after = openWindow(three, "a", area, "/hub/x/y");
    expect(after).toHaveLength(3);
    expect(activeWindow(after)).toMatchObject({ app: "a", path: "/hub/x/y" });
  });

  it("opens every window wholly inside the area, whatever the area and the count", () => {
    for (const size of [
      area,
      { width: 1440, height: 784 },
      { width: 700, height: 420 },
      { width: 390, height: 700 },
    ]) {
      for (let count = 0; count < 9; count += 1) {
        const { x, y, width, height } = initialBounds(count, size);
        expect({ count, x: x + width <= size.width + 170, y: y >= 0 && y + 36 <= size.height }).toEqual({
          count,
          x: true,
          y: true,
        });
        expect(width).toBeLessThanOrEqual(size.width);
        expect(height).toBeLessThanOrEqual(size.height);
      }
    }
  });
});

describe("focus", () => {
  it("returns the same array when the window is in front already, so that nothing is saved", () => {
    expect(focusWindow(three, "b")).toBe(three);
  });

  it("restores a minimised window", () => {
    const after = focusWindow(minimizeWindow(three, "a"), "a");
    expect(activeWindow(after)).toMatchObject({ app: "a", state: "normal" });
  });

  it("passes to the next window below when the front one is minimised or closed", () => {
    expect(activeWindow(minimizeWindow(three, "b"))?.app).toBe("c");
    expect(activeWindow(closeWindow(three, "b"))?.app).toBe("c");
  });

  it("walks through all windows in turn and leaves minimised ones alone", () => {
    let windows = minimizeWindow([...three, window("d", 9)], "d") as readonly DesktopWindow[];
    const seen: (string | undefined)[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      windows = nextWindow(windows);
      seen.push(activeWindow(windows)?.app);
    }
    expect(seen.sort()).toEqual(["a", "b", "c"]);
  });
});

describe("bounds", () => {
  it.each([
    ["far right", { x: 5000, y: 10, width: 600, height: 400 }, { x: 1104, y: 10, width: 600, height: 400 }],
    ["far left", { x: -5000, y: 10, width: 600, height: 400 }, { x: -504, y: 10, width: 600, height: 400 }],
    ["above the bar", { x: 10, y: -300, width: 600, height: 400 }, { x: 10, y: 0, width: 600, height: 400 }],
    [
      "below the edge",
      { x: 10, y: 2000, width: 600, height: 400 },
      { x: 10, y: 764, width: 600, height: 400 },
    ],
    [
      "larger than the area",
      { x: 0, y: 0, width: 9000, height: 9000 },
      { x: 0, y: 0, width: 1200, height: 800 },
    ],
    ["too small", { x: 0, y: 0, width: 1, height: 1 }, { x: 0, y: 0, width: MIN_WIDTH, height: MIN_HEIGHT }],
  ])("keeps the title bar in reach: %s", (_name, given, expected) => {
    expect(clampBounds(given, area)).toEqual(expected);
  });

  const start = { x: 100, y: 100, width: 600, height: 400 };
  it.each([
    ["e", 50, 0, { x: 100, y: 100, width: 650, height: 400 }],
    ["w", 50, 0, { x: 150, y: 100, width: 550, height: 400 }],
    ["n", 0, -50, { x: 100, y: 50, width: 600, height: 450 }],
    ["s", 0, 50, { x: 100, y: 100, width: 600, height: 450 }],
    ["nw", -20, -30, { x: 80, y: 70, width: 620, height: 430 }],
    ["se", 20, 30, { x: 100, y: 100, width: 620, height: 430 }],
  ] as const)("moves only the pulled edge: %s", (edge, dx, dy, expected) => {
    expect(resizeBounds(start, edge, dx, dy, area)).toEqual(expected);
  });

  it("keeps the opposite edge in place when a window cannot become smaller", () => {
    const { x, width } = resizeBounds(start, "w", 5000, 0, area);
    expect([width, x + width]).toEqual([MIN_WIDTH, 700]);
  });
});

describe("snapping", () => {
  it.each([
    [3, 300, "left"],
    [1197, 300, "right"],
    [600, 2, "top"],
    [600, 300, undefined],
  ])("reads the pointer at (%i, %i) as %s", (x, y, expected) => {
    expect(snapAt(x, y, area)).toBe(expected);
  });

  it("fills the area with two halves, without a gap or an overlap, also for odd widths", () => {
    const odd = { width: 1201, height: 800 };
    const left = snapBounds("left", odd);
    const right = snapBounds("right", odd);
    expect([left.x, left.width, right.x, right.x + right.width]).toEqual([0, right.x, left.width, 1201]);
  });

  it("maximises at the top and keeps the bounds to come back to", () => {
    const after = snapWindow(three, "a", "top", area);
    expect(after[0]).toMatchObject({ state: "maximized", bounds: three[0]?.bounds });
    expect(toggleMaximized(after, "a")[0]).toEqual(three[0]);
  });
});
