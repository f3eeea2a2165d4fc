/** The parts of an object's metadata that a client of any kind needs. */
export interface ApiObjectMeta {
  name: string;
  generateName?: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: {
    apiVersion: string;
    kind: string;
    name: string;
    uid: string;
    controller?: boolean;
    blockOwnerDeletion?: boolean;
  }[];
  managedFields?: unknown[];
}

/** What every Kubernetes object has. Narrower interfaces extend it. */
export interface ApiObject {
  apiVersion: string;
  kind: string;
  metadata: ApiObjectMeta;
}

/** An object of a kind that the caller has no interface for. */
export interface AnyObject extends ApiObject {
  [field: string]: unknown;
}

export interface Type {
  apiVersion: string;
  kind: string;
}

/** Names one object. `namespace` is left out for cluster-scoped kinds. */
export interface Ref extends Type {
  name: string;
  namespace?: string;
}

export interface Selectors {
  /** Absent: all namespaces. */
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
}

export interface List<T> {
  items: T[];
  resourceVersion: string;
  /** Token of the next page; absent on the last one. */
  continue?: string;
}

export type WatchEvent<T = AnyObject> =
  | { type: "ADDED" | "MODIFIED" | "DELETED"; object: T }
  /** Only `metadata.resourceVersion` is meaningful: everything up to it has been sent. */
  | { type: "BOOKMARK"; object: T }
  | { type: "ERROR"; object: Status };

/** Whether this event marks the end of what `sendInitialEvents` asked for. */
export function endsInitialEvents(event: WatchEvent<ApiObject>): boolean {
  return (
    event.type === "BOOKMARK" && event.object.metadata.annotations?.["k8s.io/initial-events-end"] === "true"
  );
}

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
export interface Status {
  kind?: string;
  apiVersion?: string;
  status?: string;
  message?: string;
  reason?: string;
  code?: number;
  details?: {
    name?: string;
    group?: string;
    kind?: string;
    uid?: string;
    retryAfterSeconds?: number;
    causes?: { reason?: string; message?: string; field?: string }[];
  };
}
