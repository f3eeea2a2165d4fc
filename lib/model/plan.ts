import type { ObjectReference } from "./kubernetes.ts";
import type { Mode } from "./resources.ts";

export type PlanOperation = "create" | "change" | "unchanged" | "prune" | "keep" | "link";

export interface PlannedObject extends ObjectReference {
  operation: PlanOperation;
  /** For "change": what differs, secrets masked. Paths are dotted, list items by key. */
  diff?: { path: string; before?: string; after?: string }[];
  /** Why the cluster or a rule would refuse it. */
  problem?: string;
}

/** Something the reader should know; `code` lets the page word it in the reader's language. */
export interface PlanNotice {
  level: "info" | "warning";
  code: string;
  message: string;
  object?: ObjectReference;
  params?: Record<string, string | number>;
}

/** A right that pods of the app get, in plain words; the strongest first. */
export interface GrantedRight {
  /** Whom: a service account's name. */
  subject: string;
  verbs: string[];
  resources: string[];
  message: string;
  level: "info" | "warning";
}

/** One resource of the namespace's quota. Numbers in base units: cores, bytes, or a count. */
export interface QuotaLine {
  resource: string;
  unit: "cores" | "bytes" | "count";
  used: number;
  added: number;
  hard: number;
  fits: boolean;
}

/** What pressing *Install* would do. The page, the CLI and the manager compute it with the same code. */
export interface Plan {
  image: string;
  digest: string;
  mode: Mode;
  title: string;
  /** False when something below would stop it; `blockers` says what. */
  possible: boolean;
  blockers: {
    code: string;
    message: string;
    object?: ObjectReference;
    params?: Record<string, string | number>;
  }[];
  objects: PlannedObject[];
  /** Providers and shared instances that would come along. */
  brings: { image: string; title: string; reason: string; installed: boolean }[];
  rights: GrantedRight[];
  quota: QuotaLine[];
  notices: PlanNotice[];
  /** Monthly cost in integer micro-units of the currency; absent when the cluster has no prices. */
  cost?: { currency: string; monthlyMicros: number };
}
