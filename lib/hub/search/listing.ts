import type { Mode } from "../../model/resources.ts";
import type { RepositoryCard } from "../cards.ts";
import type { Locale } from "../messages.ts";
import { marked, rangesOf } from "./marks.ts";

/** A repository as it is searched: its card, and what it needs (`labring/redis`, `apps.kubeblocks.io/Cluster`). */
export interface Entry {
  card: RepositoryCard;
  needs: string[];
}

export interface Filters {
  category?: string;
  mode?: Mode;
  organization?: string;
  needs?: string;
  verified?: true;
}

export type Sort = "relevance" | "installs" | "updated" | "name";

export interface Count<Name extends string = string> {
  name: Name;
  count: number;
}

export interface Facets {
  categories: Count[];
  modes: Count<Mode>[];
  organizations: (Count & { title: string })[];
  needs: Count[];
  verified: number;
}

const FILTERS = ["category", "mode", "organization", "needs", "verified"] as const;

function fits({ card, needs }: Entry, filters: Filters, name: (typeof FILTERS)[number]): boolean {
  const wanted = filters[name];
  if (wanted === undefined) return true;
  if (name === "category") return card.categories.includes(String(wanted));
  if (name === "mode") return card.mode === wanted;
  if (name === "organization") return card.org === wanted;
  return name === "needs" ? needs.includes(String(wanted)) : card.verified;
}

/** What passes every filter, and per facet how many its own filter would leave. Told only of what the asker may see. */
export function narrow(entries: Iterable<Entry>, filters: Filters): { matches: Entry[]; facets: Facets } {
  const matches: Entry[] = [];
  const counts = new Map(FILTERS.map((name) => [name, new Map<string, number>()]));
  const titles = new Map<string, string>();
  for (const entry of entries) {
    const failed = FILTERS.filter((name) => !fits(entry, filters, name));
    if (failed.length === 0) matches.push(entry);
    if (failed.length > 1) continue;
    const { card } = entry;
    const values: Record<(typeof FILTERS)[number], string[]> = {
      category: card.categories,
      mode: [card.mode],
      organization: [card.org],
      needs: entry.needs,
      verified: card.verified ? ["true"] : [],
    };
    titles.set(card.org, card.orgTitle);
    for (const name of failed.length === 0 ? FILTERS : failed) {
      const facet = counts.get(name);
      for (const value of values[name]) facet?.set(value, (facet.get(value) ?? 0) + 1);
    }
  }
  const sorted = (name: (typeof FILTERS)[number]) =>
    [...(counts.get(name) ?? [])]
      .map(([value, count]) => ({ name: value, count }))
      .sort((a, b) => b.count - a.count || a.name.localeCompare(b.name));
  return {
    matches,
    facets: {
      categories: sorted("category"),
      modes: sorted("mode") as Count<Mode>[],
      organizations: sorted("organization").map((each) => ({
        ...each,
        title: titles.get(each.name) ?? each.name,
      })),
      needs: sorted("needs"),
      verified: counts.get("verified")?.get("true") ?? 0,
    },
  };
}

/** Scores that differ by less count as the same match. */
const STEP = Math.log(1.5);
const EXACT = 4;

/** The best match first; of equal matches what is installed more, then what is newer. */
export function ranked(found: { entry: Entry; score: number }[], query: string): Entry[] {
  const wanted = query.trim().toLowerCase();
  const names = ({ card }: Entry) => [
    card.repo,
    `${card.org}/${card.repo}`,
    card.title,
    ...Object.values(card.i18n).flatMap(({ title }) => title ?? []),
  ];
  return found
    .map(({ entry, score }) => {
      const exact = names(entry).some((name) => name.toLowerCase() === wanted);
      return { entry, level: Math.round(Math.log(score * (exact ? EXACT : 1)) / STEP) };
    })
    .sort(
      (a, b) =>
        b.level - a.level ||
        b.entry.card.installs - a.entry.card.installs ||
        compare(b.entry.card.updatedAt, a.entry.card.updatedAt),
    )
    .map(({ entry }) => entry);
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const titleIn = ({ card }: Entry, locale: Locale) => card.i18n[locale]?.title ?? card.title;

/** Every title's place in a language's alphabet. What was in order before is put in order again at little cost. */
export class Alphabet {
  readonly #collator: Intl.Collator;
  readonly #locale: Locale;
  #order: Entry[] = [];
  readonly #places = new Map<string, number>();

  constructor(locale: Locale) {
    this.#locale = locale;
    this.#collator = new Intl.Collator(locale, { numeric: true });
  }

  /** Called with all there is, each time something changed. */
  update(all: ReadonlyMap<string, Entry>): void {
    const kept = this.#order.flatMap(({ card }) => all.get(`${card.org}.${card.repo}`) ?? []);
    const known = new Set(kept);
    for (const entry of all.values()) if (!known.has(entry)) kept.push(entry);
    this.#order = kept.sort((a, b) =>
      this.#collator.compare(titleIn(a, this.#locale), titleIn(b, this.#locale)),
    );
    this.#places.clear();
    for (const [place, { card }] of this.#order.entries())
      this.#places.set(`${card.org}.${card.repo}`, place);
  }

  place({ card }: Entry): number {
    return this.#places.get(`${card.org}.${card.repo}`) ?? 0;
  }
}

export function sorted(
  entries: Entry[],
  sort: Exclude<Sort, "relevance">,
  place: (entry: Entry) => number,
): Entry[] {
  return [...entries].sort((a, b) => {
    const first =
      sort === "name"
        ? 0
        : sort === "updated"
          ? compare(b.card.updatedAt, a.card.updatedAt)
          : b.card.installs - a.card.installs;
    return first || place(a) - place(b);
  });
}

export interface Marks {
  title?: string[];
  description?: string[];
  /** From the README, when the card itself does not hold the words. */
  snippet?: string[];
}

/** Where the query's words stand in what the card shows in this language; whether it holds all of them. */
export function marksOf(
  { card }: Entry,
  locale: Locale,
  typed: string[],
  meant: ReadonlySet<string>,
): { marks: Marks; complete: boolean } {
  const description = card.i18n[locale]?.description ?? card.description;
  const parts = { title: card.i18n[locale]?.title ?? card.title, description };
  const marks: Marks = {};
  let seen = "";
  for (const [name, text] of Object.entries(parts) as ["title" | "description", string][]) {
    const ranges = rangesOf(text, typed, meant);
    const pieces = marked(text, ranges);
    if (pieces) marks[name] = pieces;
    seen += ` ${ranges.map(([start, end]) => text.slice(start, end)).join(" ")}`;
  }
  const folded = seen.toLowerCase();
  return { marks, complete: seen.trim() !== "" && typed.every((word) => folded.includes(word)) };
}
