import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type AnyObject, type Cluster, isNotFound } from "../../lib/cluster/index.ts";

type Restored = AnyObject & { status?: object; data?: Record<string, string> };

/**
 * Kinds that others refer to come first; what is in no list comes in between. Quotas come last: what exists already
 * counts, and nothing is refused while the cluster has not counted yet.
 */
const FIRST = [
  "Namespace",
  "Organization",
  "Repository",
  "Image",
  "Tenant",
  "ServiceAccount",
  "Secret",
  "ConfigMap",
];
const LAST = [
  "Provider",
  "Installation",
  "ActionRun",
  "ControllerRevision",
  "App",
  "LimitRange",
  "ResourceQuota",
];

const rank = (kind: string) => {
  const first = FIRST.indexOf(kind);
  return first >= 0 ? first : FIRST.length + 1 + LAST.indexOf(kind);
};

export interface RestoreReport {
  created: number;
  /** Were there already and are left as they are. */
  present: number;
  /** Objects of kinds that this cluster does not serve yet: restore again once their provider is installed. */
  unknown: string[];
}

/**
 * Creates what `exportHub` wrote, with its status, and ties owners to owned by their new uids. Nothing that exists is
 * changed, but for the key of the sessions. Safe to repeat. The manager must not work meanwhile.
 * @throws when a manager holds the lease
 */
export async function restoreHub(cluster: Cluster, folder: string, system: string): Promise<RestoreReport> {
  await refuseWhileManaged(cluster, system);
  const objects = (await readObjects(folder)).sort((a, b) => rank(a.kind) - rank(b.kind));
  const report: RestoreReport = { created: 0, present: 0, unknown: [] };
  /** Old uid to new. */
  const uids = new Map<string, string>();
  const owned: { live: AnyObject; owners: NonNullable<AnyObject["metadata"]["ownerReferences"]> }[] = [];

  for (const { status, ...object } of objects) {
    const { uid, ownerReferences = [], creationTimestamp: _, ...metadata } = object.metadata;
    const reference = { apiVersion: object.apiVersion, kind: object.kind, ...metadata };
    const where = `${object.kind} ${metadata.namespace ?? ""}/${metadata.name}`;
    if (!(await cluster.discovery.find(object.apiVersion, object.kind))) {
      report.unknown.push(where);
      continue;
    }
    let live = await cluster.find(reference);
    if (live) {
      report.present++;
      if (object.kind === "Secret" && metadata.name === "web-session" && metadata.namespace === system)
        await cluster.patch(reference, { data: object.data ?? {} }, { type: "merge" });
    } else {
      try {
        live = await cluster.create({ ...object, metadata } as AnyObject, { fieldManager: "hub-restore" });
      } catch (error) {
        throw new Error(`${where} could not be restored`, { cause: error });
      }
      report.created++;
      if (status && object.apiVersion.startsWith("hub.sealos.io/"))
        await cluster.patch(reference, { status }, { type: "merge", subresource: "status" });
      owned.push({ live, owners: ownerReferences });
    }
    if (uid && live.metadata.uid) uids.set(uid, live.metadata.uid);
  }

  // An owner that was not in the backup made the object; it will find it, or make it anew.
  for (const { live, owners } of owned) {
    const ownerReferences = owners.flatMap((owner) => {
      const uid = uids.get(owner.uid);
      return uid ? [{ ...owner, uid }] : [];
    });
    if (ownerReferences.length === 0) continue;
    const { apiVersion, kind, metadata } = live;
    await cluster.patch(
      { apiVersion, kind, ...metadata },
      { metadata: { ownerReferences } },
      { type: "merge" },
    );
  }
  return report;
}

/** A manager that sees half of it would begin to install, and draw passwords that the other half knows already. */
async function refuseWhileManaged(cluster: Cluster, system: string): Promise<void> {
  const path = `/apis/coordination.k8s.io/v1/namespaces/${system}/leases/app-manager`;
  const lease = (await cluster.request("GET", path).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
    return undefined;
  })) as
    | { spec?: { holderIdentity?: string; renewTime?: string; leaseDurationSeconds?: number } }
    | undefined;
  const { holderIdentity, renewTime = "", leaseDurationSeconds = 15 } = lease?.spec ?? {};
  if (holderIdentity && Date.parse(renewTime) + leaseDurationSeconds * 1000 > Date.now())
    throw new Error(
      `The manager ${holderIdentity} is at work. Stop it first: kubectl -n ${system} scale deployment/hub-manager --replicas=0`,
    );
}

async function readObjects(folder: string): Promise<Restored[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith(".json"));
  return Promise.all(
    files.map(
      async ({ parentPath, name }) => JSON.parse(await readFile(join(parentPath, name), "utf8")) as Restored,
    ),
  );
}
