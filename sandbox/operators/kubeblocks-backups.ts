import type { ApiObject } from "../../lib/cluster/index.ts";
import { timestamp } from "../workloads/conditions.ts";
import type { Job } from "../workloads/types.ts";
import { CONTROLLER, ensure, ownedBy, remove, text } from "./children.ts";
import { follow, type Instance, type OperatorContext, type Running, report } from "./context.ts";
import { CLUSTER, componentsOf, INSTANCE, policyOf } from "./kubeblocks-children.ts";

export const BACKUP = { apiVersion: "dataprotection.kubeblocks.io/v1alpha1", kind: "Backup" };
/** The cluster as it was when it was backed up: what it is restored as. */
export const SNAPSHOT = "kubeblocks.io/cluster-snapshot";

const MANAGER = "kubeblocks-dataprotection";
const NAME = "dataprotection.kubeblocks.io/backup-name";
const IMAGE = "docker.io/apecloud/kubeblocks-tools:0.9.5";
const SIZE = "2097152";
const HOURS: Record<string, number> = { y: 8_760, mo: 720, w: 168, d: 24, h: 1, m: 1 / 60 };
const HOUR_MS = 3_600_000;

/**
 * The operator's part for `Backup`: a Job that backs up, and what it reports of itself, as KubeBlocks 0.9 does
 * (`apis/dataprotection/v1alpha1/backup_types.go`): `New`, `Running`, then `Completed` with its size in bytes, or `Failed`.
 */
export function followBackups(context: OperatorContext): Running {
  const instanceOf = ({ metadata }: ApiObject) => metadata.labels?.[NAME];
  return follow<Instance>(context, BACKUP, instanceOf, (backup) => reconcile(context, backup));
}

async function reconcile(context: OperatorContext, backup: Instance) {
  const { name, namespace, uid = "", deletionTimestamp } = backup.metadata;
  const phase = text(backup.status?.phase);
  if (deletionTimestamp || phase === "Failed") return undefined;
  if (phase === "Completed") return expire(context, backup);
  const policy = text(backup.spec?.backupPolicyName);
  const found = await sourceOf(context, backup, policy);
  const startTimestamp = text(backup.status?.startTimestamp) || timestamp();
  if (!found) {
    const failureReason = `BackupPolicy.dataprotection.kubeblocks.io "${policy}" not found`;
    const completionTimestamp = timestamp();
    await report(context, backup, { phase: "Failed", startTimestamp, completionTimestamp, failureReason });
    return undefined;
  }
  const { cluster, component } = found;
  if (!backup.metadata.annotations?.[SNAPSHOT]) await describe(context, backup, cluster);
  if (!phase) await report(context, backup, { phase: "New" });
  const job = `dp-backup-0-${name}-${uid.slice(0, 8)}`.slice(0, 63);
  const labels = { [NAME]: name, [INSTANCE]: cluster.metadata.name };
  await ensure(context, MANAGER, {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: job, namespace, labels, ownerReferences: ownedBy(backup, CONTROLLER) },
    spec: {
      template: {
        metadata: { labels },
        spec: { restartPolicy: "Never", containers: [{ name: "backupdata", image: IMAGE }] },
      },
    },
  });
  const live = await context.cluster.find<Job>({ apiVersion: "batch/v1", kind: "Job", name: job, namespace });
  if (!live?.status?.succeeded) {
    if (live?.status?.startTime) await report(context, backup, { phase: "Running", startTimestamp });
    return { requeueAfterMs: context.pace(1_000) };
  }
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(startTimestamp)) / 1000));
  const kept = retention(text(backup.spec?.retentionPeriod));
  await report(context, backup, {
    phase: "Completed",
    formatVersion: "0.1.0",
    startTimestamp,
    completionTimestamp: timestamp(),
    duration: `${seconds}s`,
    totalSize: SIZE,
    backupRepoName: "default",
    path: `/${namespace}/${cluster.metadata.name}-${cluster.metadata.uid}/${component}/${name}`,
    ...(kept > 0 ? { expiration: timestamp(new Date(Date.now() + kept)) } : {}),
  });
  return undefined;
}

/** The cluster and the component whose policy the backup names. */
async function sourceOf(context: OperatorContext, { metadata: { namespace } }: Instance, policy: string) {
  const { items } = await context.cluster.list<Instance>({ ...CLUSTER, namespace });
  for (const cluster of items)
    for (const { name } of componentsOf(cluster))
      if (policyOf(cluster.metadata.name, name) === policy) return { cluster, component: name };
  return undefined;
}

/** Says in the backup's metadata whose it is. */
async function describe(context: OperatorContext, backup: Instance, cluster: Instance): Promise<void> {
  const { name, namespace, uid } = backup.metadata;
  const { spec, metadata } = cluster;
  const snapshot = { ...CLUSTER, metadata: { name: metadata.name, namespace }, spec };
  const labels = {
    [INSTANCE]: metadata.name,
    "dataprotection.kubeblocks.io/backup-type": "Full",
    "dataprotection.kubeblocks.io/cluster-uid": metadata.uid ?? "",
  };
  const annotations = { [SNAPSHOT]: JSON.stringify(snapshot) };
  const patch = { metadata: { uid, labels, annotations } };
  const written = await context.cluster.patch({ ...BACKUP, name, namespace }, patch, { type: "merge" });
  backup.metadata = written.metadata;
}

/** `1mo7d12h` in milliseconds; 0 for what is kept. */
function retention(period: string): number {
  const parts = period.matchAll(/(\d+)(mo|[ywdhm])/g);
  return (
    [...parts].reduce((sum, [, count, unit = ""]) => sum + Number(count) * (HOURS[unit] ?? 0), 0) * HOUR_MS
  );
}

async function expire(context: OperatorContext, backup: Instance) {
  const expiration = Date.parse(text(backup.status?.expiration));
  if (Number.isNaN(expiration)) return undefined;
  const left = expiration - Date.now();
  if (left > 0) return { requeueAfterMs: Math.min(left, HOUR_MS) };
  const { name, namespace } = backup.metadata;
  await remove(context, { ...BACKUP, name, namespace });
  return undefined;
}
