import { type Cluster, isConflict, isNotFound } from "../cluster/index.ts";
import type { KubernetesObject, ObjectReference } from "../model/kubernetes.ts";
import { inParallel } from "./inspect.ts";
import { inDeleteOrder, isCustom } from "./order.ts";
import { isOurs, type Owner } from "./ownership.ts";
import { referenceKey } from "./references.ts";

export interface DeleteOptions {
  owner: Owner;
  /** Volumes hold people's data: they stay unless this says otherwise. */
  volumes: "keep" | "delete";
  /** Whether Secrets stay as well. */
  keepSecrets?: boolean;
  signal?: AbortSignal;
}

export interface Deleted {
  /** Deleted now, or on its way. */
  deleted: ObjectReference[];
  /** Ours, and kept on purpose. */
  kept: ObjectReference[];
  /** Custom resources whose controllers still tidy up; what stands earlier in the order was not touched yet. */
  waitingFor: ObjectReference[];
}

const CONCURRENCY = 16;

/** Whether the object holds data that outlives its app. */
export function isVolume(reference: ObjectReference): boolean {
  return reference.kind === "PersistentVolumeClaim";
}

function isSecret({ apiVersion, kind }: ObjectReference): boolean {
  return apiVersion === "v1" && kind === "Secret";
}

/** `helm.sh/resource-policy: keep`: its author wants the object to outlive the app. */
function wantsKept({ metadata }: KubernetesObject): boolean {
  return metadata.annotations?.["helm.sh/resource-policy"] === "keep";
}

/**
 * Deletes objects in the reverse order of applying. Stops at custom resources until their controllers let them go,
 * because those still need the accounts, rights and secrets that come earlier in the order. Objects of others are left
 * alone. Called again, it goes on where it stopped.
 */
export async function deleteObjects(
  cluster: Cluster,
  references: readonly ObjectReference[],
  options: DeleteOptions,
): Promise<Deleted> {
  const result: Deleted = { deleted: [], kept: [], waitingFor: [] };
  for (const rank of inDeleteOrder(references)) {
    options.signal?.throwIfAborted();
    await inParallel(rank, CONCURRENCY, async (reference) => {
      const live = await cluster.find<KubernetesObject>(reference);
      if (!live || !isOurs(live, options.owner, true)) return;
      const data = isVolume(reference)
        ? options.volumes === "keep"
        : options.keepSecrets && isSecret(reference);
      if (data || wantsKept(live)) {
        result.kept.push(reference);
        return;
      }
      if (!live.metadata.deletionTimestamp) await remove(cluster, reference, live.metadata.uid);
      result.deleted.push(reference);
      if (isCustom(reference) && (await cluster.find(reference))) result.waitingFor.push(reference);
    });
    if (result.waitingFor.length > 0) return result;
  }
  return result;
}

async function remove(cluster: Cluster, reference: ObjectReference, uid: string | undefined): Promise<void> {
  try {
    await cluster.delete(reference, { propagationPolicy: "Background", ...(uid ? { uid } : {}) });
  } catch (error) {
    if (isNotFound(error)) return;
    // Another object of that name by now is not ours to delete; the same one is still to be deleted.
    if (!isConflict(error) || (await cluster.find(reference))?.metadata.uid === uid) throw error;
  }
}

/** What an earlier revision had and the wanted one has not. */
export function pruned(
  recorded: readonly ObjectReference[],
  wanted: readonly ObjectReference[],
): ObjectReference[] {
  const keys = new Set(wanted.map(referenceKey));
  return recorded.filter((reference) => !keys.has(referenceKey(reference)));
}
