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
  | { change: (ToSearch | { delete: number })[] }
  | { ask: number; find: string; scopes: string[] }
  | { ask: number; nearest: string; scopes: string[] }
  | { ask: number; snippets: number[]; typed: string[]; meant: string[] }
  /** Answered once every README that was sent is searched. */
  | { ask: number; settled: true };

/** Documents are numbers in typed arrays: ten thousand strings take longer to hand over than to find. */
export type FromThread = { to: number } & (
  | { found: Found }
  | { nearest: Uint32Array }
  | { snippets: (Marked | undefined)[] }
  | { settled: { readmes: number; unread: number; bytes: number } }
);
