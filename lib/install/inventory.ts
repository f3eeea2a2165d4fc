import { type Cluster, isNotFound } from "../cluster/index.ts";
import type { ObjectHealth } from "../model/installation-views.ts";
import type { KubernetesObject, ObjectReference } from "../model/kubernetes.ts";
import { because } from "../model/reasons.ts";
import { healthOf } from "./health.ts";

/** Health of everything in an inventory, in its order; eight objects are read at a time. */
export async function inventoryHealth(
  cluster: Cluster,
  namespace: string,
  inventory: readonly ObjectReference[],
): Promise<ObjectHealth[]> {
  const waiting = [...inventory];
  const answers = new Map<ObjectReference, ObjectHealth>();
  const workers = Array.from({ length: 8 }, async () => {
    for (let next = waiting.shift(); next; next = waiting.shift())
      answers.set(next, await objectHealth(cluster, next, namespace));
  });
  await Promise.all(workers);
  return inventory.flatMap((reference) => answers.get(reference) ?? []);
}

async function objectHealth(
  cluster: Cluster,
  reference: ObjectReference,
  namespace: string,
): Promise<ObjectHealth> {
  try {
    const object = await cluster.get<KubernetesObject>({
      ...reference,
      namespace: reference.namespace ?? namespace,
    });
    const { status, message, words } = healthOf(object);
    return { ...reference, health: status, message, ...words };
  } catch (error) {
    if (isNotFound(error))
      return {
        ...reference,
        health: "NotFound",
        message: "it does not exist (any more)",
        ...because("health-gone", {}),
      };
    return {
      ...reference,
      health: "Unknown",
      message: error instanceof Error ? error.message : String(error),
    };
  }
}
