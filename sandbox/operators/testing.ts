import { readFile } from "node:fs/promises";
import { parseAllDocuments } from "yaml";
import type { ApiObject, Cluster } from "../../lib/cluster/index.ts";
import { until } from "../../lib/cluster/testing/until.ts";

interface Definition extends ApiObject {
  spec: { group: string; names: { kind: string }; versions: { name: string; served: boolean }[] };
}

/** For tests: installs the kinds of all providers that the project ships; resolves once all of them are served. */
export async function installProviderKinds(cluster: Cluster): Promise<void> {
  const definitions: Definition[] = [];
  for (const provider of ["postgres", "redis", "mysql", "kubeblocks", "objectstorage", "cluster-api"]) {
    const file = new URL(`../../providers/${provider}/manifests/10-crds.yaml`, import.meta.url);
    for (const document of parseAllDocuments(await readFile(file, "utf8"))) {
      const object = document.toJS() as Definition | null;
      if (!object) continue;
      await cluster.apply(object, { fieldManager: "test" });
      definitions.push(object);
    }
  }
  for (const { spec } of definitions)
    for (const { name, served } of spec.versions) {
      const type = { apiVersion: `${spec.group}/${name}`, kind: spec.names.kind };
      if (served) await until(cluster, type, () => true, 60_000);
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
