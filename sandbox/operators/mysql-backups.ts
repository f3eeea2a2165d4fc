import type { ApiObject } from "../../lib/cluster/index.ts";
import { timestamp } from "../workloads/conditions.ts";
import type { Job } from "../workloads/types.ts";
import { at, CONTROLLER, ensure, ownedBy, remove, text } from "./children.ts";
import { follow, type Instance, type OperatorContext, type Running, report } from "./context.ts";

const TYPE = { apiVersion: "mysql.oracle.com/v2", kind: "MySQLBackup" };
const MANAGER = "mysql-operator";
const IMAGE = "container-registry.oracle.com/mysql/community-operator:9.5.0-2.2.6";
const BACKUP = "mysql.oracle.com/backup";
const SCHEDULE = "mysql.oracle.com/backup-schedule";
const LABEL = "mysql.oracle.com/cluster";

/** The operator's part for `MySQLBackup`: a Job that dumps, and what it reports of itself. */
export function followBackups(context: OperatorContext): Running {
  const instanceOf = ({ metadata }: ApiObject) => metadata.labels?.[BACKUP];
  return follow<Instance>(context, TYPE, instanceOf, (backup) => reconcile(context, backup));
}

async function reconcile(context: OperatorContext, backup: Instance) {
  const { name, namespace, deletionTimestamp } = backup.metadata;
  const state = text(backup.status?.status);
  if (deletionTimestamp || state === "Completed" || state === "Error") return undefined;
  const storage = at(backup.spec, "backupProfile", "dumpInstance", "storage");
  const claimName = text(at(storage, "persistentVolumeClaim", "claimName"));
  const labels = { [BACKUP]: name, [LABEL]: text(backup.spec?.clusterName) };
  await ensure(context, MANAGER, {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace, labels, ownerReferences: ownedBy(backup, CONTROLLER) },
    spec: {
      template: {
        metadata: { labels: { ...labels, tier: "mysql" } },
        spec: {
          restartPolicy: "Never",
          containers: [{ name: "operator-backup-job", image: IMAGE }],
          ...(claimName && {
            volumes: [{ name: "backup-volume-dir", persistentVolumeClaim: { claimName } }],
          }),
        },
      },
    },
  });
  const job = await context.cluster.find<Job>({ apiVersion: "batch/v1", kind: "Job", name, namespace });
  const startTime = text(backup.status?.startTime) || timestamp();
  if (!job?.status?.succeeded) {
    if (job?.status?.startTime) await report(context, backup, { status: "Running", startTime });
    return { requeueAfterMs: context.pace(1_000) };
  }
  const completionTime = timestamp();
  const seconds = Math.max(0, Math.round((Date.parse(completionTime) - Date.parse(startTime)) / 1000));
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  await report(context, backup, {
    status: "Completed",
    startTime,
    completionTime,
    elapsedTime: `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`,
    output: `${name}-${startTime.replace(/\D/g, "").slice(2, 14)}`,
    method: claimName ? "dump-instance/volume" : "dump-instance/oci-bucket",
    ...(claimName ? { size: "0.002G", spaceAvailable: "1.9G" } : {}),
  });
  return undefined;
}

interface Schedule {
  name: string;
  schedule: string;
  timeZone?: string;
  enabled?: boolean;
  backupProfile?: object;
  backupProfileName?: string;
}

/** A CronJob for each of the cluster's schedules, whose pods ask for a `MySQLBackup` each. */
export async function keepSchedules(
  context: OperatorContext,
  instance: Instance,
  owner: Pick<ApiObject["metadata"], "ownerReferences">,
): Promise<void> {
  const { name: cluster, namespace = "" } = instance.metadata;
  const schedules = (instance.spec?.backupSchedules ?? []) as Schedule[];
  const nameOf = (schedule: string) => `${cluster}-${schedule}-cb`;
  const made = `${namespace}/CronJob/${cluster}-`;
  for (const key of [...context.applied.keys()].filter((each) => each.startsWith(made))) {
    const name = key.slice(key.lastIndexOf("/") + 1);
    if (schedules.some((each) => nameOf(each.name) === name)) continue;
    context.applied.delete(key);
    await remove(context, { apiVersion: "batch/v1", kind: "CronJob", name, namespace });
  }
  for (const { name, schedule, timeZone, enabled } of schedules) {
    const labels = { [SCHEDULE]: name, [LABEL]: cluster };
    await ensure(context, MANAGER, {
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: { name: nameOf(name), namespace, labels, ...owner },
      spec: {
        schedule,
        ...(timeZone ? { timeZone } : {}),
        suspend: enabled !== true,
        concurrencyPolicy: "Forbid",
        jobTemplate: {
          spec: {
            template: {
              metadata: { labels },
              spec: { restartPolicy: "Never", containers: [{ name: "operator-backup-job", image: IMAGE }] },
            },
          },
        },
      },
    });
  }
  for (const pod of context.pods.list(namespace)) {
    const { [SCHEDULE]: by, [LABEL]: of, "batch.kubernetes.io/job-name": job } = pod.metadata.labels ?? {};
    const schedule = schedules.find((each) => each.name === by);
    if (of !== cluster || !schedule || !job || pod.status?.phase !== "Succeeded") continue;
    const { backupProfile, backupProfileName } = schedule;
    await ensure(context, MANAGER, {
      ...TYPE,
      metadata: { name: job, namespace },
      spec: {
        clusterName: cluster,
        ...(backupProfile ? { backupProfile } : { backupProfileName }),
        addTimestampToBackupDirectory: false,
      },
    });
  }
}
