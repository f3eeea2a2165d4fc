import { expect, test } from "vitest";
import type { Estimate } from "@/lib/model/estimate";
import { difference, sizesOf } from "./estimate-view";

const estimate = (of: Partial<Estimate>): Estimate => ({
  ...{ cpu: 0, memory: 0, storage: 0, loadBalancers: 0 },
  ...of,
});

test("of something new the sizes that it has are shown, of a change those that move", () => {
  const small = estimate({ cpu: 0.1, storage: 2 ** 30 });
  expect(sizesOf(undefined, small, "en").map(({ size, after }) => [size, after])).toEqual([
    ["cpu", "0.1"],
    ["storage", "1 GiB"],
  ]);
  const grown = sizesOf(small, estimate({ cpu: 0.1, storage: 2 ** 31, loadBalancers: 1 }), "en");
  expect(grown).toEqual([
    { size: "storage", before: "1 GiB", after: "2 GiB" },
    { size: "loadBalancers", before: "0", after: "1" },
  ]);
  expect(sizesOf(small, small, "en").every(({ before }) => before === undefined)).toBe(true);
});

test("the difference is exact, and not said between currencies or without prices", () => {
  const priced = (monthlyMicros: number, currency = "EUR") => estimate({ cost: { currency, monthlyMicros } });
  expect(difference(priced(100), priced(40))).toBe(-60);
  expect(difference(priced(100), priced(40, "USD"))).toBeUndefined();
  expect(difference(undefined, priced(40))).toBeUndefined();
  expect(difference(estimate({}), estimate({}))).toBeUndefined();
});
