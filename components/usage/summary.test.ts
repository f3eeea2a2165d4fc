import { expect, test } from "vitest";
import type { UsageDay } from "@/lib/model/statement";
import { bars, byApp, monthRange } from "./summary";

const usage = (cpuSeconds: number, cost?: number) => ({
  cpuSeconds,
  memoryByteSeconds: 0,
  storageByteSeconds: 0,
  ...(cost === undefined ? {} : { cost }),
});
const days: UsageDay[] = [
  { day: "2026-01-30", apps: { shop: usage(3600, 5), other: usage(7200) }, gaps: [] },
  {
    day: "2026-01-31",
    apps: { shop: usage(3600, 7) },
    gaps: [{ from: "a", to: "b", reason: "NotRunning" }],
  },
];

test("a month goes from its first day to its last, this one to today, also over the turn of a year", () => {
  const now = new Date("2026-01-31T23:30:00Z");
  expect(monthRange(now, 0)).toEqual({ from: "2026-01-01", to: "2026-01-31" });
  expect(monthRange(now, 1)).toEqual({ from: "2025-12-01", to: "2025-12-31" });
  expect(monthRange(new Date("2026-03-05T00:00:00Z"), 0).to).toBe("2026-03-05");
});

test("apps are summed over the days, the dearest first", () => {
  expect(byApp(days).map(({ app, cpuSeconds, cost }) => [app, cpuSeconds, cost])).toEqual([
    ["shop", 7200, 12],
    ["other", 7200, undefined],
  ]);
});

test("every day of the range has a bar, in money where there are prices, else in core-hours; gaps are marked", () => {
  expect(bars(days, { from: "2026-01-29", to: "2026-01-31" })).toEqual([
    { day: "2026-01-29", value: 0, gap: false },
    { day: "2026-01-30", value: 5e-6, gap: false },
    { day: "2026-01-31", value: 7e-6, gap: true },
  ]);
  const unpriced = [{ day: "2026-01-30", apps: { a: usage(1800) }, gaps: [] }];
  expect(bars(unpriced, { from: "2026-01-30", to: "2026-01-30" })[0]?.value).toBe(0.5);
});
