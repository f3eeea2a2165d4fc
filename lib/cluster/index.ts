/** A Kubernetes client: requests, informers, work queue, leader election. It uses nothing else of the project. */
export { Backoff } from "./backoff.ts";
export { Cluster, type LogOptions, refOf, type WriteOptions } from "./cluster.ts";
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
export { LeaderElector, type LeaderElectorOptions } from "./leader-elector.ts";
export type { OpenAPISchema, SchemaNode } from "./openapi.ts";
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
export { WorkQueue, type WorkQueueOptions } from "./work-queue.ts";
