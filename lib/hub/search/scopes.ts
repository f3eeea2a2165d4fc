import type { Marked } from "./marks.ts";
import { type Found, type SearchDocument, SearchIndex } from "./search-index.ts";
import { inAny, NO_SCORES } from "./sheet.ts";

/** What everybody may see. Any other scope is an organization, whose members see its private repositories. */
export const PUBLIC = "";

/**
 * An index for everybody, and one for each organization's private repositories. With one for all, what somebody may
 * not see would still weigh words, and decide what counts as an error in typing: that can be measured from outside.
 */
export class ScopedIndex {
  readonly #indexes = new Map<string, SearchIndex>();
  readonly #scopeOf = new Map<number, string>();

  /** Whether its README has to be told anew, because it moved to another scope. */
  set(scope: string, document: SearchDocument): boolean {
    const moved = this.#scopeOf.get(document.number) !== scope;
    if (moved) this.delete(document.number);
    this.#scopeOf.set(document.number, scope);
    const index = this.#indexes.get(scope) ?? new SearchIndex();
    this.#indexes.set(scope, index);
    index.set(document);
    return moved;
  }

  setReadme(number: number, texts: string[]): void {
    this.#indexOf(number)?.setReadme(number, texts);
  }

  delete(number: number): void {
    this.#indexOf(number)?.delete(number);
    this.#scopeOf.delete(number);
  }

  /** What holds every word of the query, in no order. */
  find(scopes: readonly string[], query: string): Found {
    const found = this.#in(scopes).map((index) => index.find(query));
    const [only = NO_SCORES] = found;
    return {
      // No document is in two scopes.
      ...(found.length > 1 ? inAny(found) : only),
      typed: found[0]?.typed ?? [],
      meant: [...new Set(found.flatMap(({ meant }) => meant))],
    };
  }

  /** What comes closest to a query that nothing matches, the closest first. */
  nearest(scopes: readonly string[], query: string): Uint32Array<ArrayBuffer> {
    const { documents, scores } = inAny(this.#in(scopes).map((index) => index.nearest(query)));
    const order = [...documents.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
    return Uint32Array.from(order, (at) => documents[at] ?? 0);
  }

  snippet(number: number, typed: string[], meant: string[]): Marked | undefined {
    return this.#indexOf(number)?.snippet(number, typed, meant);
  }

  #in(scopes: readonly string[]): SearchIndex[] {
    return scopes.flatMap((scope) => this.#indexes.get(scope) ?? []);
  }

  #indexOf(number: number): SearchIndex | undefined {
    return this.#indexes.get(this.#scopeOf.get(number) ?? PUBLIC);
  }
}
