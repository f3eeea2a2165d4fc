import type { UsageDay } from "@/lib/model/statement";

/** What an app counts of its own, summed over the days. */
export interface MeterRow {
  app: string;
  meter: string;
  unit: string;
  per: "hour" | "each";
  amount: number;
  cost?: number;
}

type Amounts = "cpuSeconds" | "memoryByteSeconds" | "storageByteSeconds" | "loadBalancerSeconds";

/** What an app used, summed over the days. */
export interface AppRow extends Record<Amounts, number> {
  app: string;
  /** Integer micro-units; undefined where there are no prices. */
  cost: number | undefined;
}

/** A month's first and last day (UTC); `back` 0 is this month. The last day of this month is today. */
export function monthRange(now: Date, back: number): { from: string; to: string } {
  const first = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1);
  const last = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back + 1, 0);
  const day = (time: number) => new Date(time).toISOString().slice(0, 10);
  return { from: day(first), to: day(Math.min(last, now.getTime())) };
}

/** Sums by app, what costs (or uses) most first. */
export function byApp(days: readonly UsageDay[]): AppRow[] {
  const rows = new Map<string, AppRow>();
  for (const { apps } of days)
    for (const [app, usage] of Object.entries(apps)) {
      const row = rows.get(app) ?? {
        app,
        cpuSeconds: 0,
        memoryByteSeconds: 0,
        storageByteSeconds: 0,
        loadBalancerSeconds: 0,
        cost: undefined,
      };
      row.cpuSeconds += usage.cpuSeconds;
      row.memoryByteSeconds += usage.memoryByteSeconds;
      row.storageByteSeconds += usage.storageByteSeconds;
      row.loadBalancerSeconds += usage.loadBalancerSeconds ?? 0;
      if (usage.cost !== undefined) row.cost = (row.cost ?? 0) + usage.cost;
      rows.set(app, row);
    }
  return [...rows.values()].sort(
    (a, b) => (b.cost ?? 0) - (a.cost ?? 0) || b.cpuSeconds - a.cpuSeconds || a.app.localeCompare(b.app),
  );
}

const STANDARD = new Set(["cpu", "memory", "storage", "loadBalancers"]);

/** What apps count of their own: one row per app, meter and unit. */
export function ownMeters(days: readonly UsageDay[]): MeterRow[] {
  const rows = new Map<string, MeterRow>();
  for (const { apps } of days)
    for (const [app, { charges = [] }] of Object.entries(apps))
      for (const { meter, unit, per, amount, cost } of charges) {
        if (STANDARD.has(meter)) continue;
        const key = JSON.stringify([app, meter, unit, per]);
        const row = rows.get(key) ?? { app, meter, unit, per, amount: 0 };
        row.amount += amount;
        if (cost !== undefined) row.cost = (row.cost ?? 0) + cost;
        rows.set(key, row);
      }
  return [...rows.values()];
}

/** The bars of the chart: one per day of the range, by cost where there are prices, else by core-hours. */
export function bars(
  days: readonly UsageDay[],
  { from, to }: { from: string; to: string },
): { day: string; value: number; gap: boolean }[] {
  const known = new Map(days.map((day) => [day.day, day]));
  const priced = days.some(({ apps }) => Object.values(apps).some(({ cost }) => cost !== undefined));
  const all: { day: string; value: number; gap: boolean }[] = [];
  for (let time = Date.parse(from); time <= Date.parse(to); time += 86_400_000) {
    const day = new Date(time).toISOString().slice(0, 10);
    const { apps = {}, gaps = [] } = known.get(day) ?? {};
    const value = Object.values(apps).reduce(
      (sum, each) => sum + (priced ? (each.cost ?? 0) / 1e6 : each.cpuSeconds / 3600),
      0,
    );
    all.push({ day, value, gap: gaps.length > 0 });
  }
  return all;
}

/** An amount with two digits; what is more than nothing is never shown as nothing. */
export function spokenAmount(value: number, locale: string): string {
  const format = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  return value > 0 && value < 0.005 ? `< ${format.format(0.01)}` : format.format(value);
}
