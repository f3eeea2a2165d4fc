import { describe, expect, it } from "vitest";
import { type DesktopSpec, patchOf, rebase } from "./merge";

const win = (app: string, x: number, z = 1) => ({
  app,
  state: "normal" as const,
  bounds: { x, y: 0, width: 600, height: 400 },
  z,
});

describe("rebase", () => {
  const base: DesktopSpec = { windows: [win("a", 0), win("b", 0)], theme: "light" };

  it("takes what another browser changed", () => {
    const remote: DesktopSpec = { windows: [win("a", 500), win("b", 0)], theme: "dark" };
    expect(rebase(base, base, remote)).toMatchObject(remote);
  });

  it("keeps the window that is being dragged here, and still takes the other one", () => {
    const local: DesktopSpec = { ...base, windows: [win("a", 77), win("b", 0)] };
    const remote: DesktopSpec = { ...base, windows: [win("a", 500), win("b", 300)] };
    expect(rebase(base, local, remote).windows).toEqual([win("a", 77), win("b", 300)]);
  });

  it("keeps a window opened here that the server does not know yet", () => {
    const local: DesktopSpec = { ...base, windows: [...(base.windows ?? []), win("new", 0)] };
    expect(rebase(base, local, base).windows?.map((each) => each.app)).toEqual(["a", "b", "new"]);
  });

  it("closes here what was closed elsewhere, and keeps closed what was closed here", () => {
    const closedThere: DesktopSpec = { ...base, windows: [win("a", 0)] };
    expect(rebase(base, base, closedThere).windows?.map((each) => each.app)).toEqual(["a"]);
    const closedHere: DesktopSpec = { ...base, windows: [win("b", 0)] };
    expect(rebase(base, closedHere, base).windows?.map((each) => each.app)).toEqual(["b"]);
  });
});

describe("patchOf", () => {
  it("says nothing when the server only ordered the fields differently", () => {
    const ours: DesktopSpec = { windows: [win("a", 1)] };
    const theirs = {
      windows: [{ z: 1, bounds: { height: 400, width: 600, y: 0, x: 1 }, state: "normal", app: "a" }],
    };
    expect(patchOf(theirs as DesktopSpec, ours)).toBeUndefined();
  });

  it("names only the fields that changed, and null for what is gone", () => {
    expect(patchOf({ theme: "dark", wallpaper: "dune" }, { wallpaper: "tide" })).toEqual({
      theme: null,
      wallpaper: "tide",
    });
  });

  it("takes an absent list for an empty one", () => {
    expect(patchOf({}, { icons: [], windows: [] })).toBeUndefined();
  });
});
