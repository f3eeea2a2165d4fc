import type { KubernetesObject } from "./kubernetes.ts";
import type { ReasonCode } from "./reasons.ts";
import type { Severity } from "./resources.ts";

/**
 * One server-sent-event stream per tab: `GET /api/stream?namespace=ns-…&topic=…&topic=…`.
 * Each topic begins with one `snapshot`; afterwards come `upsert` and `remove`. Changing the topics opens a new
 * stream; the old one is closed once the new one has said `ready`.
 */
export type Topic =
  | "installations"
  | "apps"
  | "desktop"
  | "providers"
  /** What administrators tell everybody now: `AnnouncementView`s. */
  | "announcements"
  | "actionruns"
  /** Sends no items, only `changed`: the reader asks the catalogue's API again. */
  | "catalogue"
  /** `PodView`s of one installation: `pods/<installation>` */
  | `pods/${string}`
  /** `InstanceView`s of one provider: `instances/<provider>` */
  | `instances/${string}`
  /** One instance in full: `instance/<provider>/<plural>/<name>` sends one `InstanceDetail`. */
  | `instance/${string}`
  | "quota"
  /** What the workspace may cost, and how that stands: `Budget`s. */
  | "budgets"
  | "events";

export interface StreamItem {
  /** Unique within the topic: `metadata.name`, or for instances `<plural>/<name>`. */
  key: string;
  value: KubernetesObject | InstanceView | InstanceDetail | object;
}

export type StreamEvent =
  | { type: "snapshot"; topic: Topic; items: StreamItem[] }
  | { type: "upsert"; topic: Topic; item: StreamItem }
  | { type: "remove"; topic: Topic; key: string }
  | { type: "changed"; topic: Topic }
  | { type: "ready" }
  /** Whether the web server reaches the API server. */
  | { type: "cluster"; reachable: boolean }
  | { type: "closed"; reason: "signed-out" | "forbidden" | "expired" };

/** An announcement while it is shown. HTML is sanitised. */
export interface AnnouncementView {
  name: string;
  /** Another one each time its words change. */
  edition: string;
  severity: Severity;
  title: string;
  html: string;
  i18n: Record<string, { title?: string; html?: string }>;
  since: string;
}

export type InstancePhase =
  | "Pending"
  | "Creating"
  | "Running"
  | "Updating"
  | "Stopped"
  /** Over, as a backup is. */
  | "Succeeded"
  | "Failed"
  | "Deleting"
  | "Unknown";

/** A row in a provider's list, computed from its object and workloads by the rules in `spec.provider`. */
export interface InstanceView {
  provider: string;
  apiVersion: string;
  kind: string;
  plural: string;
  name: string;
  namespace: string;
  createdAt?: string;
  phase: InstancePhase;
  /** The operator's own word, e.g. `CreateFailed`. */
  reported?: string;
  /** One sentence; with `reason` and `params` when it is the console's own. */
  message?: string;
  reason?: ReasonCode;
  params?: Record<string, string | number>;
  ready: number;
  desired: number;
  /** Values of the declared columns, in order. */
  columns: (string | number | null)[];
}

export interface PodView {
  name: string;
  phase: string;
  ready: number;
  containers: { name: string; ready: boolean; restarts: number; image: string; state: string }[];
  node?: string;
  createdAt?: string;
}

export interface EventView {
  type: string;
  reason: string;
  message: string;
  object: string;
  count: number;
  lastSeen: string;
}

/** An object that an instance is made of, by the rules of its provider's `members`. */
export interface MemberView {
  name: string;
  phase: InstancePhase;
  columns: (string | number | null)[];
  createdAt?: string;
}

/** A Job that backs an instance up. */
export interface BackupView {
  name: string;
  /** ISO 8601; absent while it has not begun. */
  startedAt?: string;
  /** ISO 8601; absent while it has not ended. */
  finishedAt?: string;
  phase: "Pending" | "Running" | "Succeeded" | "Failed";
  /** Why it failed, in Kubernetes' words. */
  message?: string;
  /** Asked for by somebody, and not by the schedule. */
  manual: boolean;
}

export interface BackupsView {
  /** Absent while none is set. */
  schedule?: {
    /** A cron expression. */
    expression: string;
    /** That of the cluster where it is absent, which is UTC nearly everywhere. */
    timeZone?: string;
    suspended: boolean;
    /** ISO 8601. */
    nextAt?: string;
  };
  /** Those that the cluster still has, the newest first. */
  runs: BackupView[];
}

export interface InstanceDetail extends InstanceView {
  object: KubernetesObject;
  pods: PodView[];
  /** Where the kind has members. */
  members?: MemberView[];
  /** Where the kind declares how it is backed up. */
  backups?: BackupsView;
  events: EventView[];
}

/** The connection card. Values from Secrets arrive only through the connection route, never on a stream. */
export interface ConnectionView {
  fields: { name: string; label: string; value: string; secret: boolean; file?: string }[];
  uris: { name: string; value: string; secret: boolean }[];
}
