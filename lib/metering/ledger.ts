import type { Usage } from "../model/resources.ts";
import { costOf, NOTHING, type Prices, type Spent, UNITS } from "./money.ts";

export type UsageStatus = NonNullable<Usage["status"]>;
export type Gap = NonNullable<UsageStatus["gaps"]>[number];

/** What is to be added to one day of a namespace. */
export interface Entry {
  apps: ReadonlyMap<string, Spent>;
  /** Until when this goes. */
  upTo: string;
  gaps: readonly Gap[];
  /** Absent: the cluster has no prices. */
  priced?: { currency: string; pricesOf(app: string): Prices };
}

/** The most apps that are kept apart on one day; what is beyond them counts for `other`. */
const MOST_APPS = 500;

/** A day's status with an entry added. What was written in another currency keeps its amounts and loses its cost. */
export function added(before: UsageStatus | undefined, entry: Entry, other: string): UsageStatus {
  const { apps, upTo, gaps, priced } = entry;
  const sums = { ...before?.apps };
  const currency = priced?.currency ?? before?.currency;
  if (before?.currency !== undefined && before.currency !== currency)
    for (const [app, { cost: _, ...sum }] of Object.entries(sums)) sums[app] = sum;
  for (const [app, spent] of apps) {
    const name = app in sums || Object.keys(sums).length < MOST_APPS ? app : other;
    const sum = sums[name];
    const known = { ...NOTHING, ...(sum && spentOf(sum)) };
    const cost = priced && Number(costOf(spent, priced.pricesOf(app)));
    const total = Object.fromEntries(
      UNITS.map((unit) => [unit, Math.max(0, known[unit] + spent[unit])]),
    ) as Spent;
    sums[name] = {
      cpuSeconds: exact(total.cpu),
      memoryByteSeconds: Math.round(total.memory),
      storageByteSeconds: Math.round(total.storage),
      loadBalancerSeconds: exact(total.loadBalancers),
      ...(cost === undefined && sum?.cost === undefined
        ? {}
        : { cost: Math.max(0, (sum?.cost ?? 0) + (cost ?? 0)) }),
    };
  }
  return {
    ...before,
    upTo,
    apps: sums,
    ...(currency === undefined ? {} : { currency }),
    ...(gaps.length > 0 ? { gaps: [...(before?.gaps ?? []), ...gaps].slice(-100) } : {}),
  };
}

/** A day's amounts as they are priced. */
export function spentOf(sum: NonNullable<UsageStatus["apps"]>[string]): Spent {
  return {
    cpu: sum.cpuSeconds,
    memory: sum.memoryByteSeconds,
    storage: sum.storageByteSeconds,
    loadBalancers: sum.loadBalancerSeconds ?? 0,
  };
}

/** Milliseconds of a thousandth of a core; sums of floats carry more digits. */
function exact(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}
