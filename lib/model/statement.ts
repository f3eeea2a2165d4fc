import type { Usage } from "./resources.ts";

type Status = NonNullable<Usage["status"]>;
type Charge = NonNullable<NonNullable<Status["apps"]>[string]["charges"]>[number];

/** One of `GET /api/namespaces/{ns}/usage`: what a workspace used on a day. */
export interface UsageDay {
  /** Like `2026-01-31`, by UTC. */
  day: string;
  /** Up to when it is written. */
  upTo?: string;
  currency?: string;
  apps: NonNullable<Status["apps"]>;
  gaps: NonNullable<Status["gaps"]>;
}

/** What was counted of one meter at one price. Without a price there is no cost. */
export interface StatementLine {
  meter: string;
  unit: string;
  per: "hour" | "each";
  /** Hours of a unit; of counters, units. */
  amount: number;
  /** Of one, as a decimal number. */
  price?: string;
  /** Integer micro-units of the currency. */
  cost?: number;
  currency?: string;
}

export interface Statement {
  /** Like `2026-01`, by UTC. */
  month: string;
  /** What costs most first. */
  apps: { app: string; lines: StatementLine[] }[];
  /** Over all apps. */
  meters: StatementLine[];
  /** Integer micro-units by currency; empty where there were no prices. */
  totals: Record<string, number>;
  /** Prices that were others before, by the day on which they came. */
  changes: { day: string; meter: string; unit: string; app: string; before: string; after: string }[];
  gaps: UsageDay["gaps"];
}

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;
export const isMonth = (text: string) => MONTH.test(text);

/** A month's first and last day, like `2026-01-31`. */
export function daysOf(month: string): { from: string; to: string } {
  const [year = 0, number = 1] = month.split("-").map(Number);
  const last = new Date(Date.UTC(year, number, 0));
  return { from: `${month}-01`, to: last.toISOString().slice(0, 10) };
}

/**
 * Sums the days of a month by app, meter and price. Costs are those of the days, added as whole micro-units: prices of
 * today change nothing of them.
 */
export function statementOf(month: string, days: readonly UsageDay[]): Statement {
  const apps = new Map<string, Map<string, StatementLine>>();
  const meters = new Map<string, StatementLine>();
  const totals: Record<string, number> = {};
  const changes: Statement["changes"] = [];
  const prices = new Map<string, string>();
  const own = [...days]
    .filter(({ day }) => day.startsWith(`${month}-`))
    .sort((a, b) => a.day.localeCompare(b.day));
  for (const { day, currency, apps: used } of own)
    for (const [app, sum] of Object.entries(used)) {
      const lines = apps.get(app) ?? new Map<string, StatementLine>();
      apps.set(app, lines);
      if (currency !== undefined && sum.cost !== undefined)
        totals[currency] = (totals[currency] ?? 0) + Math.round(sum.cost);
      for (const { reading: _, ...charge } of linesOf(sum)) {
        const line = { ...charge, ...(charge.price !== undefined && currency ? { currency } : {}) };
        add(lines, line);
        add(meters, line);
        if (charge.price === undefined) continue;
        const kind = `${app} ${charge.meter} ${charge.unit} ${charge.per}`;
        const before = prices.get(kind);
        if (before !== undefined && before !== charge.price)
          changes.push({
            day,
            app,
            meter: charge.meter,
            unit: charge.unit,
            before,
            after: charge.price,
          });
        prices.set(kind, charge.price);
      }
    }
  const cost = (lines: readonly StatementLine[]) => lines.reduce((sum, line) => sum + (line.cost ?? 0), 0);
  return {
    month,
    apps: [...apps]
      .map(([app, lines]) => ({ app, lines: [...lines.values()] }))
      .sort((a, b) => cost(b.lines) - cost(a.lines) || a.app.localeCompare(b.app)),
    meters: [...meters.values()],
    totals,
    changes,
    gaps: own.flatMap(({ gaps }) => gaps),
  };
}

function add(lines: Map<string, StatementLine>, { amount, cost, ...line }: StatementLine): void {
  const key = JSON.stringify([line.meter, line.unit, line.per, line.price, line.currency]);
  const known = lines.get(key);
  const costs =
    known?.cost === undefined && cost === undefined ? {} : { cost: (known?.cost ?? 0) + (cost ?? 0) };
  lines.set(key, { ...line, amount: Math.round(((known?.amount ?? 0) + amount) * 1e9) / 1e9, ...costs });
}

const HOUR = 3600;
const GIB = 2 ** 30;

/** An app's lines of a day; what has no price is among them too. */
function linesOf(sum: NonNullable<Status["apps"]>[string]): Charge[] {
  const { charges = [] } = sum;
  const amounts: [string, string, number][] = [
    ["cpu", "core", sum.cpuSeconds / HOUR],
    ["memory", "GiB", sum.memoryByteSeconds / GIB / HOUR],
    ["storage", "GiB", sum.storageByteSeconds / GIB / HOUR],
    ["loadBalancers", "piece", (sum.loadBalancerSeconds ?? 0) / HOUR],
  ];
  const unpriced = amounts.flatMap(([meter, unit, amount]): Charge[] =>
    amount > 0 && !charges.some((charge) => charge.meter === meter)
      ? [{ meter, unit, per: "hour", amount }]
      : [],
  );
  return [...unpriced, ...charges];
}
