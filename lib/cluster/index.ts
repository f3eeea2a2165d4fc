/** A Kubernetes client: requests, informers, work queue, leader election. This is its public surface; see README.md. */
export { Backoff } from "./backoff.ts";
export { Cluster, type LogOptions, refOf, type WriteGuard, type WriteOptions } from "./cluster.ts";
export type { ClientOptions, Query, RequestEvent, RequestOptions } from "./connection.ts";
export type { ResourceType } from "./discovery.ts";
export {
  ApiError,
  isAlreadyExists,
  isConflict,
  isForbidden,
  isGone,
  isNotFound,
  isUnreachable,
} from "./errors.ts";
export { Informer, type InformerEvent, type InformerOptions } from "./informer.ts";
export { LeaderElector, type LeaderElectorOptions, type Lease, NotLeadingError } from "./leader-elector.ts";
export type { OpenAPISchema, SchemaNode } from "./openapi.ts";
export { Selection } from "./selection.ts";
export type {
  AnyObject,
  ApiObject,
  ApiObjectMeta,
  List,
  Ref,
  Selectors,
  Status,
  Type,
  WatchEvent,
} from "./types.ts";
export { type ProcessedRun, WorkQueue, type WorkQueueOptions } from "./work-queue.ts";
