import { type Cluster, isNotFound } from "../../cluster/index.ts";
import type { KubernetesObject } from "../../model/kubernetes.ts";
import { FIELD_MANAGER, label } from "../../model/resources.ts";
import { inParallel } from "../inspect.ts";
import type { Owner } from "../ownership.ts";
import { referenceKey, referenceOf } from "../references.ts";
import { covers, type PolicyRule } from "../rules.ts";

export interface AdoptOptions {
  namespace: string;
  /** Name of the Job whose mark the objects carry. */
  job: string;
  owner: Owner;
  /** When the Job was made: what is older and not the owner's was there before. */
  since: string;
  /** Keys (`referenceKey`) of what the owner has recorded as its own. */
  recorded: ReadonlySet<string>;
  /** What the account may do that the command ran as: it has made nothing else. */
  rules: readonly PolicyRule[];
}

export interface Adopted {
  /** The owner's from now on, with the label that says so. */
  objects: KubernetesObject[];
  /** What the command changed and did not make; it stays whose it was. */
  foreign: KubernetesObject[];
}

const CONCURRENCY = 8;
/** Kubernetes makes them of others, labels included, and removes them with those. */
const DERIVED = new Set(["/Endpoints", "discovery.k8s.io/EndpointSlice", "/Event", "events.k8s.io/Event"]);

/** Finds what a command made, among all kinds that its account may make, and makes it the owner's. */
export async function adopt(cluster: Cluster, options: AdoptOptions): Promise<Adopted> {
  const { owner, since, recorded } = options;
  const adopted: Adopted = { objects: [], foreign: [] };
  const found = new Map<string, KubernetesObject>();
  for (const object of await marked(cluster, options)) found.set(object.metadata.uid ?? "", object);
  // Who manages it is left as it says: Helm would not get over another word there.
  const labels = { [label.installation]: owner.name };
  for (const object of found.values()) {
    const { metadata } = object;
    if (metadata.ownerReferences?.some(({ controller }) => controller)) continue;
    const reference = referenceOf(object);
    const named = metadata.labels?.[label.installation];
    const own = named === owner.name || recorded.has(referenceKey(reference));
    const made = own || (named === undefined && (metadata.creationTimestamp ?? "") >= since);
    if (!made || metadata.deletionTimestamp) {
      if (!made) adopted.foreign.push(object);
      continue;
    }
    adopted.objects.push(
      named === owner.name
        ? object
        : await cluster.patch<KubernetesObject>(
            reference,
            { metadata: { labels } },
            { type: "merge", fieldManager: FIELD_MANAGER },
          ),
    );
  }
  return adopted;
}

async function marked(
  cluster: Cluster,
  { namespace, job, rules }: AdoptOptions,
): Promise<KubernetesObject[]> {
  await cluster.discovery.refresh();
  const kinds = (await cluster.discovery.all()).filter(
    (type) =>
      type.namespaced &&
      !DERIVED.has(`${type.group}/${type.kind}`) &&
      ["list", "patch", "delete"].every((verb) => type.verbs.includes(verb)) &&
      covers(rules, { apiGroups: [type.group], resources: [type.plural], verbs: ["create", "list"] }),
  );
  const lists = await inParallel(kinds, CONCURRENCY, async ({ group, version, kind }) => {
    const apiVersion = group ? `${group}/${version}` : version;
    const selected = { apiVersion, kind, namespace, labelSelector: `${label.command}=${job}` };
    try {
      const { items } = await cluster.list<KubernetesObject>(selected);
      return items.map((item) => ({ ...item, apiVersion, kind }));
    } catch (error) {
      // A definition that has gone since.
      if (isNotFound(error)) return [];
      throw error;
    }
  });
  return lists.flat();
}
