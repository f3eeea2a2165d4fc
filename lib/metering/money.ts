/** Units that have a price, and what one of each is: a core, a GiB of memory or of volumes, one load balancer. */
export const UNITS = ["cpu", "memory", "storage", "loadBalancers"] as const;
export type Unit = (typeof UNITS)[number];

/** Amounts at one moment, as integers: thousandths of a core, bytes, pieces. */
export type Rates = Record<Unit, number>;

/** Amounts over time: core-seconds, byte-seconds, byte-seconds, piece-seconds. */
export type Spent = Record<Unit, number>;

/** Prices per unit and hour, in integer billionths of the currency: finer than money, since they are multiplied. */
export type Prices = Record<Unit, bigint>;

export const NOTHING: Readonly<Spent> = { cpu: 0, memory: 0, storage: 0, loadBalancers: 0 };

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
export const HOURS_PER_MONTH = 730;

/** What the amounts cost, in integer micro-units of the currency, rounded to the nearest. Money never is a float. */
export function costOf(spent: Spent, prices: Prices): bigint {
  let micros = 0n;
  for (const unit of UNITS) {
    const { size, perUnit } = GRAIN[unit];
    const grains = BigInt(Math.round(spent[unit] / size));
    micros += divided(grains * prices[unit], perUnit * SECONDS_PER_HOUR * NANOS_PER_MICRO);
  }
  return micros;
}

/** What amounts that stay as they are cost in a month, in integer micro-units. */
export function monthlyCost(rates: Rates, prices: Prices): bigint {
  return costOf(over(rates, HOURS_PER_MONTH * 3600), prices);
}

/** Amounts that stay as they are for so many seconds. */
export function over(rates: Rates, seconds: number): Spent {
  return {
    cpu: (rates.cpu / 1000) * seconds,
    memory: rates.memory * seconds,
    storage: rates.storage * seconds,
    loadBalancers: rates.loadBalancers * seconds,
  };
}

function divided(dividend: bigint, divisor: bigint): bigint {
  const half = divisor / 2n;
  return (dividend + (dividend < 0n ? -half : half)) / divisor;
}
