import { deflateRawSync, inflateRawSync } from "node:zlib";
import MiniSearch from "minisearch";
import { type Marked, rangesOf, snippet } from "./marks.ts";
import { indexTokens, queryTokens } from "./tokens.ts";

/** What is shown on a card, in every language. */
export interface SearchDocument {
  id: string;
  name: string;
  title: string;
  keywords: string;
  description: string;
}

export interface Hit {
  id: string;
  score: number;
}

export interface Found {
  hits: Hit[];
  /** The query's words, and the words of the catalogue that they were taken for. */
  typed: string[];
  meant: string[];
}

/** Words of a query that are looked at; more only narrow what is found already. */
const MOST_WORDS = 12;
/** Words of the READMEs weigh little: a title that holds the word is what was meant. */
const README_WEIGHT = 0.15;
const KEPT_WORDS = 200;

const isLatin = (term: string) => /^[a-z0-9]+$/.test(term);
const options = { tokenize: indexTokens, processTerm: (term: string) => term, storeFields: [] };

interface WordMatches {
  scores: Map<string, number>;
  meant: string[];
}

/**
 * Full-text index of the catalogue, in memory. Cards and READMEs have an index each: a README's many words are only
 * looked up from three letters on, and corrected from five on, which keeps a query of one letter as quick as one of ten.
 */
export class SearchIndex {
  readonly #cards = new MiniSearch<SearchDocument>({
    ...options,
    fields: ["name", "title", "keywords", "description"],
  });
  readonly #readmes = new MiniSearch<{ id: string; text: string }>({ ...options, fields: ["text"] });
  /** Packed, because they are read only for the results that are shown. */
  readonly #texts = new Map<string, Buffer[]>();
  /** What each word of recent queries matched: people type on. */
  readonly #words = new Map<string, WordMatches>();

  set(document: SearchDocument): void {
    this.#words.clear();
    if (this.#cards.has(document.id)) this.#cards.replace(document);
    else this.#cards.add(document);
  }

  /** Texts of a README, one a language; none takes them away. */
  setReadme(id: string, texts: string[]): void {
    this.#words.clear();
    if (this.#readmes.has(id)) this.#readmes.discard(id);
    this.#texts.delete(id);
    if (texts.length === 0) return;
    this.#readmes.add({ id, text: texts.join("\n") });
    this.#texts.set(
      id,
      texts.map((text) => deflateRawSync(text, { level: 1 })),
    );
  }

  delete(id: string): void {
    this.#words.clear();
    if (this.#cards.has(id)) this.#cards.discard(id);
    this.setReadme(id, []);
  }

  /** What holds every word of the query, the best first. */
  find(query: string): Found {
    const typed = queryTokens(query).slice(0, MOST_WORDS);
    const matches = typed.map((word) => this.#matches(word));
    const [fewest, ...others] = [...matches].sort((a, b) => a.scores.size - b.scores.size);
    const hits: Hit[] = [];
    for (const [id, first] of fewest?.scores ?? []) {
      let score = first;
      if (
        others.every(({ scores }) => {
          const more = scores.get(id);
          score += more ?? 0;
          return more !== undefined;
        })
      )
        hits.push({ id, score });
    }
    hits.sort((a, b) => b.score - a.score);
    return { hits, typed, meant: [...new Set(matches.flatMap(({ meant }) => meant))] };
  }

  /** For a query without a match: what comes closest, any word, more typing errors, the best first. */
  nearest(query: string): Hit[] {
    return this.#cards
      .search(query, {
        tokenize: (text) => queryTokens(text).slice(0, MOST_WORDS),
        combineWith: "OR",
        fuzzy: (term) => (term.length > 2 ? 0.45 : false),
        prefix: (term) => term.length > 1,
      })
      .map(({ id, score }) => ({ id: String(id), score }));
  }

  /** The piece of the README where the words stand. */
  snippet(id: string, typed: string[], meant: string[]): Marked | undefined {
    const words = new Set(meant);
    for (const packed of this.#texts.get(id) ?? []) {
      const text = inflateRawSync(packed).toString("utf8");
      const piece = snippet(text, rangesOf(text, typed, words));
      if (piece) return piece;
    }
    return undefined;
  }

  #matches(word: string): WordMatches {
    const known = this.#words.get(word);
    if (known) return known;
    const matches: WordMatches = { scores: new Map(), meant: [] };
    const take = (results: ReturnType<MiniSearch["search"]>, weight: number) => {
      const terms = new Set<string>();
      for (const { id, score, terms: found } of results) {
        matches.scores.set(String(id), (matches.scores.get(String(id)) ?? 0) + score * weight);
        for (const term of found) terms.add(term);
      }
      for (const term of terms) if (!term.startsWith(word)) matches.meant.push(term);
    };
    const asIs = { tokenize: (text: string) => [text] };
    const inCards = { ...asIs, boost: { name: 6, title: 6, keywords: 3 } };
    take(this.#cards.search(word, { ...inCards, prefix: true }), 1);
    // Only a word that no card holds is taken for an error: who looks for a database does not mean Metabase.
    if (matches.scores.size === 0 && word.length > 3 && isLatin(word))
      take(this.#cards.search(word, { ...inCards, fuzzy: 0.2 }), 1);
    const long = isLatin(word) ? word.length > 2 : true;
    take(this.#readmes.search(word, { ...asIs, prefix: isLatin(word) && long }), README_WEIGHT);
    if (matches.scores.size === 0 && word.length > 4 && isLatin(word))
      take(this.#readmes.search(word, { ...asIs, fuzzy: 0.2 }), README_WEIGHT);
    this.#words.set(word, matches);
    if (this.#words.size > KEPT_WORDS) this.#words.delete(this.#words.keys().next().value ?? "");
    return matches;
  }
}
