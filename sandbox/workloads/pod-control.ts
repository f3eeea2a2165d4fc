import { ApiError, isNotFound } from "../../lib/cluster/index.ts";
import { controlledBy } from "./owners.ts";
import type { Pod, PodTemplate, ReplicaSet } from "./types.ts";
import type { World } from "./world.ts";

type Owner = Pick<ReplicaSet, "apiVersion" | "kind" | "metadata">;

/**
 * Creates a pod from a workload's template and says so in an event; so does a refusal, which is then thrown.
 * A pod of that name that exists already is a conflict like any other.
 */
export async function createPod(
  world: World,
  owner: Owner,
  template: PodTemplate,
  extra: { name?: string; labels?: Record<string, string>; spec?: Partial<Pod["spec"]> } = {},
): Promise<Pod> {
  const { name: ownerName, namespace = "" } = owner.metadata;
  const source = { component: `${owner.kind.toLowerCase()}-controller` };
  const serviceAccountName = template.spec.serviceAccountName || "default";
  const named = extra.name ? { name: extra.name } : { name: "", generateName: `${ownerName.slice(0, 57)}-` };
  const pod: Pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      ...named,
      namespace,
      labels: { ...template.metadata?.labels, ...extra.labels },
      annotations: template.metadata?.annotations,
      finalizers: template.metadata?.finalizers,
      ownerReferences: [controlledBy(owner)],
    },
    spec: { ...template.spec, ...extra.spec, serviceAccountName },
  };
  try {
    await requireAccount(world, namespace, serviceAccountName, extra.name ?? `${ownerName}-`);
    const created = await world.cluster.create(pod);
    const { name } = created.metadata;
    const what =
      owner.kind === "StatefulSet"
        ? `create Pod ${name} in StatefulSet ${ownerName} successful`
        : `Created pod: ${name}`;
    world.events.normal(owner, source, "SuccessfulCreate", what);
    return created;
  } catch (error) {
    if (error instanceof ApiError && !isTermination(error)) {
      const failed =
        owner.kind === "StatefulSet"
          ? `create Pod ${extra.name} in StatefulSet ${ownerName} failed error: ${error.message}`
          : `Error creating: ${error.message}`;
      world.events.warning(owner, source, "FailedCreate", failed);
    }
    throw error;
  }
}

export async function deletePod(world: World, owner: Owner, pod: Pod): Promise<void> {
  const { name, namespace, uid } = pod.metadata;
  try {
    await world.cluster.delete({ apiVersion: "v1", kind: "Pod", name, namespace }, { uid });
  } catch (error) {
    if (isNotFound(error)) return;
    throw error;
  }
  const source = { component: `${owner.kind.toLowerCase()}-controller` };
  const what =
    owner.kind === "StatefulSet"
      ? `delete Pod ${name} in StatefulSet ${owner.metadata.name} successful`
      : `Deleted pod: ${name}`;
  world.events.normal(owner, source, "SuccessfulDelete", what);
}

/** The namespace goes away: nothing can be made in it, and nobody needs to be told. */
export function isTermination(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    (error.body?.details?.causes?.some(({ reason }) => reason === "NamespaceTerminating") ?? false)
  );
}

/** What the ServiceAccount admission of a real API server refuses. */
async function requireAccount(world: World, namespace: string, name: string, pod: string): Promise<void> {
  if (world.accounts.get(namespace, name)) return;
  if (await world.cluster.find({ apiVersion: "v1", kind: "ServiceAccount", namespace, name })) return;
  const message =
    `pods "${pod}" is forbidden: error looking up service account ${namespace}/${name}: ` +
    `serviceaccount "${name}" not found`;
  throw new ApiError(403, message, { reason: "Forbidden" });
}
