import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { ApiObject, Cluster } from "../../lib/cluster/index.ts";
import { until } from "../../lib/cluster/testing/until.ts";
import { root } from "../../scripts/runtime.mjs";

/** The Hub's own kinds, as every test's cluster has them. Resolves with their definitions' names when they are served. */
export async function applyDefinitions(cluster: Cluster): Promise<string[]> {
  const folder = join(root, "deploy", "crds");
  const names: string[] = [];
  for (const file of (await readdir(folder)).filter((name) => name.endsWith(".yaml")))
    for (const document of parseAllDocuments(await readFile(join(folder, file), "utf8"))) {
      const definition = document.toJS() as ApiObject | null;
      if (!definition) continue;
      names.push(definition.metadata.name);
      await cluster.apply(definition, { fieldManager: "hub-bootstrap", force: true });
    }
  const type = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" };
  await until(cluster, type, (all) => {
    const established = all.filter(({ status }) => JSON.stringify(status ?? {}).includes('"NamesAccepted"'));
    return names.every((name) => established.some(({ metadata }) => metadata.name === name));
  });
  return names;
}
