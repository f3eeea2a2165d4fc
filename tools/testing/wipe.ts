import {
  type ApiObject,
  type Cluster,
  isConflict,
  isForbidden,
  isNotFound,
  type ResourceType,
  refOf,
} from "../../lib/cluster/index.ts";

/** Kinds that controllers make and take away by themselves, or that cannot be deleted one by one. */
const LEFT =
  /^(Event|Endpoints|EndpointSlice|Lease|ControllerRevision|ReplicaSet|APIService|PodMetrics|NodeMetrics)$/;
const LONGEST_MS = 180_000;

interface Kind {
  apiVersion: string;
  kind: string;
  namespaced: boolean;
  custom: boolean;
}

/** The uids of everything in a cluster. */
export async function contentsOf(cluster: Cluster): Promise<Set<string>> {
  const all = await Promise.all((await kindsOf(cluster)).map((kind) => objectsOf(cluster, kind)));
  return new Set(all.flat().map(({ metadata }) => metadata.uid ?? ""));
}

/**
 * Takes away everything that was not there before, but for the kinds named in `kept`. Resolves when it is gone. Throws with
 * what is left when that takes too long.
 */
export async function wipe(
  cluster: Cluster,
  before: ReadonlySet<string>,
  kept: ReadonlySet<string>,
): Promise<void> {
  const deadline = Date.now() + LONGEST_MS;
  for (;;) {
    const left: string[] = [];
    for (const kind of await kindsOf(cluster)) {
      for (const object of await objectsOf(cluster, kind)) {
        const { uid = "", name, namespace = "" } = object.metadata;
        if (before.has(uid) || (kind.kind === "CustomResourceDefinition" && kept.has(name))) continue;
        // What a namespace makes for itself goes with it, and comes back as long as it stays.
        if (/^(kube-root-ca\.crt|default)$/.test(name) && namespace) continue;
        left.push(`${kind.kind} ${namespace}/${name}`);
        await take(cluster, object, kind);
      }
    }
    if (left.length === 0) return;
    if (Date.now() > deadline) throw new Error(`these do not go: ${left.join(", ")}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Deletes an object. Nobody is left who would answer for the finalizers of custom kinds. */
async function take(cluster: Cluster, object: ApiObject, { custom }: Kind): Promise<void> {
  const ref = refOf(object);
  try {
    if (custom && object.metadata.finalizers?.length)
      await cluster.patch(ref, { metadata: { finalizers: [] } }, { type: "merge" });
    if (!object.metadata.deletionTimestamp)
      await cluster.delete(ref, { propagationPolicy: "Background", uid: object.metadata.uid });
  } catch (error) {
    if (!isNotFound(error) && !isConflict(error) && !isForbidden(error)) throw error;
  }
}

async function kindsOf(cluster: Cluster): Promise<Kind[]> {
  await cluster.discovery.refresh();
  const served = await cluster.discovery.all();
  const usable = served.filter(
    ({ kind, verbs }: ResourceType) => verbs.includes("list") && verbs.includes("delete") && !LEFT.test(kind),
  );
  const kinds = usable.map(({ group, version, kind, namespaced }: ResourceType) => ({
    apiVersion: group ? `${group}/${version}` : version,
    kind,
    namespaced,
    custom: group.includes(".") && !group.endsWith(".k8s.io"),
  }));
  // Custom objects before the definitions and namespaces that hold them.
  return kinds.sort((a, b) => Number(b.custom) - Number(a.custom));
}

async function objectsOf(cluster: Cluster, { apiVersion, kind }: Kind): Promise<ApiObject[]> {
  try {
    return (await cluster.list<ApiObject>({ apiVersion, kind })).items;
  } catch (error) {
    // Its definition has just gone.
    if (isNotFound(error)) return [];
    throw error;
  }
}
