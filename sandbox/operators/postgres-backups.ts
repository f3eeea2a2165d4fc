import type { ApiObject } from "../../lib/cluster/index.ts";
import { at, ensure, remove, text } from "./children.ts";
import type { Instance, OperatorContext } from "./context.ts";

const MANAGER = "postgres-operator";
/** What the names of CronJobs may have; the operator cuts its own. */
const CRON_JOB_LETTERS = 52;
/** The operator's configuration, as this project's provider installs it; the real one reads it once, when it starts. */
const CONFIGURATION = { apiVersion: "v1", kind: "ConfigMap", name: MANAGER, namespace: MANAGER };

/** The job that dumps all databases to the operator's bucket, while the manifest asks for it. */
export async function keepLogicalBackup(
  context: OperatorContext,
  instance: Instance,
  labels: Record<string, string>,
): Promise<void> {
  const { name: cluster, namespace } = instance.metadata;
  const { spec = {} } = instance;
  const cronJob = `logical-backup-${cluster}`.slice(0, CRON_JOB_LETTERS).replace(/-+$/, "");
  const reference = { apiVersion: "batch/v1", kind: "CronJob", name: cronJob, namespace };
  if (spec.enableLogicalBackup !== true) {
    const wasMade = context.applied.delete(`${namespace}/CronJob/${reference.name}`);
    if (wasMade || spec.enableLogicalBackup === false) await remove(context, reference);
    return;
  }
  const { name } = reference;
  const podLabels = { ...labels, application: "spilo-logical-backup" };
  const { data = {} } =
    (await context.cluster.find<ApiObject & { data?: Record<string, string> }>(CONFIGURATION)) ?? {};
  const password = { name: `postgres.${cluster}.credentials.postgresql.acid.zalan.do`, key: "password" };
  const env = [
    { name: "SCOPE", value: cluster },
    { name: "PG_VERSION", value: text(at(spec, "postgresql", "version"), "17") },
    { name: "PGPORT", value: "5432" },
    { name: "PGUSER", value: "postgres" },
    { name: "PGSSLMODE", value: "require" },
    { name: "PGPASSWORD", valueFrom: { secretKeyRef: password } },
    { name: "LOGICAL_BACKUP_PROVIDER", value: data.logical_backup_provider ?? "s3" },
    { name: "LOGICAL_BACKUP_S3_BUCKET", value: data.logical_backup_s3_bucket ?? "" },
    { name: "LOGICAL_BACKUP_S3_BUCKET_PREFIX", value: data.logical_backup_s3_bucket_prefix ?? "spilo" },
    { name: "LOGICAL_BACKUP_S3_BUCKET_SCOPE_SUFFIX", value: `/${instance.metadata.uid}` },
  ];
  const image = "ghcr.io/zalando/postgres-operator/logical-backup:v1.15.1";
  const resources = { requests: { cpu: "100m", memory: "100Mi" }, limits: { cpu: "1", memory: "500Mi" } };
  const containers = [{ name: "logical-backup", image, resources, env }];
  await ensure(context, MANAGER, {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name, namespace, labels },
    spec: {
      schedule: text(spec.logicalBackupSchedule, "30 00 * * *"),
      concurrencyPolicy: "Forbid",
      jobTemplate: {
        spec: {
          template: {
            metadata: { labels: podLabels },
            spec: { serviceAccountName: "postgres-pod", restartPolicy: "Never", containers },
          },
        },
      },
    },
  });
}
