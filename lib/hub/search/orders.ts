import type { Locale } from "../../model/locale.ts";
import type { Entry } from "./listing.ts";

export type Sort = "relevance" | "installs" | "updated" | "name";

/** By number; what has gone leaves a gap. */
type Entries = readonly (Entry | undefined)[];

/** Every entry's rank in one order. What was in order before is put in order again at little cost. */
export class Order {
  readonly #compare: (a: Entry, b: Entry) => number;
  #ranked: number[] = [];
  #ranks: number[] = [];

  constructor(compare: (a: Entry, b: Entry) => number) {
    this.#compare = compare;
  }

  /** Called with all there is, when something changed. */
  update(entries: Entries): void {
    const kept = this.#ranked.flatMap((number) => entries[number] ?? []);
    const added = entries.filter((entry) => entry !== undefined && this.#ranks[entry.number] === undefined);
    this.#ranked = [...kept, ...(added as Entry[])].sort(this.#compare).map(({ number }) => number);
    this.#ranks = new Array(entries.length).fill(undefined);
    for (const [rank, number] of this.#ranked.entries()) this.#ranks[number] = rank;
  }

  /** From 0; of an entry that is known to it. */
  rank({ number }: Entry): number {
    return this.#ranks[number] ?? 0;
  }

  /** The number of the entry that has this rank. */
  numberAt(rank: number): number {
    return this.#ranked[rank] ?? 0;
  }
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const titleIn = ({ card }: Entry, locale: Locale) => card.i18n[locale]?.title ?? card.title;

/** The orders in which people may want what there is; an order is made when it is first asked for. */
export class Orders {
  readonly #all: () => Entries;
  readonly #orders = new Map<string, { order: Order; stale: boolean }>();

  /** `all` by number. */
  constructor(all: () => Entries) {
    this.#all = all;
  }

  /** To be called when an entry was added, changed or removed. */
  changed(): void {
    for (const each of this.#orders.values()) each.stale = true;
  }

  /** What is installed more, then what is newer. */
  popular(): Order {
    return this.#upToDate("popular", () => byInstalls);
  }

  /** What is equal is in the order of the reader's language. */
  by(sort: Exclude<Sort, "relevance">, locale: Locale): Order {
    if (sort === "name")
      return this.#upToDate(`name ${locale}`, () => {
        const collator = new Intl.Collator(locale, { numeric: true });
        return (a, b) => collator.compare(titleIn(a, locale), titleIn(b, locale));
      });
    const names = this.by("name", locale);
    const first = sort === "updated" ? byTime : byInstallsAlone;
    return this.#upToDate(`${sort} ${locale}`, () => (a, b) => first(a, b) || names.rank(a) - names.rank(b));
  }

  #upToDate(name: string, comparison: () => (a: Entry, b: Entry) => number): Order {
    const known = this.#orders.get(name) ?? { order: new Order(comparison()), stale: true };
    this.#orders.set(name, known);
    if (known.stale) known.order.update(this.#all());
    known.stale = false;
    return known.order;
  }
}

const byInstallsAlone = (a: Entry, b: Entry) => b.card.installs - a.card.installs;
const byTime = (a: Entry, b: Entry) => compare(b.card.updatedAt, a.card.updatedAt);
const byInstalls = (a: Entry, b: Entry) => byInstallsAlone(a, b) || byTime(a, b);

/** Scores that differ by less count as the same match. */
const STEP = Math.log(1.5);
/** What the best match is above the worst, at most: far more than scores differ. */
const LEVELS = 1_000;
const RANKS = 2 ** 32;
/** Used again: memory outside of the heap, taken for each question, is garbage that stops the server now and then. */
let keys = new Float64Array(1024);

/**
 * The numbers of entries in order, from the first that is wanted; with scores, the better match before the rest.
 * A level and a rank make one number, because numbers are sorted natively.
 */
export function inOrder(
  entries: readonly Entry[],
  order: Order,
  { offset, limit }: { offset: number; limit: number },
  scoreOf?: (entry: Entry) => number,
): number[] {
  if (keys.length < entries.length) keys = new Float64Array(2 * entries.length);
  for (let at = 0; at < entries.length; at++) {
    const entry = entries[at] as Entry;
    const level = scoreOf ? Math.round(Math.log(scoreOf(entry)) / STEP) : 0;
    const below = Math.min(2 * LEVELS, Math.max(0, LEVELS - level));
    keys[at] = below * RANKS + order.rank(entry);
  }
  const sorted = keys.subarray(0, entries.length).sort();
  return Array.from(sorted.subarray(offset, offset + limit), (each) => order.numberAt(each % RANKS));
}
