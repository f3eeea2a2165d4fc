import { expect, test } from "vitest";
import { judge, microsOf } from "./budget.ts";

const spent = (all: bigint, known = all) => ({ month: "2026-01", all, known });
const EUR = 1_000_000n;

test.each([
  ["within", { monthly: "10" }, spent(7n * EUR), "Within", 70],
  ["at the warning", { monthly: "10" }, spent(8n * EUR), "Warning", 80],
  ["a millionth before the end", { monthly: "10", warnAt: 100 }, spent(10n * EUR - 1n), "Within", 99],
  ["all spent", { monthly: "10" }, spent(10n * EUR), "Stopped", 100],
  ["all spent, and only to be warned", { monthly: "10", stop: false }, spent(11n * EUR), "Spent", 110],
  ["all spent, and lifted", { monthly: "10", lifted: "2026-01" }, spent(10n * EUR), "Lifted", 100],
  [
    "all spent, and lifted in another month",
    { monthly: "10", lifted: "2025-12" },
    spent(10n * EUR),
    "Stopped",
    100,
  ],
  ["spent by what apps count of their own", { monthly: "10" }, spent(99n * EUR, 9n * EUR), "Spent", 990],
  ["nothing allowed, nothing spent", { monthly: "0" }, spent(0n), "Within", 0],
  ["nothing allowed, something spent", { monthly: "0" }, spent(1n), "Stopped", 100],
  [
    "more spent than can be written",
    { monthly: "0.000001", stop: false },
    spent(10n ** 21n),
    "Spent",
    Number.MAX_SAFE_INTEGER,
  ],
  ["no prices", { monthly: "10" }, undefined, "Unpriced", 0],
] as const)("a budget stands as it should: %s", (_what, spec, so, phase, percent) => {
  expect(judge(spec, so)).toEqual({ phase, percent });
});

test("amounts are whole millionths", () => {
  expect(["25", "12.5", "0.000001", "999999999.999999"].map(microsOf)).toEqual([
    25_000_000n,
    12_500_000n,
    1n,
    999_999_999_999_999n,
  ]);
});
