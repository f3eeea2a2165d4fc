import { type Marked, snippet } from "./marks.ts";
import { inAll, inAny, type Scores, Sheet } from "./sheet.ts";
import { indexTokens, queryTokens } from "./tokens.ts";
import { WordIndex } from "./word-index.ts";

/** What is shown on a card, in every language. The number is the caller's, and stays the same. */
export interface SearchDocument {
  number: number;
  name: string;
  title: string;
  keywords: string;
  description: string;
}

export interface Found extends Scores {
  /** The query's words, and the words of the catalogue that they were taken for. */
  typed: string[];
  meant: string[];
}

/** Words of a query that are looked at; more only narrow what is found already. */
const MOST_WORDS = 12;
/** Words of the READMEs weigh little: a title that holds the word is what was meant. */
const README_WEIGHT = 0.15;
const KEPT_WORDS = 100;
/** Letters that may differ: of a word that was mistyped, and of one to which nothing comes closer. */
const ERRORS = { share: 0.2, most: 6 };
const NEAREST = { share: 0.45, most: 3, kept: 50 };

const CARD_FIELDS = [
  { name: "name", weight: 6 },
  { name: "title", weight: 6 },
  { name: "keywords", weight: 3 },
  { name: "description", weight: 1 },
] as const;

const isLatin = (term: string) => /^[a-z0-9]+$/.test(term);

interface WordMatches extends Scores {
  meant: string[];
}

/**
 * Full-text index of the catalogue, in memory. Cards and READMEs have an index each: a README's many words are looked
 * up from three letters on, and corrected from five on. A word is only taken for an error when nothing holds it.
 */
export class SearchIndex {
  readonly #cards = new WordIndex(CARD_FIELDS.map(({ weight }) => weight));
  readonly #readmes = new WordIndex([README_WEIGHT]);
  readonly #documents = new Map<number, SearchDocument>();
  /** As bytes, outside of the heap. Not packed: unpacking a page of them takes as much memory as all words of a query. */
  readonly #texts = new Map<number, Buffer[]>();
  /** What each word of recent queries matched: people type on. */
  readonly #words = new Map<string, WordMatches>();
  readonly #sheet = new Sheet();

  set(document: SearchDocument): void {
    this.#words.clear();
    this.#deleteCard(document.number);
    this.#documents.set(document.number, document);
    this.#cards.add(document.number, wordsOf(document));
  }

  /** Texts of a README, one a language; none takes them away. */
  setReadme(number: number, texts: string[]): void {
    this.#words.clear();
    const former = this.#texts.get(number);
    if (former) this.#readmes.delete(number, [indexTokens(former.map(String).join("\n"))]);
    this.#texts.delete(number);
    if (texts.length === 0) return;
    this.#readmes.add(number, [indexTokens(texts.join("\n"))]);
    this.#texts.set(
      number,
      texts.map((text) => Buffer.from(text)),
    );
  }

  delete(number: number): void {
    this.#deleteCard(number);
    this.setReadme(number, []);
  }

  /** What holds every word of the query, in no order. */
  find(query: string): Found {
    const typed = queryTokens(query).slice(0, MOST_WORDS);
    const matches = typed.map((word) => this.#matches(word));
    return { ...inAll(matches), typed, meant: [...new Set(matches.flatMap(({ meant }) => meant))] };
  }

  /** For a query without a match: what comes closest, any word, more typing errors. Only the best, in no order. */
  nearest(query: string): Scores {
    const words = queryTokens(query).slice(0, MOST_WORDS);
    return best(
      inAny(
        words.map((word) => {
          this.#cards.begun(word, word.length > 1, this.#sheet);
          if (word.length > 2) this.#cards.meant(word, allowed(word, NEAREST), this.#sheet);
          return this.#sheet.take();
        }),
      ),
    );
  }

  /** The piece of the README where the words stand. */
  snippet(number: number, typed: string[], meant: string[]): Marked | undefined {
    const words = new Set(meant);
    for (const text of this.#texts.get(number) ?? []) {
      const piece = snippet(text.toString("utf8"), typed, words);
      if (piece) return piece;
    }
    return undefined;
  }

  #matches(word: string): WordMatches {
    const known = this.#words.get(word);
    if (known) return known;
    const sheet = this.#sheet;
    let meant: string[] = [];
    this.#cards.begun(word, true, sheet);
    // Only a word that no card holds is taken for an error: who looks for a database does not mean Metabase.
    if (sheet.isEmpty && word.length > 3 && isLatin(word))
      meant = this.#cards.meant(word, allowed(word, ERRORS), sheet);
    this.#readmes.begun(word, word.length > 2 && isLatin(word), sheet);
    if (sheet.isEmpty && word.length > 4 && isLatin(word))
      meant = this.#readmes.meant(word, allowed(word, ERRORS), sheet);
    const matches = { ...sheet.take(), meant };
    this.#words.set(word, matches);
    if (this.#words.size > KEPT_WORDS) this.#words.delete(this.#words.keys().next().value ?? "");
    return matches;
  }

  #deleteCard(number: number): void {
    const former = this.#documents.get(number);
    if (!former) return;
    this.#words.clear();
    this.#documents.delete(number);
    this.#cards.delete(number, wordsOf(former));
  }
}

const wordsOf = (document: SearchDocument) => CARD_FIELDS.map(({ name }) => indexTokens(document[name]));
const allowed = (word: string, { share, most }: { share: number; most: number }) =>
  Math.min(most, Math.round(share * word.length));

function best({ documents, scores }: Scores): Scores {
  const order = [...documents.keys()]
    .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0))
    .slice(0, NEAREST.kept);
  return {
    documents: Uint32Array.from(order, (at) => documents[at] ?? 0),
    scores: Float32Array.from(order, (at) => scores[at] ?? 0),
  };
}
