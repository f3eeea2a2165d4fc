import SearchableMap from "minisearch/SearchableMap";
import type { Sheet } from "./sheet.ts";

/** Okapi BM25+ with the usual parameters: a word that is there once more, or in a shorter text, weighs more. */
const SATURATION = 1.2;
const LENGTH = 0.7;
const LOWER_BOUND = 0.5;
/** What a word is worth that only begins so, or is only meant. */
const BEGUN = 0.375;
const MEANT = 0.45;

/** For each field the documents that hold a word there. */
type Postings = number[][];

/**
 * An inverted index of numbered documents: which hold a word, one that begins so, or one that differs by a few letters.
 * Postings are plain lists of numbers, because a short beginning has a hundred thousand of them.
 */
export class WordIndex {
  readonly #weights: readonly number[];
  readonly #words = new SearchableMap<Postings>();
  readonly #documents = new Set<number>();
  /** By field, then by document: how many words it has there. */
  readonly #lengths: number[][];
  readonly #totals: number[];

  /** What a word is worth in each field. */
  constructor(weights: readonly number[]) {
    this.#weights = weights;
    this.#lengths = weights.map(() => []);
    this.#totals = weights.map(() => 0);
  }

  /** Takes the words of each field, each once. The document must not be there yet. */
  add(document: number, words: readonly (readonly string[])[]): void {
    this.#documents.add(document);
    for (const field of this.#weights.keys()) {
      for (const word of words[field] ?? []) this.#fetch(word)[field]?.push(document);
      this.#setLength(field, document, words[field]?.length ?? 0);
    }
  }

  /** Takes the same words as when it was added. */
  delete(document: number, words: readonly (readonly string[])[]): void {
    if (!this.#documents.delete(document)) return;
    for (const field of this.#weights.keys()) {
      for (const word of words[field] ?? []) this.#take(word, field, document);
      this.#setLength(field, document, 0);
    }
  }

  /** Scores what holds the word, and with `prefix` what holds one that begins so. */
  begun(word: string, prefix: boolean, sheet: Sheet): void {
    const same = this.#words.get(word);
    if (same) this.#score(same, 1, sheet);
    if (!prefix) return;
    for (const [longer, postings] of this.#words.atPrefix(word)) {
      const more = longer.length - word.length;
      if (more > 0) this.#score(postings, (BEGUN * longer.length) / (longer.length + 0.3 * more), sheet);
    }
  }

  /** Scores what holds a word that differs by at most so many letters; returns those words. */
  meant(word: string, distance: number, sheet: Sheet): string[] {
    const words: string[] = [];
    for (const [other, [postings, letters]] of this.#words.fuzzyGet(word, distance)) {
      const worth = letters === 0 ? 1 : (MEANT * other.length) / (other.length + letters);
      this.#score(postings, worth, sheet);
      words.push(other);
    }
    return words;
  }

  #fetch(word: string): Postings {
    return this.#words.fetch(word, () => this.#weights.map(() => []));
  }

  #take(word: string, field: number, document: number): void {
    const postings = this.#words.get(word);
    const list = postings?.[field];
    const at = list?.indexOf(document) ?? -1;
    if (!postings || !list || at < 0) return;
    const last = list.pop();
    if (last !== undefined && at < list.length) list[at] = last;
    if (postings.every((each) => each.length === 0)) this.#words.delete(word);
  }

  #setLength(field: number, document: number, length: number): void {
    const lengths = this.#lengths[field] ?? [];
    // Without holes: an array with holes is a slow one.
    while (lengths.length < document) lengths.push(0);
    this.#totals[field] = (this.#totals[field] ?? 0) + length - (lengths[document] ?? 0);
    lengths[document] = length;
  }

  #score(postings: Postings, weight: number, sheet: Sheet): void {
    const count = this.#documents.size;
    for (const [field, documents] of postings.entries()) {
      if (documents.length === 0) continue;
      const lengths = this.#lengths[field] ?? [];
      const average = (this.#totals[field] ?? 0) / count;
      const rarity = Math.log(1 + (count - documents.length + 0.5) / (documents.length + 0.5));
      const most = weight * (this.#weights[field] ?? 1) * rarity;
      for (const document of documents) {
        const length = (lengths[document] ?? 0) / average;
        const often = (SATURATION + 1) / (1 + SATURATION * (1 - LENGTH + LENGTH * length));
        sheet.add(document, most * (LOWER_BOUND + often));
      }
    }
  }
}
