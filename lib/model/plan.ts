import type { ObjectReference } from "./kubernetes.ts";
import type { ReasonCode } from "./reasons.ts";
import type { Mode } from "./resources.ts";

export type PlanOperation = "create" | "change" | "unchanged" | "prune" | "keep" | "link";

export interface PlannedObject extends ObjectReference {
  operation: PlanOperation;
  /** For "change": it is deleted and made anew. */
  recreated?: boolean;
  /** For "change": what differs, secrets masked. Paths are dotted, list items by key. */
  diff?: { path: string; before?: string; after?: string }[];
  /** Why the cluster or a rule would refuse it. */
  problem?: string;
  reason?: ReasonCode;
  params?: Record<string, string | number>;
}

/** Something the reader should know; with `reason` and `params` the page words it in the reader's language. */
export interface PlanNotice {
  level: "info" | "warning";
  code: string;
  message: string;
  object?: ObjectReference;
  reason?: ReasonCode;
  params?: Record<string, string | number>;
}

/** What installing gives, in plain words; the strongest first. */
export interface GrantedRight {
  /** Whom: a service account's name. Absent, like verbs and resources, when the publisher says it in words only. */
  subject?: string;
  verbs?: string[];
  resources?: string[];
  message: string;
  level: "info" | "warning";
  reason?: ReasonCode;
  params?: Record<string, string | number>;
  /** What an image's publisher says of it, by locale. */
  i18n?: Record<string, string>;
  /** Of a change: what is installed does not give it. */
  added?: boolean;
}

/** Why an image cannot be installed. `code` is the problem's or the rule's. */
export interface PlanBlocker {
  code: string;
  message: string;
  object?: ObjectReference;
  reason?: ReasonCode;
  params?: Record<string, string | number>;
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

/** Titles in other languages than English, by locale. */
export type Titles = Record<string, { title: string }>;

/** Who brings a kind that the image needs, and which of them is taken; the sentence says why. */
export interface PlannedProvider {
  /** `Kind.group`, as `spec.providers` of an Installation names it. */
  kind: string;
  /** For people: `Cluster (apps.kubeblocks.io/v1alpha1)`. */
  what: string;
  /** Sorted by image. One of an organization that is not trusted is there only while it is installed. */
  offers: { image: string; title: string; i18n?: Titles; trusted: boolean; installed: boolean }[];
  /** `org/repo:tag`; absent where the cluster serves the kind without any of them, or the choice is refused. */
  taken?: string;
  message: string;
  reason: ReasonCode;
  params: Record<string, string | number>;
}

/** What an instance that the app brings has in the plan's cost, afterwards and now. */
export interface PlannedInstance {
  kind: string;
  name: string;
  monthlyMicros: number;
  monthlyMicrosNow: number;
  /** A size that it leaves out is the operator's usual one: it may be more. */
  least?: boolean;
}

/** What pressing *Install* would do. The page, the CLI and the manager compute it with the same code. */
export interface Plan {
  image: string;
  digest: string;
  mode: Mode;
  title: string;
  /** False when something below would stop it; `blockers` says what. */
  possible: boolean;
  blockers: PlanBlocker[];
  objects: PlannedObject[];
  /** Of a change: workloads whose pods are replaced by new ones. */
  restarts?: ObjectReference[];
  /** Providers and shared instances that would come along. */
  brings: {
    image: string;
    title: string;
    message: string;
    reason?: ReasonCode;
    params?: Record<string, string | number>;
    installed: boolean;
  }[];
  /** One for each kind that it needs and that anything offers or serves. */
  providers?: PlannedProvider[];
  rights: GrantedRight[];
  quota: QuotaLine[];
  notices: PlanNotice[];
  /**
   * What its pods, volumes and load balancers cost in a month, and what they cost as they are now, in integer micro-units
   * of the currency; absent when the cluster has no prices. Databases and the like that it brings are in both.
   */
  cost?: {
    currency: string;
    monthlyMicros: number;
    monthlyMicrosNow?: number;
    instances?: PlannedInstance[];
  };
}
