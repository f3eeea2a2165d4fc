/** Units that have a price, and what one of each is: a core, a GiB of memory or of volumes, one load balancer. */
export const UNITS = ["cpu", "memory", "storage", "loadBalancers"] as const;
export type Unit = (typeof UNITS)[number];

/** A meter that an image declares, in amounts: `size/GiB/hour`. See `meterKey`. */
export type MeterKey = `${string}/${string}/${"hour" | "each"}`;

/** Amounts at one moment, as integers: thousandths of a core, bytes, pieces; of an image's own meters, its units. */
export type Rates = Record<Unit, number> & Partial<Record<MeterKey, number>>;

/** Amounts over time: core-seconds, byte-seconds, byte-seconds, piece-seconds, unit-seconds; of counters, units. */
export type Spent = Rates;

/**
 * Prices per unit and hour (of counters, per unit), in integer billionths of the currency: finer than money, since they
 * are multiplied.
 */
export type Prices = Record<Unit, bigint> & { readonly [meter: MeterKey]: bigint };

/** How a meter of an image is named among amounts and prices: by its unit too, since a price is for one unit. */
export function meterKey({
  name,
  unit,
  per,
}: {
  name: string;
  unit: string;
  per: "hour" | "each";
}): MeterKey {
  return `${name}/${unit}/${per}`;
}

/** The meters that amounts have. */
export const unitsOf = (amounts: Rates) => Object.keys(amounts) as (Unit | MeterKey)[];

/** Two amounts together, the second as often as `times` says. */
export function plus(a: Spent, b: Spent, times = 1): Spent {
  const sum = { ...a };
  for (const unit of unitsOf(b)) sum[unit] = (sum[unit] ?? 0) + times * (b[unit] ?? 0);
  return sum;
}

export const NOTHING: Readonly<Spent> = { cpu: 0, memory: 0, storage: 0, loadBalancers: 0 };

/** Of an image's own meter, a millionth of its unit. */
const METER_GRAIN = { size: 1e-6, perUnit: 1_000_000n };
/** How many of the smallest amounts that are told apart make up one unit: a thousandth of a core, a MiB, a piece. */
const GRAIN: Record<Unit, { size: number; perUnit: bigint }> = {
  cpu: { size: 1e-3, perUnit: 1000n },
  memory: { size: 2 ** 20, perUnit: 1024n },
  storage: { size: 2 ** 20, perUnit: 1024n },
  loadBalancers: { size: 1, perUnit: 1n },
};
const SECONDS_PER_HOUR = 3600n;
const NANOS_PER_MICRO = 1000n;
/** A month of the estimate: 365 days of 24 hours, a twelfth of them. */
const HOURS_PER_MONTH = 730;

/** What the amounts cost, in integer micro-units of the currency, rounded to the nearest. Money never is a float. */
export function costOf(spent: Spent, prices: Prices): bigint {
  return unitsOf(spent).reduce(
    (micros, unit) => micros + costOfUnit(unit, spent[unit] ?? 0, prices[unit]),
    0n,
  );
}

/** What an amount of one meter costs at a price, in integer micro-units. Without a price it costs nothing. */
export function costOfUnit(unit: Unit | MeterKey, amount: number, price: bigint | undefined): bigint {
  const { size, perUnit } = isMeterKey(unit) ? METER_GRAIN : GRAIN[unit];
  const time = unit.endsWith("/each") ? 1n : SECONDS_PER_HOUR;
  return divided(BigInt(Math.round(amount / size)) * (price ?? 0n), perUnit * time * NANOS_PER_MICRO);
}

/** An image's own meter, and none of the standard ones. */
export function isMeterKey(unit: Unit | MeterKey): unit is MeterKey {
  return unit.includes("/");
}

/** What amounts that stay as they are cost in a month, in integer micro-units. */
export function monthlyCost(rates: Rates, prices: Prices): bigint {
  return costOf(over(rates, HOURS_PER_MONTH * 3600), prices);
}

/** Amounts that stay as they are for so many seconds. */
export function over(rates: Rates, seconds: number): Spent {
  const spent = { ...rates };
  for (const unit of unitsOf(rates))
    spent[unit] = ((rates[unit] ?? 0) / (unit === "cpu" ? 1000 : 1)) * seconds;
  return spent;
}

function divided(dividend: bigint, divisor: bigint): bigint {
  const half = divisor / 2n;
  return (dividend + (dividend < 0n ? -half : half)) / divisor;
}
