import type { Entry } from "../../store/store.ts";
import { type Backend, parse } from "../cluster.ts";
import { at, list, text } from "../objects.ts";
import { finish } from "./garbage.ts";
import { Queue } from "./queue.ts";

export const CLAIM_PROTECTION = "kubernetes.io/pvc-protection";
export const VOLUME_PROTECTION = "kubernetes.io/pv-protection";

/** Lets a deleted claim go when no pod uses it any more, and a deleted volume when it is bound to no claim. */
export function protectStorage(backend: Backend): () => void {
  const { store } = backend;
  const queue = new Queue((uid) => {
    const entry = store.byUid(uid);
    if (!entry?.deleting) return;
    if (entry.resource === "persistentvolumeclaims" && !inUse(backend, entry))
      finish(backend, entry, CLAIM_PROTECTION);
    if (entry.resource === "persistentvolumes" && !isBound(backend, entry))
      finish(backend, entry, VOLUME_PROTECTION);
  });
  const unsubscribe = store.subscribe(undefined, ({ type, entry }) => {
    const { resource, namespace } = entry;
    if (resource === "persistentvolumeclaims" || resource === "persistentvolumes") {
      if (entry.deleting && type !== "DELETED") queue.add(entry.uid);
    } else if (resource === "pods" && type !== "ADDED") {
      for (const claim of store.list("persistentvolumeclaims", namespace))
        if (claim.deleting) queue.add(claim.uid);
    }
  });
  for (const resource of ["persistentvolumeclaims", "persistentvolumes"])
    for (const entry of store.list(resource)) if (entry.deleting) queue.add(entry.uid);
  return () => {
    unsubscribe();
    queue.stop();
  };
}

function inUse(backend: Backend, claim: Entry): boolean {
  for (const entry of backend.store.list("pods", claim.namespace)) {
    const pod: unknown = JSON.parse(entry.body);
    if (["Succeeded", "Failed"].includes(text(pod, "status", "phase") ?? "")) continue;
    const uses = list(pod, "spec", "volumes").some(
      (volume) => at(volume, "persistentVolumeClaim", "claimName") === claim.name,
    );
    if (uses) return true;
  }
  return false;
}

function isBound(backend: Backend, volume: Entry): boolean {
  const type = backend.registry.byStorage("persistentvolumes");
  return type !== undefined && text(parse(type, volume), "status", "phase") === "Bound";
}
