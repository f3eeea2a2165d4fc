import { randomBytes } from "node:crypto";
import { type ApiObject, isAlreadyExists, isNotFound, type Ref, refOf } from "../../lib/cluster/index.ts";
import { canonical, sha256 } from "../workloads/hash.ts";
import { amount } from "../workloads/quantities.ts";
import type { PersistentVolumeClaim, Pod, StatefulSet } from "../workloads/types.ts";
import { type Instance, type OperatorContext, RESYNC_MS } from "./context.ts";

/** An object to make; `kind`s of their own fields pass through. */
export type Child = ApiObject & Record<string, unknown>;

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

export function randomPassword(length: number): string {
  return [...randomBytes(length)].map((byte) => ALPHABET[byte % ALPHABET.length]).join("");
}

export function ownedBy(
  instance: Instance,
  flags: { controller?: boolean; blockOwnerDeletion?: boolean } = {},
) {
  const { apiVersion, kind, metadata } = instance;
  return [{ apiVersion, kind, name: metadata.name, uid: metadata.uid ?? "", ...flags }];
}

export const CONTROLLER = { controller: true, blockOwnerDeletion: true };

/** Brings a child to the wanted state by server-side apply. Tells whether anything was written. */
export async function ensure(context: OperatorContext, manager: string, child: Child): Promise<boolean> {
  const { namespace, name } = child.metadata;
  const key = `${namespace}/${child.kind}/${name}`;
  const hash = sha256(canonical([manager, child]));
  const known = context.applied.get(key);
  if (known?.hash === hash && performance.now() - known.at < RESYNC_MS) return false;
  const before = await context.cluster.find(refOf(child));
  const after = await context.cluster.apply<ApiObject>(child, { fieldManager: manager, force: true });
  context.applied.set(key, { hash, at: performance.now() });
  return before?.metadata.resourceVersion !== after.metadata.resourceVersion;
}

/**
 * The same for a StatefulSet, whose claim templates cannot change: those that exist stay, and the claims themselves
 * grow to the wanted size.
 */
export async function ensureStatefulSet(
  context: OperatorContext,
  manager: string,
  wanted: Child & { spec: StatefulSet["spec"] },
): Promise<boolean> {
  const { namespace = "", name } = wanted.metadata;
  const cached = context.statefulSets.get(namespace, name);
  const key = `${namespace}/StatefulSet/${name}`;
  const hash = sha256(canonical([manager, wanted]));
  const known = context.applied.get(key);
  if (cached && known?.hash === hash && performance.now() - known.at < RESYNC_MS) {
    return growClaims(context, wanted, cached);
  }
  const live = await context.cluster.find<StatefulSet>(refOf(wanted));
  const { volumeClaimTemplates, serviceName, podManagementPolicy, selector } = live?.spec ?? wanted.spec;
  const spec = { ...wanted.spec, volumeClaimTemplates, serviceName, podManagementPolicy, selector };
  const options = { fieldManager: manager, force: true };
  const after = await context.cluster.apply<StatefulSet>({ ...wanted, spec }, options);
  context.applied.set(key, { hash, at: performance.now() });
  const changed = live?.metadata.generation !== after.metadata.generation;
  return (await growClaims(context, wanted, after)) || changed;
}

async function growClaims(
  context: OperatorContext,
  wanted: Child & { spec: StatefulSet["spec"] },
  live: StatefulSet,
): Promise<boolean> {
  const { name: setName, namespace } = wanted.metadata;
  let grown = false;
  for (const template of wanted.spec.volumeClaimTemplates ?? []) {
    const storage = template.spec?.resources?.requests?.storage;
    const made = live.spec.volumeClaimTemplates?.find(
      ({ metadata }) => metadata.name === template.metadata.name,
    );
    if (amount(storage) <= amount(made?.spec?.resources?.requests?.storage)) continue;
    for (let ordinal = 0; ordinal < (wanted.spec.replicas ?? 1); ordinal++) {
      const name = `${template.metadata.name}-${setName}-${ordinal}`;
      const ref = { apiVersion: "v1", kind: "PersistentVolumeClaim", name, namespace };
      const claim = await context.cluster.find<PersistentVolumeClaim>(ref);
      // A claim can grow only once it is bound; then its pod starts, which brings the operator back.
      if (
        claim?.status?.phase !== "Bound" ||
        amount(storage) <= amount(claim.spec.resources?.requests?.storage)
      )
        continue;
      await context.cluster.patch(ref, { spec: { resources: { requests: { storage } } } }, { type: "merge" });
      grown = true;
    }
  }
  return grown;
}

/** Makes a Secret with these values unless it exists; keys that it lacks are added. Returns its values as text. */
export async function ensureSecret(
  context: OperatorContext,
  metadata: ApiObject["metadata"],
  values: () => Record<string, string>,
  type = "Opaque",
): Promise<Record<string, string>> {
  const ref = { apiVersion: "v1", kind: "Secret", name: metadata.name, namespace: metadata.namespace };
  const live = await context.cluster.find<ApiObject & { data?: Record<string, string> }>(ref);
  const known = Object.fromEntries(
    Object.entries(live?.data ?? {}).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]),
  );
  const wanted = values();
  const missing = Object.entries(wanted).filter(([key]) => !(key in known));
  if (!live) {
    const secret = { apiVersion: "v1", kind: "Secret", metadata, type, data: encode(wanted) };
    try {
      await context.cluster.create(secret);
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      return ensureSecret(context, metadata, values, type);
    }
  } else if (missing.length > 0) {
    await context.cluster.patch(ref, { data: encode(Object.fromEntries(missing)) }, { type: "merge" });
  }
  return { ...wanted, ...known };
}

function encode(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString("base64")]),
  );
}

/** Deletes what is there; what is not there is no error. */
export async function remove(context: OperatorContext, ...refs: Ref[]): Promise<void> {
  for (const ref of refs) {
    try {
      await context.cluster.delete(ref, { propagationPolicy: "Background" });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

/** Deletes all of these kinds that carry the labels. */
export async function removeLabelled(
  context: OperatorContext,
  namespace: string | undefined,
  labelSelector: string,
  types: { apiVersion: string; kind: string }[],
): Promise<void> {
  for (const type of types) {
    const { items } = await context.cluster.list<ApiObject>({ ...type, namespace, labelSelector });
    await remove(context, ...items.filter(({ metadata }) => !metadata.deletionTimestamp).map(refOf));
  }
}

/** True when every wanted pod of the newest revision is ready, and no other is left. */
export function isRolledOut(set: StatefulSet | undefined): boolean {
  if (!set) return false;
  const replicas = set.spec.replicas ?? 1;
  const {
    observedGeneration,
    updatedReplicas = 0,
    readyReplicas = 0,
    replicas: present = 0,
  } = set.status ?? {};
  return (
    observedGeneration === set.metadata.generation &&
    present === replicas &&
    readyReplicas === replicas &&
    (replicas === 0 || updatedReplicas === replicas)
  );
}

/** Pods of a StatefulSet in the order of their ordinals. */
export function podsOf(context: OperatorContext, set: StatefulSet | undefined): Pod[] {
  if (!set) return [];
  const ordinal = (pod: Pod) => Number(pod.metadata.name.slice(pod.metadata.name.lastIndexOf("-") + 1));
  return context.pods
    .list(set.metadata.namespace)
    .filter((pod) => pod.metadata.ownerReferences?.some(({ uid }) => uid === set.metadata.uid))
    .filter((pod) => !pod.metadata.deletionTimestamp)
    .sort((a, b) => ordinal(a) - ordinal(b));
}

/** Writes a role into each pod's labels: the first is what leads. */
export async function labelRoles(
  context: OperatorContext,
  pods: Pod[],
  label: string,
  roles: [leader: string, follower: string],
): Promise<void> {
  for (const [index, pod] of pods.entries()) {
    const role = roles[index === 0 ? 0 : 1];
    if (pod.metadata.labels?.[label] === role) continue;
    const { name, namespace, uid } = pod.metadata;
    const ref = { apiVersion: "v1", kind: "Pod", name, namespace };
    try {
      await context.cluster.patch(ref, { metadata: { uid, labels: { [label]: role } } }, { type: "merge" });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

/** Reads a value by path out of untyped data; undefined where the path ends early. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  let current = value;
  for (const step of path) {
    if (current === null || typeof current !== "object") return undefined;
    current = (current as Record<string | number, unknown>)[step];
  }
  return current;
}

export function text(value: unknown, fallback = ""): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : fallback;
}

export function number(value: unknown, fallback: number): number {
  return typeof value === "number" ? value : fallback;
}
