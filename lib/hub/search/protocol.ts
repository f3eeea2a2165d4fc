import type { Marked } from "./marks.ts";
import type { Found, SearchDocument } from "./search-index.ts";

/** Where a README comes from: the image's own of that digest; `overrides`, by locale, go before it. */
export interface ReadmeSource {
  digest?: string;
  /** Whose registry has the image; absent: it is in the content store. */
  repository?: string;
  overrides: Record<string, string>;
}

/** A repository, and whose members may find it (see scopes.ts). */
export interface ToSearch {
  set: SearchDocument;
  scope: string;
  readme: ReadmeSource;
}

/** The thread asks for what it cannot read itself. */
export type ToFetch = { fetch: number; digest: string; repository: string };

export type ToThread =
  | { fetched: number; texts: Record<string, string> }
  | { change: (ToSearch | { delete: string })[] }
  | { ask: number; find: string; scopes: string[] }
  | { ask: number; nearest: string; scopes: string[] }
  | { ask: number; snippets: string[]; typed: string[]; meant: string[] }
  /** Answered once every README that was sent is searched. */
  | { ask: number; settled: true };

/** What is found, as columns: a thousand small objects take longer to hand over than to find. */
export interface FoundColumns {
  ids: string[];
  scores: Float64Array;
  typed: Found["typed"];
  meant: Found["meant"];
}

export type FromThread = { to: number } & (
  | { found: FoundColumns }
  | { nearest: string[] }
  | { snippets: (Marked | undefined)[] }
  | { settled: { readmes: number; unread: number; heapBytes: number } }
);
