import { NOTHING, over, plus, type Rates, type Spent, unitsOf } from "./money.ts";

/** Something that is paid for while it is there: a pod, a volume, a load balancer. */
export interface Use {
  namespace: string;
  /** Whose it is: an installation, an instance, or what belongs to neither. */
  app: string;
  rates: Rates;
}

interface Account {
  rates: Rates;
  /** Until when the sums go, in milliseconds since the epoch. */
  at: number;
  /** By day (UTC), like `2026-01-31`. */
  days: Map<string, Spent>;
}

const DAY_MS = 86_400_000;

/**
 * Integrates what is used over time, exactly: an amount counts from the moment at which it began to the one at which it
 * ended, whenever the meter hears of either. Sums are kept apart by app and by UTC day.
 */
export class Meter {
  readonly #uses = new Map<string, Use>();
  readonly #accounts = new Map<string, Map<string, Account>>();

  /**
   * From `at` (milliseconds since the epoch) on the use is this one, whatever it was before; absent: it has ended.
   * `at` may lie in the past.
   */
  set(id: string, use: Use | undefined, at: number): void {
    const before = this.#uses.get(id);
    if (before && use && same(before, use)) return;
    if (before) this.#add(before, -1, at);
    if (use) {
      this.#uses.set(id, use);
      this.#add(use, 1, at);
    } else this.#uses.delete(id);
  }

  use(id: string): Use | undefined {
    return this.#uses.get(id);
  }

  /** Namespaces in which something is used, or was since it was last taken. */
  namespaces(): string[] {
    return [...this.#accounts.keys()];
  }

  /** What was used up to `at` since it was last taken, by day and app; nothing of it is told again. */
  take(namespace: string, at: number): Map<string, Map<string, Spent>> {
    const taken = new Map<string, Map<string, Spent>>();
    const accounts = this.#accounts.get(namespace) ?? new Map<string, Account>();
    for (const [app, account] of accounts) {
      advance(account, at);
      for (const [day, spent] of account.days) {
        const apps = taken.get(day) ?? new Map<string, Spent>();
        taken.set(day, apps.set(app, spent));
      }
      account.days.clear();
      if (unitsOf(account.rates).every((unit) => account.rates[unit] === 0)) accounts.delete(app);
    }
    if (accounts.size === 0) this.#accounts.delete(namespace);
    return taken;
  }

  /** Counts something that happened at `at`, beside what goes on over time. */
  happened({ namespace, app, rates }: Use, at: number): void {
    this.#add({ namespace, app, rates: NOTHING }, 1, at);
    const days = this.#accounts.get(namespace)?.get(app)?.days;
    days?.set(dayOf(at), plus(days.get(dayOf(at)) ?? NOTHING, rates));
  }

  /** Goes on at `at`, without what lies between it and where the sums end: the clock was set. */
  restart(at: number): void {
    for (const accounts of this.#accounts.values()) for (const account of accounts.values()) account.at = at;
  }

  #add({ namespace, app, rates }: Use, sign: 1 | -1, at: number): void {
    const accounts = this.#accounts.get(namespace) ?? new Map<string, Account>();
    this.#accounts.set(namespace, accounts);
    const account = accounts.get(app) ?? { rates: { ...NOTHING }, at, days: new Map() };
    accounts.set(app, account);
    // What began or ended before that, and was heard of only now, is made up for.
    if (at > account.at) advance(account, at);
    else spend(account, rates, at, account.at, sign);
    account.rates = plus(account.rates, rates, sign);
  }
}

/** When the UTC day ends, in milliseconds since the epoch. */
export const endOf = (day: string) => Date.parse(day) + DAY_MS;

/** The UTC day of a moment in milliseconds since the epoch, like `2026-01-31`. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function advance(account: Account, at: number): void {
  if (at <= account.at) return;
  spend(account, account.rates, account.at, at, 1);
  account.at = at;
}

function spend({ days }: Account, rates: Rates, from: number, to: number, sign: 1 | -1): void {
  for (let start = from; start < to; ) {
    const end = Math.min(to, (Math.floor(start / DAY_MS) + 1) * DAY_MS);
    const day = dayOf(start);
    days.set(day, plus(days.get(day) ?? NOTHING, over(rates, (end - start) / 1000), sign));
    start = end;
  }
}

function same(a: Use, b: Use): boolean {
  return (
    a.namespace === b.namespace &&
    a.app === b.app &&
    unitsOf(a.rates).length === unitsOf(b.rates).length &&
    unitsOf(a.rates).every((unit) => a.rates[unit] === b.rates[unit])
  );
}
