import { expect, test } from "vitest";
import { daysOf, statementOf, type UsageDay } from "./statement.ts";

const cpu = (amount: number, price: string, cost: number) => ({
  meter: "cpu",
  unit: "core",
  per: "hour" as const,
  amount,
  price,
  cost,
});
const day = (name: string, apps: UsageDay["apps"], more = {}): UsageDay => ({
  day: name,
  currency: "EUR",
  apps,
  gaps: [],
  ...more,
});
const used = (charges: ReturnType<typeof cpu>[], cost: number) => ({
  cpuSeconds: charges.reduce((sum, { amount }) => sum + amount * 3600, 0),
  memoryByteSeconds: 0,
  storageByteSeconds: 0,
  charges,
  cost,
});

test("a month is summed by app, meter and price, and a new price is told with its day", () => {
  const gaps = [{ from: "a", to: "b", reason: "NotRunning" as const }];
  const statement = statementOf("2026-01", [
    day("2026-01-02", { shop: used([cpu(2, "1", 2_000_000), cpu(1, "3", 3_000_000)], 5_000_000) }, { gaps }),
    day("2026-01-01", { shop: used([cpu(4, "1", 4_000_001)], 4_000_001), a: used([cpu(1, "1", 1)], 1) }),
    day("2026-02-01", { shop: used([cpu(9, "1", 9)], 9) }),
  ]);
  expect(statement.apps.map(({ app }) => app)).toEqual(["shop", "a"]);
  expect(statement.apps[0]?.lines).toEqual([
    { ...cpu(6, "1", 6_000_001), currency: "EUR" },
    { ...cpu(1, "3", 3_000_000), currency: "EUR" },
  ]);
  expect(statement.meters[0]).toMatchObject({ amount: 7, cost: 6_000_002 });
  expect(statement.totals).toEqual({ EUR: 9_000_002 });
  expect(statement.changes).toEqual([
    { day: "2026-01-02", app: "shop", meter: "cpu", unit: "core", before: "1", after: "3" },
  ]);
  expect(statement.gaps).toEqual(gaps);
});

test("what has no price is counted without one, and currencies are not added to each other", () => {
  const bare = { cpuSeconds: 7200, memoryByteSeconds: 0, storageByteSeconds: 0 };
  const { meters, totals } = statementOf("2026-01", [
    day("2026-01-01", { shop: bare }, { currency: undefined }),
    day("2026-01-02", { shop: used([cpu(1, "1", 5)], 5) }, { currency: "USD" }),
    day("2026-01-03", { shop: used([cpu(1, "1", 7)], 7) }),
  ]);
  expect(meters.map(({ amount, price, currency }) => [amount, price, currency])).toEqual([
    [2, undefined, undefined],
    [1, "1", "USD"],
    [1, "1", "EUR"],
  ]);
  expect(totals).toEqual({ USD: 5, EUR: 7 });
});

test("a month ends with its last day, in leap years too", () => {
  expect([daysOf("2028-02").to, daysOf("2026-12").to]).toEqual(["2028-02-29", "2026-12-31"]);
});
