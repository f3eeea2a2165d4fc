import type { Usage } from "../model/resources.ts";
import {
  costOfUnit,
  isMeterKey,
  type MeterKey,
  NOTHING,
  type Prices,
  plus,
  type Spent,
  UNITS,
  type Unit,
  unitsOf,
} from "./money.ts";

export type UsageStatus = NonNullable<Usage["status"]>;
export type Charge = NonNullable<NonNullable<UsageStatus["apps"]>[string]["charges"]>[number];
export type Gap = NonNullable<UsageStatus["gaps"]>[number];

/** What is to be added to one day of a namespace. */
export interface Entry {
  apps: ReadonlyMap<string, Spent>;
  /** Until when this goes. */
  upTo: string;
  gaps: readonly Gap[];
  /** What counters showed last, by `app/meter`. */
  readings?: ReadonlyMap<string, number>;
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
    for (const [app, { cost: _, charges = [], ...sum }] of Object.entries(sums))
      sums[app] = { ...sum, charges: charges.map(({ price: _, cost: __, ...line }) => line) };
  const kept = Object.values(sums).map(({ charges = [] }) => charges.filter(isOwn).length);
  let room = MOST_OWN_LINES_A_DAY - kept.reduce((sum, lines) => sum + lines, 0);
  for (const [app, spent] of apps) {
    const name = Object.hasOwn(sums, app) || Object.keys(sums).length < MOST_APPS ? app : other;
    const sum = Object.hasOwn(sums, name) ? sums[name] : undefined;
    const total = plus({ ...NOTHING, ...(sum && spentOf(sum)) }, spent);
    const prices = priced?.pricesOf(app);
    const { lines, cost } = charged(sum?.charges, spent, prices, room);
    room -= lines.filter(isOwn).length - (sum?.charges?.filter(isOwn).length ?? 0);
    const charges = lines.map((line) => {
      const reading = line.per === "each" ? entry.readings?.get(`${app}/${line.meter}`) : undefined;
      return reading === undefined ? line : { ...line, reading };
    });
    sums[name] = {
      cpuSeconds: exact(Math.max(0, total.cpu)),
      memoryByteSeconds: Math.max(0, Math.round(total.memory)),
      storageByteSeconds: Math.max(0, Math.round(total.storage)),
      loadBalancerSeconds: exact(Math.max(0, total.loadBalancers)),
      // Without lines all of the cost would pass for the cluster's own.
      ...(charges.length > 0 || sum?.charges || unitsOf(spent).some(isMeterKey) ? { charges } : {}),
      ...(!prices && sum?.cost === undefined ? {} : { cost: within((sum?.cost ?? 0) + cost) }),
    };
  }
  return {
    ...before,
    upTo,
    apps: sums,
    ...(currency === undefined ? {} : { currency }),
    ...(gaps.length > 0 ? { gaps: gaps.reduce(withGap, before?.gaps ?? []).slice(-100) } : {}),
  };
}

/** A gap that goes on is one gap. */
function withGap(gaps: readonly Gap[], gap: Gap): Gap[] {
  const index = gaps.findLastIndex(
    ({ to, reason, app, meter, message }) =>
      to === gap.from &&
      reason === gap.reason &&
      app === gap.app &&
      meter === gap.meter &&
      message === gap.message,
  );
  return index < 0 ? [...gaps, gap] : gaps.with(index, { ...gap, from: gaps[index]?.from ?? gap.from });
}

/**
 * The lines with what was spent added, each to the line of its meter at the price of now, so that a new price begins a
 * new line, and what that adds to the cost. Amounts are hours of a unit; of counters, units.
 */
function charged(
  before: readonly Charge[] = [],
  spent: Spent,
  prices: Prices | undefined,
  room: number,
): { lines: Charge[]; cost: number } {
  const most = before.filter(isOwn).length + room;
  const lines = before.map((line) => ({ ...line }));
  let cost = 0;
  for (const key of unitsOf(spent)) {
    const nanos = prices?.[key];
    const own = isMeterKey(key);
    if ((spent[key] ?? 0) === 0 || (!own && nanos === undefined)) continue;
    const { meter, unit, per, size } = described(key);
    const price = nanos === undefined ? undefined : nanosAsDecimal(nanos);
    const same = lines.filter((line) => line.meter === meter && line.unit === unit && line.per === per);
    let line = same.find((each) => each.price === price);
    // Of a price that changes all the time, the last line takes the rest; its cost stays right.
    const crowded = own && lines.filter(isOwn).length >= Math.min(MOST_OWN_LINES, most);
    if (!line && (crowded || same.length >= MOST_PRICES)) line = same.at(-1);
    const costs = (amount: number) => within(Number(costOfUnit(key, amount, nanos)));
    if (!line && crowded) {
      cost += costs(spent[key] ?? 0);
      continue;
    }
    if (!line) {
      line = { meter, unit, per, amount: 0, ...(price === undefined ? {} : { price, cost: 0 }) };
      lines.push(line);
    }
    const each = per === "hour" ? size * 3600 : size;
    const amount = Math.max(0, Math.round((line.amount + (spent[key] ?? 0) / each) * 1e9) / 1e9);
    // Rounded once per line and day, not each time: a cent a month would be nothing every five minutes.
    const more =
      line.price === price ? costs(amount * each) - costs(line.amount * each) : costs(spent[key] ?? 0);
    line.amount = amount;
    if (nanos === undefined) continue;
    line.cost = within((line.cost ?? 0) + more);
    cost += more;
  }
  return { lines, cost };
}

/** Prices of one meter that are kept apart on one day. */
const MOST_PRICES = 8;
/** Lines of an image's own meters on one day: of one app, beside those of the cluster's, and of a workspace. */
const MOST_OWN_LINES = 150;
const MOST_OWN_LINES_A_DAY = 2000;
const STANDARD: Record<Unit, { unit: string; size: number }> = {
  cpu: { unit: "core", size: 1 },
  memory: { unit: "GiB", size: 2 ** 30 },
  storage: { unit: "GiB", size: 2 ** 30 },
  loadBalancers: { unit: "piece", size: 1 },
};

function described(key: Unit | MeterKey): Pick<Charge, "meter" | "unit" | "per"> & { size: number } {
  if (!isMeterKey(key)) return { meter: key, per: "hour", ...STANDARD[key] };
  const [meter = "", unit = "", per] = key.split("/");
  return { meter, unit, per: per === "each" ? "each" : "hour", size: 1 };
}

const isOwn = ({ meter }: Charge) => !UNITS.some((unit) => unit === meter);

/** No less than nothing, and no more than numbers and the cluster's schema hold: a meter may say what it likes. */
const within = (micros: number) => Math.min(Math.max(0, micros), Number.MAX_SAFE_INTEGER);

/** Integer billionths as a decimal number without needless noughts: 20000000 → `0.02`. */
function nanosAsDecimal(nanos: bigint): string {
  const digits = String(nanos).padStart(10, "0");
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`.replace(/\.?0+$/, "");
}

/** A day's amounts as they are priced. */
function spentOf(sum: NonNullable<UsageStatus["apps"]>[string]): Spent {
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
