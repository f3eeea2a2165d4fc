import type { AnyObject, Cluster } from "../../lib/cluster/index.ts";
import { API_VERSION, type Installation } from "../../lib/model/resources.ts";

/** Follows a kind from now on and resolves `reached` once so many objects have been as wanted. */
export async function untilObjects<T extends AnyObject>(
  cluster: Cluster,
  type: { apiVersion: string; kind: string; namespace?: string; labelSelector?: string },
  count: number,
  holds: (object: T) => boolean,
): Promise<{ reached: Promise<void>; seen: ReadonlySet<string> }> {
  const { resourceVersion } = await cluster.list({ ...type, limit: 1 });
  const seen = new Set<string>();
  const stop = new AbortController();
  const follow = async () => {
    let from = resourceVersion;
    while (seen.size < count) {
      for await (const event of cluster.watch<T>({ ...type, resourceVersion: from }, stop.signal)) {
        if (event.type === "ERROR") throw new Error(`the watch failed: ${JSON.stringify(event.object)}`);
        from = event.object.metadata.resourceVersion ?? from;
        if (event.type === "BOOKMARK" || event.type === "DELETED" || !holds(event.object)) continue;
        seen.add(`${event.object.metadata.namespace}/${event.object.metadata.name}`);
        if (seen.size >= count) return;
      }
    }
  };
  return { reached: follow(), seen };
}

/** The same for Installations, of one namespace or of all. */
export function untilInstallations(
  cluster: Cluster,
  count: number,
  holds: (installation: Installation) => boolean,
  namespace?: string,
) {
  return untilObjects<Installation>(
    cluster,
    { apiVersion: API_VERSION, kind: "Installation", ...(namespace ? { namespace } : {}) },
    count,
    (installation) => {
      const { phase, message } = installation.status ?? {};
      if (phase === "Failed") throw new Error(`${installation.metadata.name} failed: ${message}`);
      return holds(installation);
    },
  );
}

/** Waits until the quotas of a fresh namespace are counted; until then nothing that they limit can be made there. */
export async function quotasCounted(cluster: Cluster, namespace: string): Promise<void> {
  const type = { apiVersion: "v1", kind: "ResourceQuota", namespace };
  const counted = ({ status }: AnyObject) =>
    Object.keys((status as { used?: object } | undefined)?.used ?? {}).length > 0;
  const { items, resourceVersion } = await cluster.list(type);
  const open = new Set(items.filter((quota) => !counted(quota)).map(({ metadata }) => metadata.name));
  if (open.size === 0) return;
  const stop = new AbortController();
  for await (const event of cluster.watch({ ...type, resourceVersion }, stop.signal)) {
    if (event.type === "BOOKMARK" || event.type === "ERROR" || !counted(event.object)) continue;
    open.delete(event.object.metadata.name);
    if (open.size === 0) return;
  }
}
