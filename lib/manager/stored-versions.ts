import { type Cluster, isConflict, isNotFound } from "../cluster/index.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";

interface Definition extends KubernetesObject {
  spec: {
    group: string;
    names: { plural: string };
    scope: "Namespaced" | "Cluster";
    versions: { name: string; served: boolean; storage: boolean }[];
  };
  status?: { storedVersions?: string[] };
}

const PAGE = 200;

/**
 * Rewrites every object of a kind that may lie in etcd in an older version than the one stored now, and then says so in
 * `status.storedVersions`, which is what allows a later release to drop the old version from the definition
 * (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/).
 * Safe to repeat and to interrupt. Resolves to the number of objects rewritten; 0 when there was nothing to do.
 */
export async function migrateStoredVersions(cluster: Cluster, name: string): Promise<number> {
  const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`;
  const definition = (await cluster.request("GET", path)) as Definition;
  const { group, names, versions } = definition.spec;
  const stored = versions.find(({ storage }) => storage)?.name;
  const known = definition.status?.storedVersions ?? [];
  if (!stored || known.every((version) => version === stored)) return 0;

  const root = `/apis/${group}/${stored}`;
  let rewritten = 0;
  let next: string | undefined;
  do {
    const query = { limit: PAGE, ...(next && { continue: next }) };
    const page = (await cluster.request("GET", `${root}/${names.plural}`, { query })) as {
      items: KubernetesObject[];
      metadata: { continue?: string };
    };
    for (const { metadata } of page.items) {
      const scope = metadata.namespace ? `/namespaces/${metadata.namespace}` : "";
      // An empty patch changes nothing, but what is stored in another version is written anew in this one.
      await cluster
        .request("PATCH", `${root}${scope}/${names.plural}/${metadata.name}`, {
          body: {},
          contentType: "application/merge-patch+json",
        })
        .then(
          () => rewritten++,
          (error: unknown) => {
            if (!isNotFound(error)) throw error;
          },
        );
    }
    next = page.metadata.continue || undefined;
  } while (next);

  // With the definition's resourceVersion: had it changed meanwhile, another version could be the stored one by now.
  const { resourceVersion } = definition.metadata;
  await cluster
    .request("PATCH", `${path}/status`, {
      body: { metadata: { resourceVersion }, status: { storedVersions: [stored] } },
      contentType: "application/merge-patch+json",
    })
    .catch((error: unknown) => {
      if (!isConflict(error)) throw error;
      return migrateStoredVersions(cluster, name).then((more) => {
        rewritten += more;
      });
    });
  return rewritten;
}
