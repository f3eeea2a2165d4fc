import type { Count, Facets } from "../../model/repository-views.ts";
import type { Mode } from "../../model/resources.ts";
import type { Entry } from "./listing.ts";

export interface Filters {
  category?: string;
  mode?: Mode;
  organization?: string;
  needs?: string;
  verified?: true;
  signed?: true;
}

const NAMES = ["category", "mode", "organization", "needs", "verified", "signed"] as const;
type Name = (typeof NAMES)[number];

/** One value of one facet (`category` `database`). */
interface Value {
  facet: Name;
  name: string;
  /** What people call it, where that differs. */
  title: string;
}

const collator = new Intl.Collator("en");

/** Narrows entries and counts their facets. Each value has a number, so that counting is adding up in an array. */
export class FacetCounter {
  readonly #values: Value[] = [];
  readonly #numbers = new Map<string, number>();

  /** The numbers of an entry's values; kept with it. */
  valuesOf({ card, needs }: Pick<Entry, "card" | "needs">): number[] {
    return [
      ...new Set(card.categories).values().map((name) => this.#numberOf("category", name)),
      this.#numberOf("mode", card.mode),
      this.#numberOf("organization", card.org, card.orgTitle),
      ...new Set(needs).values().map((name) => this.#numberOf("needs", name)),
      ...(card.verified ? [this.#numberOf("verified", "true")] : []),
      ...(card.signedBy ? [this.#numberOf("signed", "true")] : []),
    ];
  }

  /** What passes every filter, and per facet how many its own filter would leave. Told only of what the asker may see. */
  narrow(entries: readonly Entry[], filters: Filters): { matches: Entry[]; facets: Facets } {
    const wanted = NAMES.filter((facet) => filters[facet] !== undefined).map((facet) => ({
      facet,
      value: this.#numbers.get(key(facet, String(filters[facet]))) ?? -1,
    }));
    const matches: Entry[] = [];
    const counts = new Uint32Array(this.#values.length);
    for (const entry of entries) {
      const failed = wanted.filter(({ value }) => !entry.values.includes(value));
      if (failed.length === 0) matches.push(entry);
      const [only] = failed;
      if (failed.length > 1) continue;
      for (const value of entry.values)
        if (!only || this.#values[value]?.facet === only.facet) counts[value] = (counts[value] ?? 0) + 1;
    }
    return { matches, facets: this.#facets(counts) };
  }

  #facets(counts: Uint32Array): Facets {
    const counted: Record<Name, (Count & { title: string })[]> = {
      category: [],
      mode: [],
      organization: [],
      needs: [],
      verified: [],
      signed: [],
    };
    for (const [value, { facet, name, title }] of this.#values.entries()) {
      const count = counts[value] ?? 0;
      if (count > 0) counted[facet].push({ name, title, count });
    }
    for (const each of Object.values(counted))
      each.sort((a, b) => b.count - a.count || collator.compare(a.name, b.name));
    const untitled = (facet: Name) => counted[facet].map(({ name, count }) => ({ name, count }));
    return {
      categories: untitled("category"),
      modes: untitled("mode") as Count<Mode>[],
      organizations: counted.organization,
      needs: untitled("needs"),
      verified: counted.verified[0]?.count ?? 0,
      signed: counted.signed[0]?.count ?? 0,
    };
  }

  #numberOf(facet: Name, name: string, title = name): number {
    const known = this.#numbers.get(key(facet, name));
    const number = known ?? this.#values.length;
    this.#numbers.set(key(facet, name), number);
    this.#values[number] = { facet, name, title };
    return number;
  }
}

const key = (facet: Name, name: string) => `${facet} ${name}`;
