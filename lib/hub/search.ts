import MiniSearch from "minisearch";

export interface SearchDocument {
  id: string;
  name: string;
  title: string;
  keywords: string;
  description: string;
}

const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+/gu;
const words = new Intl.Segmenter("zh", { granularity: "word" });

/** Words of Latin and other scripts, folded: `Kubernetes-Dashboard` → `kubernetes`, `dashboard`. */
function plainTokens(text: string): string[] {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}

/**
 * Tokens to index. Chinese has no spaces: the words that ICU finds, and every pair of neighbouring characters, so that
 * a query cut elsewhere than ICU cuts still finds the text.
 */
export function indexTokens(text: string): string[] {
  const tokens = new Set(plainTokens(text.replace(CJK, " ")));
  for (const [run] of text.matchAll(CJK)) {
    for (const { segment } of words.segment(run)) tokens.add(segment);
    const characters = [...run];
    for (let at = 0; at + 1 < characters.length; at++) tokens.add(`${characters[at]}${characters[at + 1]}`);
  }
  return [...tokens];
}

/** Tokens of a query: a long Chinese run becomes its pairs, a single character stays. */
export function queryTokens(text: string): string[] {
  const tokens = plainTokens(text.replace(CJK, " "));
  for (const [run] of text.matchAll(CJK)) {
    const characters = [...run];
    if (characters.length === 1) tokens.push(run);
    for (let at = 0; at + 1 < characters.length; at++) tokens.push(`${characters[at]}${characters[at + 1]}`);
  }
  return tokens;
}

/** Full-text index of the catalogue, in memory; thousands of repositories are small. */
export class SearchIndex {
  readonly #index = new MiniSearch<SearchDocument>({
    fields: ["name", "title", "keywords", "description"],
    storeFields: [],
    tokenize: indexTokens,
    processTerm: (term) => term,
    searchOptions: {
      tokenize: queryTokens,
      boost: { name: 6, title: 6, keywords: 3 },
      prefix: true,
      fuzzy: (term) => (term.length > 3 && /^[a-z0-9]+$/.test(term) ? 0.2 : false),
      combineWith: "AND",
    },
  });

  set(document: SearchDocument): void {
    if (this.#index.has(document.id)) this.#index.replace(document);
    else this.#index.add(document);
  }

  delete(id: string): void {
    if (this.#index.has(id)) this.#index.discard(id);
  }

  /** Ids that hold every word of the query, the best first. */
  find(query: string): { id: string; score: number }[] {
    return this.#index.search(query).map(({ id, score }) => ({ id: String(id), score }));
  }

  /** For a query without a match: what comes closest, any word, more typing errors. */
  nearest(query: string, limit: number): string[] {
    return this.#index
      .search(query, {
        combineWith: "OR",
        fuzzy: (term) => (term.length > 2 ? 0.45 : false),
        prefix: (term) => term.length > 1,
      })
      .slice(0, limit)
      .map(({ id }) => String(id));
  }
}
