import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type AnyObject, type Cluster, isForbidden, isNotFound } from "../../lib/cluster/index.ts";
import { CLUSTER_KINDS, kindIsKept, objectIsKept, portable } from "./select.ts";

const TENANT = "hub.sealos.io/tenant";

/**
 * Writes everything of the Hub that cannot be made again into a folder, one JSON file per object, readable by this user
 * only: among it are passwords. Not in it: contents of volumes, and the content store. Resolves to the number of objects.
 */
export async function exportHub(cluster: Cluster, folder: string, system: string): Promise<number> {
  let count = 0;
  const write = async (object: AnyObject) => {
    const { kind, metadata } = object;
    const group = object.apiVersion.includes("/") ? `.${object.apiVersion.split("/")[0]}` : "";
    const place = metadata.namespace ? join("namespaces", metadata.namespace) : "cluster";
    const file = join(folder, place, `${kind}${group}`, `${metadata.name}.json`);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, JSON.stringify(portable(object), null, 1), { mode: 0o600 });
    count++;
  };

  for (const type of CLUSTER_KINDS)
    for (const object of (await cluster.list(type)).items) await write(object);
  const namespaces = await cluster.list({ apiVersion: "v1", kind: "Namespace", labelSelector: TENANT });
  for (const namespace of namespaces.items) await write(namespace);

  const kinds = (await cluster.discovery.all()).filter(
    ({ namespaced, verbs }) => namespaced && verbs.includes("list") && verbs.includes("create"),
  );
  const groups = new Set<string>();
  for (const { group, version, kind } of kinds) {
    // One version of each kind: the one that the server names first.
    if (groups.has(`${group}/${kind}`)) continue;
    groups.add(`${group}/${kind}`);
    const apiVersion = group ? `${group}/${version}` : version;
    for (const { metadata } of [...namespaces.items, { metadata: { name: system } }]) {
      if (!kindIsKept(kind, metadata.name === system)) continue;
      const found = await cluster
        .list({ apiVersion, kind, namespace: metadata.name })
        .catch((error: unknown) => {
          if (isNotFound(error) || isForbidden(error))
            throw new Error(`${kind} cannot be listed`, { cause: error });
          throw error;
        });
      for (const object of found.items) if (objectIsKept(object)) await write(object);
    }
  }
  return count;
}
