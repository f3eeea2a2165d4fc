import type { Door } from "./door.ts";

/** A kept revision as pages list it; nothing of it is secret. */
export interface RevisionView {
  revision: number;
  /** `org/repo:tag` */
  image: string;
  digest: string;
  inputs: Record<string, string>;
  /** When it was last wanted. */
  at: string;
  /** Who asked for it, where the door said so. */
  by?: string;
  door?: Door;
  /** The field manager that asked for it. */
  program?: string;
  /** Whether it is what is wanted now. */
  current: boolean;
  /** Whether it is what going back means, when nothing else is said. */
  before: boolean;
}
