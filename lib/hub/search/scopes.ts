import type { Marked } from "./marks.ts";
import { type Found, type Hit, type SearchDocument, SearchIndex } from "./search-index.ts";

/** What everybody may see. Any other scope is an organization, whose members see its private repositories. */
export const PUBLIC = "";

/**
 * An index for everybody, and one for each organization's private repositories. With one for all, what somebody may
 * not see would still weigh words, and decide what counts as an error in typing: that can be measured from outside.
 */
export class ScopedIndex {
  readonly #indexes = new Map<string, SearchIndex>();
  readonly #scopeOf = new Map<string, string>();

  /** Whether its README has to be told anew, because it moved to another scope. */
  set(scope: string, document: SearchDocument): boolean {
    const moved = this.#scopeOf.get(document.id) !== scope;
    if (moved) this.delete(document.id);
    this.#scopeOf.set(document.id, scope);
    const index = this.#indexes.get(scope) ?? new SearchIndex();
    this.#indexes.set(scope, index);
    index.set(document);
    return moved;
  }

  setReadme(id: string, texts: string[]): void {
    this.#indexOf(id)?.setReadme(id, texts);
  }

  delete(id: string): void {
    this.#indexOf(id)?.delete(id);
    this.#scopeOf.delete(id);
  }

  find(scopes: readonly string[], query: string): Found {
    const found = this.#in(scopes).map((index) => index.find(query));
    return {
      hits: best(found.map(({ hits }) => hits)),
      typed: found[0]?.typed ?? [],
      meant: [...new Set(found.flatMap(({ meant }) => meant))],
    };
  }

  nearest(scopes: readonly string[], query: string): string[] {
    return best(this.#in(scopes).map((index) => index.nearest(query))).map(({ id }) => id);
  }

  snippet(id: string, typed: string[], meant: string[]): Marked | undefined {
    return this.#indexOf(id)?.snippet(id, typed, meant);
  }

  #in(scopes: readonly string[]): SearchIndex[] {
    return scopes.flatMap((scope) => this.#indexes.get(scope) ?? []);
  }

  #indexOf(id: string): SearchIndex | undefined {
    return this.#indexes.get(this.#scopeOf.get(id) ?? PUBLIC);
  }
}

function best(lists: Hit[][]): Hit[] {
  const [only, ...others] = lists;
  if (others.length === 0) return only ?? [];
  return lists.flat().sort((a, b) => b.score - a.score);
}
