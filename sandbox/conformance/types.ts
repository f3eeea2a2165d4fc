/** One request of the battery. `{ns}` in path and body stands for the group's own namespace. */
export interface Step {
  /** WATCH is a GET whose events are gathered. */
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "WATCH";
  path: string;
  body?: unknown;
  contentType?: string;
  accept?: string;
  /** Impersonated user. */
  as?: string;
  headers?: Record<string, string | string[]>;
  /** Values of the answer that later requests of the group name as `{key}`; by dotted path. */
  keep?: Record<string, string>;
  /** Asked again until the answer's status is this: for what a controller does in its own time. */
  until?: number;
  /** Asked again until the answer holds this text. */
  untilText?: string;
  /** Asked again until the answer no longer holds this text. */
  untilNoText?: string;
  /** A watch ends after so many events, at the latest with the server's `timeoutSeconds`. */
  events?: number;
}

/** Requests that are sent one after the other into a namespace of their own. */
export interface Group {
  name: string;
  /** What the group is about, as the table in the documentation says it. */
  area: Area;
  steps: Step[];
}

export const AREAS = [
  "Discovery and OpenAPI",
  "Errors",
  "Lists and selectors",
  "Watches",
  "Tables and partial objects",
  "Patches and updates",
  "Server-side apply",
  "Workloads: defaults and refusals",
  "Services, configuration, storage, network",
  "Custom kinds",
  "RBAC, escalation, aggregation",
  "Impersonation",
  "Quota, limits, Pod Security",
  "Garbage collection and deletion",
  "Admission policies",
] as const;
export type Area = (typeof AREAS)[number];

/** What was answered, without what differs from run to run. */
export interface Answer {
  status: number;
  /** Absent for plain JSON. */
  type?: string;
  warnings?: string[];
  body: unknown;
}
