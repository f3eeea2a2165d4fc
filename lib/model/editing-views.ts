import type { RepositoryWords, WordsField } from "./words.ts";

export interface EditView {
  words: RepositoryWords;
  /** What the latest image says, which is shown where the words say nothing. */
  image: RepositoryWords;
  /** Newest first. */
  tags: { name: string; releaseNotes?: string; deprecated?: boolean }[];
  latestTag: string;
  visibility: "public" | "private";
  source: string;
}

export interface Saved extends EditView {
  /** Fields that somebody else had changed meanwhile, and that were kept. */
  taken: WordsField[];
}

/** One change of a repository's words. */
export interface HistoryEntry {
  revision: number;
  /** Empty for a change that did not come through the Hub. */
  user: string;
  name: string;
  at: string;
  /** Fields that differ from the revision before. */
  changed: WordsField[];
  /** The revision whose words were restored. */
  restored?: number;
  /** The changed fields' values, before and after. */
  before: RepositoryWords;
  after: RepositoryWords;
}
