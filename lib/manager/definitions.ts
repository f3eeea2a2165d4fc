import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { Cluster } from "../cluster/index.ts";
import { type Applied, untilServed } from "../install/apply.ts";
import { applyOnce } from "../install/inspect.ts";
import { referenceOf } from "../install/references.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";

/** On our definitions: a number that grows with the schema, so that an older manager never takes a newer one back. */
const SCHEMA_VERSION = "hub.sealos.io/schema-version";

/** The definitions in a folder of YAML files. */
export async function readDefinitions(folder: string): Promise<KubernetesObject[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".yaml")).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  return texts.flatMap((text) =>
    parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject),
  );
}

/**
 * Brings the cluster's definitions of our kinds to this version: what is missing or older is written, what is newer or
 * comes from somebody else (a cluster that has `apps.app.sealos.io` already) is left as it is. Resolves to the names
 * written, once their kinds are served.
 */
export async function installDefinitions(
  cluster: Cluster,
  definitions: readonly KubernetesObject[],
): Promise<string[]> {
  const written = await Promise.all(
    definitions.map(async (definition): Promise<Applied[]> => {
      const reference = referenceOf(definition);
      const live = await cluster.find<KubernetesObject>(reference);
      if (live) {
        const there = versionOf(live);
        if (there === undefined || there >= (versionOf(definition) ?? 0)) return [];
      }
      const object = await applyOnce(cluster, definition, { live });
      return [{ reference, object, operation: live ? "configured" : "created" }];
    }),
  );
  const applied = written.flat();
  // Not all of them are the manager's to list; who follows them waits until they answer.
  await untilServed(cluster, applied, { unasked: true });
  return applied.map(({ reference }) => reference.name);
}

function versionOf(definition: KubernetesObject): number | undefined {
  const text = definition.metadata.annotations?.[SCHEMA_VERSION];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
