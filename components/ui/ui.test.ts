import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { chooseLocale } from "@/lib/model/locale";
import { placeBeside } from "./place";
import { arrange, nextSort } from "./table-model";
import { formatRelative } from "./time";

describe("colours", () => {
  const css = readFileSync("app/globals.css", "utf8");
  const block = (from: string) => {
    const start = css.indexOf(from);
    return css.slice(start, css.indexOf("\n}", start));
  };
  const read = (text: string) =>
    Object.fromEntries(
      [...text.matchAll(/--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(
        ([, name = "", light = "", dark = ""]) => [name, { light, dark }],
      ),
    );
  const plain = read(block(":root {"));
  const sets = { plain, contrast: { ...plain, ...read(block(':root[data-theme="contrast"]')) } };

  const luminance = (hex: string) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one: string, other: string) => {
    const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((left, right) => right - left);
    return (high + 0.05) / (low + 0.05);
  };

  const grounds = ["canvas", "surface", "raised", "sunken", "hover"];
  const pairs: [string, string, number][] = [
    ...grounds.flatMap((ground) =>
      ["ink", "ink-muted", "accent-text", "danger"].map((ink): [string, string, number] => [
        ink,
        ground,
        4.5,
      ]),
    ),
    ...["surface", "canvas"].map((ground): [string, string, number] => ["line-strong", ground, 3]),
    ["on-accent", "accent", 4.5],
    ["on-accent", "accent-hover", 4.5],
    ["on-danger", "danger-fill", 4.5],
    ["accent-text", "accent-soft", 4.5],
    ["ok", "ok-soft", 4.5],
    ["warn", "warn-soft", 4.5],
    ["danger", "danger-soft", 4.5],
    ["ink", "warn-soft", 4.5],
    ["ink-muted", "warn-soft", 4.5],
  ];
  it.each(["plain", "contrast"] as const)("are told apart in the %s set, light and dark", (name) => {
    const poor = pairs.flatMap(([ink, ground, least]) =>
      (["light", "dark"] as const).flatMap((scheme) => {
        const ratio = contrast(
          sets[name][ink]?.[scheme] ?? "#000000",
          sets[name][ground]?.[scheme] ?? "#000000",
        );
        return ratio < least ? [`${ink} on ${ground}, ${scheme}: ${ratio.toFixed(2)}`] : [];
      }),
    );
    expect(poor).toEqual([]);
  });
});

describe("tables", () => {
  const rows = [{ name: "b10" }, { name: "a" }, { name: "b9" }, {}] as { name?: string }[];
  const columns = [{ id: "name", sortBy: (row: { name?: string }) => row.name }];
  const names = (descending: boolean) =>
    arrange(rows, columns, "", { column: "name", descending }, "en").map((row) => row.name);

  it("sorts numbers within names by value, and rows without a value last either way", () => {
    expect(names(false)).toEqual(["a", "b9", "b10", undefined]);
    expect(names(true)).toEqual(["b10", "b9", "a", undefined]);
  });

  it("shows the rows in which every word occurs", () => {
    expect(arrange(rows, columns, "B 9", undefined, "en")).toEqual([{ name: "b9" }]);
  });

  it("goes from ascending to descending to unsorted", () => {
    const first = nextSort(undefined, "name");
    const second = nextSort(first, "name");
    expect([first, second, nextSort(second, "name")]).toEqual([
      { column: "name", descending: false },
      { column: "name", descending: true },
      undefined,
    ]);
  });
});

describe("tooltips", () => {
  const viewport = { width: 1000, height: 600 };
  const size = { width: 200, height: 40 };
  it("go to the other side where there is no room", () => {
    const low = { x: 400, y: 570, width: 20, height: 20 };
    expect(placeBeside(low, size, viewport, "bottom").y).toBe(570 - 6 - 40);
  });

  it("never leave the viewport", () => {
    const corner = { x: 990, y: 2, width: 8, height: 8 };
    const { x, y } = placeBeside(corner, size, viewport, "top");
    expect([x, y]).toEqual([792, 16]);
  });
});

describe("words", () => {
  it.each([
    [undefined, "zh-CN,zh;q=0.9,en;q=0.8", "zh"],
    [undefined, "fr,en;q=0.5,zh;q=0.9", "zh"],
    [undefined, "de", "en"],
    [undefined, "zh;q=0,en", "en"],
    ["en", "zh-CN", "en"],
    ["xx", "zh", "zh"],
    [undefined, null, "en"],
  ])("cookie %s and Accept-Language %s give %s", (cookie, header, expected) => {
    expect(chooseLocale(cookie, header)).toBe(expected);
  });

  it.each([
    [0, "now"],
    [-59_000, "59 seconds ago"],
    [-61_000, "1 minute ago"],
    [-3_700_000, "1 hour ago"],
    [-86_400_000 * 2, "2 days ago"],
    [86_400_000 * 7 - 10_000, "in 7 days"],
  ])("says an age of %i ms as %s", (age, expected) => {
    expect(formatRelative(age, 0, "en")).toBe(expected);
  });

  it.each(["common", "desktop"])(
    "has every %s message in both languages, with the same placeholders",
    (area) => {
      const flat = (value: object, path = ""): [string, string][] =>
        Object.entries(value).flatMap(([key, inner]): [string, string][] =>
          typeof inner === "string"
            ? [[`${path}${key}`, [...new Set(inner.match(/\{\w+/g))].sort().join()]]
            : flat(inner as object, `${path}${key}.`),
        );
      const load = (locale: string) =>
        flat(JSON.parse(readFileSync(`components/messages/${locale}/${area}.json`, "utf8")) as object).sort();
      expect(load("zh")).toEqual(load("en"));
    },
  );
});
