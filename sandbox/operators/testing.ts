import { readFile } from "node:fs/promises";
import { parseAllDocuments } from "yaml";
import type { ApiObject, Cluster } from "../../lib/cluster/index.ts";

/** For tests: installs the kinds of all providers that the project ships. */
export async function installProviderKinds(cluster: Cluster): Promise<void> {
  for (const provider of ["postgres", "redis", "mysql", "kubeblocks", "objectstorage"]) {
    const file = new URL(`../../providers/${provider}/manifests/10-crds.yaml`, import.meta.url);
    for (const document of parseAllDocuments(await readFile(file, "utf8"))) {
      const object = document.toJS() as ApiObject | null;
      if (object) await cluster.apply(object, { fieldManager: "test" });
    }
  }
}

/** For tests: runs a pod of an operator's image; the simulated operator works while it is ready. */
export async function runOperator(cluster: Cluster, image: string): Promise<void> {
  await cluster.create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "", generateName: "operator-", namespace: "default" },
    spec: { containers: [{ name: "operator", image }] },
  } as ApiObject);
}
