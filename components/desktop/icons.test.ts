import { describe, expect, it } from "vitest";
import { moveIcon, neighbour, placeIcons, step } from "./icons";

const grid = { columns: 4, rows: 3 };

describe("placing", () => {
  it("keeps saved places and gives new apps the first free cells, downwards first", () => {
    expect(placeIcons(["hub", "new", "b"], [{ app: "b", column: 0, row: 1 }], grid)).toEqual([
      { app: "hub", column: 0, row: 0 },
      { app: "new", column: 0, row: 2 },
      { app: "b", column: 0, row: 1 },
    ]);
  });

  it("never puts two icons on one cell, whatever was saved", () => {
    const saved = ["a", "b", "c"].map((app) => ({ app, column: 1, row: 1 }));
    const cells = placeIcons(["a", "b", "c"], saved, grid).map(({ column, row }) => `${column}/${row}`);
    expect(new Set(cells).size).toBe(3);
  });

  it("brings icons back that lie outside of a smaller screen", () => {
    expect(placeIcons(["a"], [{ app: "a", column: 9, row: 9 }], grid)).toEqual([
      { app: "a", column: 0, row: 0 },
    ]);
  });

  it("goes on to the right when the grid is full", () => {
    const apps = Array.from({ length: 14 }, (_, index) => `app-${index}`);
    expect(placeIcons(apps, [], grid).at(-1)).toEqual({ app: "app-13", column: 4, row: 1 });
  });
});

const icons = placeIcons(["a", "b", "c", "d", "e"], [], grid);

it("swaps with the icon that stands where one is dropped", () => {
  const after = moveIcon(icons, "a", { column: 1, row: 0 });
  expect(after.find((icon) => icon.app === "a")).toMatchObject({ column: 1, row: 0 });
  expect(after.find((icon) => icon.app === "d")).toMatchObject({ column: 0, row: 0 });
});

it.each([
  ["a", "down", "b"],
  ["a", "right", "d"],
  ["e", "left", "b"],
  ["c", "right", "e"],
  ["a", "up", undefined],
] as const)("walks from %s %s to %s", (from, direction, expected) => {
  expect(neighbour(icons, from, direction)).toBe(expected);
});

it("does not step out of the grid", () => {
  expect(step({ column: 3, row: 2 }, "right", grid)).toEqual({ column: 3, row: 2 });
  expect(step({ column: 0, row: 0 }, "up", grid)).toEqual({ column: 0, row: 0 });
});
