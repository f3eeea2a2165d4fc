import type { Entry } from "../../store/store.ts";
import { type Backend, parse } from "../cluster.ts";
import { deleteEntry, type PropagationPolicy } from "../delete.ts";
import type { KubeObject, OwnerReference } from "../objects.ts";
import type { ResourceType } from "../registry.ts";
import { Queue } from "./queue.ts";

const FOREGROUND = "foregroundDeletion";
const ORPHAN = "orphan";

/**
 * Deletes what has lost its owners and carries out the Foreground and Orphan policies.
 * https://kubernetes.io/docs/concepts/architecture/garbage-collection/
 */
export function collectGarbage(backend: Backend): () => void {
  const { store } = backend;
  const queue = new Queue((uid) => {
    const entry = store.byUid(uid);
    if (entry) look(backend, entry);
  });
  const unsubscribe = store.subscribe(undefined, ({ type, entry }) => {
    if (type !== "DELETED") {
      if (entry.owners || entry.deleting) queue.add(entry.uid);
      return;
    }
    for (const dependent of store.dependents(entry.uid)) queue.add(dependent.uid);
    for (const owner of entry.owners ?? []) queue.add(owner);
  });
  for (const resource of store.resources()) {
    for (const entry of store.list(resource)) if (entry.owners || entry.deleting) queue.add(entry.uid);
  }
  return () => {
    unsubscribe();
    queue.stop();
  };
}

function look(backend: Backend, entry: Entry): void {
  const type = backend.registry.byStorage(entry.resource);
  if (!type) return;
  if (entry.deleting) {
    const { metadata } = parse(type, entry);
    if (metadata.finalizers?.includes(FOREGROUND)) foreground(backend, entry);
    else if (metadata.finalizers?.includes(ORPHAN)) orphan(backend, entry);
    return;
  }
  if (!entry.owners) return;
  const object = parse(type, entry);
  const references = object.metadata.ownerReferences ?? [];
  const found = references.map((reference) => ({ reference, owner: ownerOf(backend, entry, reference) }));
  const living = found.filter(({ owner }) => owner && !isGoing(backend, owner));
  if (living.length === references.length) return;
  if (living.length > 0) {
    const before = structuredClone(object);
    object.metadata.ownerReferences = living.map(({ reference }) => reference);
    backend.store.put(entry.resource, booked(backend, type, before, object));
    backend.store.settle();
    return;
  }
  const waiting = found.some(({ owner, reference }) => owner && reference.blockOwnerDeletion);
  const policy: PropagationPolicy =
    waiting && backend.store.dependents(entry.uid).length > 0 ? "Foreground" : "Background";
  remove(backend, entry, policy);
}

/** An owner counts when it is the very object that the reference names, cluster-scoped or in the same namespace. */
function ownerOf(backend: Backend, dependent: Entry, reference: OwnerReference): Entry | undefined {
  const owner = backend.store.byUid(reference.uid);
  if (!owner || owner.name !== reference.name) return;
  return owner.namespace === "" || owner.namespace === dependent.namespace ? owner : undefined;
}

/** True for an owner that waits, in a foreground deletion, for its dependents to go first. */
function isGoing(backend: Backend, owner: Entry): boolean {
  if (!owner.deleting) return false;
  const type = backend.registry.byStorage(owner.resource);
  return type !== undefined && (parse(type, owner).metadata.finalizers?.includes(FOREGROUND) ?? false);
}

function foreground(backend: Backend, owner: Entry): void {
  let blocked = false;
  for (const dependent of backend.store.dependents(owner.uid)) {
    const type = backend.registry.byStorage(dependent.resource);
    if (!type) continue;
    const { metadata } = parse(type, dependent);
    const blocks =
      metadata.ownerReferences?.find(({ uid }) => uid === owner.uid)?.blockOwnerDeletion ?? false;
    if (!dependent.deleting) look(backend, dependent);
    if (blocks && backend.store.byUid(dependent.uid)) blocked = true;
  }
  if (!blocked) finish(backend, owner, FOREGROUND);
}

function orphan(backend: Backend, owner: Entry): void {
  for (const dependent of backend.store.dependents(owner.uid)) {
    const type = backend.registry.byStorage(dependent.resource);
    if (!type) continue;
    const object = parse(type, dependent);
    const before = structuredClone(object);
    const references = object.metadata.ownerReferences?.filter(({ uid }) => uid !== owner.uid) ?? [];
    if (references.length > 0) object.metadata.ownerReferences = references;
    else delete object.metadata.ownerReferences;
    backend.store.put(dependent.resource, booked(backend, type, before, object));
  }
  finish(backend, owner, ORPHAN);
}

/** The object after a change by the controller, with that in its managed fields. */
function booked(backend: Backend, type: ResourceType, before: KubeObject, after: KubeObject): KubeObject {
  const options = { manager: "kube-controller-manager", subresource: "", now: backend.now() };
  return backend.machinery.track(type, before, after, options);
}

/** Takes a finalizer off, and with the last one the object. */
export function finish(backend: Backend, entry: Entry, finalizer: string): void {
  const type = backend.registry.byStorage(entry.resource);
  const current = backend.store.byUid(entry.uid);
  if (!type || !current) return;
  const object = parse(type, current);
  const left = object.metadata.finalizers?.filter((name) => name !== finalizer) ?? [];
  if (left.length > 0) object.metadata.finalizers = left;
  else delete object.metadata.finalizers;
  const waits = current.resource === "pods" && (object.metadata.deletionGracePeriodSeconds ?? 0) > 0;
  if (left.length > 0 || waits) backend.store.put(entry.resource, object);
  else backend.store.remove(entry.resource, object);
  backend.store.settle();
}

export function remove(backend: Backend, entry: Entry, policy: PropagationPolicy = "Background"): void {
  const type = backend.registry.byStorage(entry.resource);
  if (!type || !backend.store.byUid(entry.uid)) return;
  deleteEntry(backend, type, entry, { policy, uid: entry.uid, dryRun: false, now: backend.now() });
  backend.store.settle();
}
