import type { Cluster } from "../../cluster/index.ts";
import type { KubernetesObject } from "../../model/kubernetes.ts";
import { DEPARTED, type Departed, FIELD_MANAGER, label } from "../../model/resources.ts";

const DAY_MS = 86_400_000;

export type Journal = KubernetesObject & { data?: Record<string, string> };

/** The ConfigMap of a workspace with the records of what is gone. */
export function journalOf(cluster: Cluster, namespace: string): Promise<Journal | undefined> {
  return cluster.find<Journal>({ apiVersion: "v1", kind: "ConfigMap", namespace, name: DEPARTED.name });
}

/**
 * Keeps the record of what is going, once, and drops records that are too old or too many. `uid`: of the object, so that
 * another life of the same name has a record of its own. Throws what the API server answers.
 */
export async function keepDeparted(
  cluster: Cluster,
  namespace: string,
  uid: string,
  record: Departed,
): Promise<void> {
  const known = await journalOf(cluster, namespace);
  const key = `${record.name}.${uid.slice(0, 8)}`;
  if (known?.data?.[key]) return;
  const data = { [key]: JSON.stringify(record) };
  if (!known) {
    const labels = { [label.managedBy]: FIELD_MANAGER };
    const metadata = { name: DEPARTED.name, namespace, labels };
    await cluster.create<Journal>({ apiVersion: "v1", kind: "ConfigMap", metadata, data });
    return;
  }
  const gone = outdated(known.data ?? {}, Date.now()).map((each) => [each, null]);
  const reference = { apiVersion: "v1", kind: "ConfigMap", namespace, name: DEPARTED.name };
  await cluster.patch(reference, { data: { ...Object.fromEntries(gone), ...data } }, { type: "merge" });
}

/** Keys of records that ended too long ago, and of the oldest where one more would be too many. */
export function outdated(data: Readonly<Record<string, string>>, now: number): string[] {
  return Object.entries(data)
    .map(([key, text]) => ({ key, end: endOf(text) }))
    .sort((a, b) => b.end - a.end)
    .filter(({ end }, index) => index >= DEPARTED.most - 1 || now - end > DEPARTED.days * DAY_MS)
    .map(({ key }) => key);
}

/** The ConfigMap is the workspace's: what is not a record has no time, and goes first. */
function endOf(text: string): number {
  try {
    const { history } = JSON.parse(text) as Partial<Departed>;
    return Date.parse(history?.at(-1)?.at ?? "") || 0;
  } catch {
    return 0;
  }
}
