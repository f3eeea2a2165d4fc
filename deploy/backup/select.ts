import type { AnyObject } from "../../lib/cluster/index.ts";

const HUB = "hub.sealos.io";
const MANAGED = "app.kubernetes.io/managed-by";
const INSTALLATION = "hub.sealos.io/installation";
const BIN = "hub.sealos.io/bin";

/** The Hub's records that belong to no namespace, in the order in which they are restored. */
export const CLUSTER_KINDS = [
  "Tenant",
  "Organization",
  "Repository",
  "Image",
  "Provider",
  "Announcement",
].map((kind) => ({
  apiVersion: `${HUB}/v1alpha1`,
  kind,
}));

/** Sessions end with the cluster they were opened on; quota counts and discovery are made anew by the cluster. */
const NEVER = new Set([
  "Pod",
  "Event",
  "Endpoints",
  "EndpointSlice",
  "Lease",
  "ReplicaSet",
  "PodMetrics",
  "LocalSubjectAccessReview",
  "Session",
]);

/** What the system namespace holds beyond what the chart makes: people's own things, administrators' settings, and keys. */
const SYSTEM = new Set(["ConfigMap", "Secret", "Installation", "ActionRun", "Desktop", "Usage", "App"]);

/** Whether a kind is looked at in a namespace. */
export function kindIsKept(kind: string, system: boolean): boolean {
  return system ? SYSTEM.has(kind) : !NEVER.has(kind);
}

/**
 * Whether an object has to be in a backup. Left out is what comes back by itself: what a controller made for another
 * object, what AppManager renders again from revision and values, and what the cluster puts into every namespace.
 */
export function objectIsKept(object: AnyObject): boolean {
  const { apiVersion, kind, metadata } = object;
  const { labels = {}, ownerReferences = [], name } = metadata;
  if (kind === "Secret") {
    const { type } = object as { type?: string };
    if (type === "kubernetes.io/service-account-token" || type?.startsWith("helm.sh/")) return false;
  }
  if (kind === "ConfigMap" && name === "kube-root-ca.crt") return false;
  if (kind === "ServiceAccount" && name === "default") return false;
  if (kind === "ControllerRevision") return labels[INSTALLATION] !== undefined || labels[BIN] !== undefined;
  // Volumes' claims and Secrets hold what cannot be made again.
  if (kind === "PersistentVolumeClaim" || kind === "Secret") return true;
  if (ownerReferences.some(({ controller }) => controller)) return false;
  const rendered = labels[MANAGED] === "app-manager" && labels[INSTALLATION] !== undefined;
  return !rendered || apiVersion === "app.sealos.io/v1";
}

/** The object without what only its own cluster can know. */
export function portable(object: AnyObject): AnyObject {
  const {
    managedFields: _,
    resourceVersion: __,
    generation: ___,
    selfLink: ____,
    ...metadata
  } = object.metadata as AnyObject["metadata"] & { selfLink?: string; generation?: number };
  const copy = structuredClone({ ...object, metadata }) as AnyObject & { spec?: Record<string, unknown> };
  if (copy.kind === "Service" && copy.spec && copy.spec.clusterIP !== "None")
    for (const field of ["clusterIP", "clusterIPs"]) Reflect.deleteProperty(copy.spec, field);
  if (copy.kind === "PersistentVolumeClaim" && copy.metadata.annotations)
    for (const key of Object.keys(copy.metadata.annotations))
      if (/^(pv|volume(\.beta)?)\.kubernetes\.io\//.test(key))
        Reflect.deleteProperty(copy.metadata.annotations, key);
  return copy;
}
