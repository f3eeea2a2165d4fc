import type { Locale } from "../../model/locale.ts";
import type { CardMarks, Facets, RepositoryCard } from "../../model/repository-views.ts";
import { FacetCounter, type Filters } from "./facets.ts";
import { marked, rangesOf } from "./marks.ts";
import { inOrder, Orders, type Sort } from "./orders.ts";
import type { Scores } from "./sheet.ts";
import { folded } from "./tokens.ts";

/** A repository as it is listed. */
export interface Entry {
  number: number;
  card: RepositoryCard;
  /** What it needs (`labring/redis`, `apps.kubeblocks.io/Cluster`). */
  needs: string[];
  isPublic: boolean;
  /** What it may be called exactly, in small letters. */
  names: string[];
  /** Its facets' values (see facets.ts). */
  values: number[];
}

export type Listed = Pick<Entry, "card" | "needs" | "isPublic">;

export interface ListQuery {
  filters: Filters;
  sort: Sort;
  offset: number;
  limit: number;
  locale: Locale;
  /** Whose private repositories are seen as well. */
  organizations: ReadonlySet<string>;
  /** Without it all that may be seen is listed. */
  found?: Scores & { query: string };
}

/** How much better a match is when the query is the very name. */
const EXACT = 4;

/**
 * All repositories, by number, with what makes it quick to list them: facets, names and orders that are known before
 * somebody asks. An entry that changed is made anew when it is next looked at.
 */
export class Listing {
  readonly #make: (name: string) => Listed | undefined;
  readonly #numbers = new Map<string, number>();
  readonly #names: string[] = [];
  readonly #entries: (Entry | undefined)[] = [];
  readonly #stale = new Set<number>();
  readonly #facets = new FacetCounter();
  /** By number, of what was found last; used again at each question. */
  #scores = new Float64Array(1024);
  readonly #orders = new Orders(() => this.#entries);

  /** `make` composes the entry of that name; undefined when it is gone. */
  constructor(make: (name: string) => Listed | undefined) {
    this.#make = make;
  }

  /** Given at the first question, and never to another name. */
  numberOf(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.#names.push(name) - 1;
    this.#numbers.set(name, number);
    return number;
  }

  /** To be called when what is listed under this name came, changed or went. */
  changed(name: string): void {
    this.#stale.add(this.numberOf(name));
  }

  /** To be called when something about an organization changed. */
  organizationChanged(organization: string): void {
    for (const entry of this.#entries) if (entry?.card.org === organization) this.#stale.add(entry.number);
  }

  page(query: ListQuery): { entries: Entry[]; fitting: Entry[]; total: number; facets: Facets } {
    this.#refresh();
    const { found, sort, filters, locale } = query;
    const fitting = this.#seen(query, found?.documents);
    const { matches, facets } = this.#facets.narrow(fitting, filters);
    const numbers =
      found && sort === "relevance"
        ? inOrder(matches, this.#orders.popular(), query, this.#scoreOf(found))
        : inOrder(matches, this.#orders.by(sort === "relevance" ? "installs" : sort, locale), query);
    const entries = numbers.flatMap((number) => this.#entries[number] ?? []);
    return { entries, fitting, total: matches.length, facets };
  }

  /** Those of these that may be seen. */
  seen(query: Pick<ListQuery, "organizations">, numbers: Iterable<number>): Entry[] {
    this.#refresh();
    return this.#seen(query, numbers);
  }

  #seen({ organizations }: Pick<ListQuery, "organizations">, numbers?: Iterable<number>): Entry[] {
    const seen: Entry[] = [];
    for (const number of numbers ?? this.#entries.keys()) {
      const entry = this.#entries[number];
      if (entry && (entry.isPublic || organizations.has(entry.card.org))) seen.push(entry);
    }
    return seen;
  }

  #scoreOf({ query, documents, scores }: Scores & { query: string }): (entry: Entry) => number {
    const wanted = query.trim().toLowerCase();
    if (this.#scores.length < this.#names.length) this.#scores = new Float64Array(2 * this.#names.length);
    for (let at = 0; at < documents.length; at++) this.#scores[documents[at] ?? 0] = scores[at] ?? 0;
    return ({ number, names }) => (this.#scores[number] ?? 0) * (names.includes(wanted) ? EXACT : 1);
  }

  #refresh(): void {
    if (this.#stale.size === 0) return;
    for (const number of this.#stale) {
      const listed = this.#make(this.#names[number] ?? "");
      this.#entries[number] = listed && {
        ...listed,
        number,
        names: namesOf(listed.card),
        values: this.#facets.valuesOf(listed),
      };
    }
    this.#stale.clear();
    this.#orders.changed();
  }
}

function namesOf({ org, repo, title, i18n }: RepositoryCard): string[] {
  const titles = Object.values(i18n).flatMap((each) => each.title ?? []);
  return [repo, `${org}/${repo}`, title, ...titles].map((name) => name.toLowerCase());
}

/** Where the query's words stand in what the card shows in this language; whether it holds all of them. */
export function marksOf(
  card: RepositoryCard,
  locale: Locale,
  typed: string[],
  meant: ReadonlySet<string>,
): { marks: CardMarks; complete: boolean } {
  const description = card.i18n[locale]?.description ?? card.description;
  const parts = { title: card.i18n[locale]?.title ?? card.title, description };
  const marks: CardMarks = {};
  let seen = "";
  for (const [name, text] of Object.entries(parts) as ["title" | "description", string][]) {
    const ranges = rangesOf(text, typed, meant);
    const pieces = marked(text, ranges);
    if (pieces) marks[name] = pieces;
    seen += ` ${ranges.map(([start, end]) => text.slice(start, end)).join(" ")}`;
  }
  const plain = folded(seen);
  return { marks, complete: seen.trim() !== "" && typed.every((word) => plain.includes(word)) };
}
