import { nextDue } from "../model/cron.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import type { BackupsView, BackupView } from "../model/stream.ts";
import { listAt, textAt, valueAt } from "./paths.ts";

/** What `kubectl create job --from` leaves on a Job, and this console's actions as well. */
const INSTANTIATE = "cronjob.kubernetes.io/instantiate";

/**
 * The backups that a CronJob has made, and when it makes the next. A pure function.
 * @param cronJob undefined while there is none of that name
 * @param jobs of the instance's namespace
 */
export function backupsView(
  {
    name,
    cronJob,
    jobs,
  }: { name: string; cronJob: KubernetesObject | undefined; jobs: readonly KubernetesObject[] },
  now: Date,
): BackupsView {
  const isOf = ({ metadata }: KubernetesObject) =>
    metadata.ownerReferences?.some((owner) => owner.kind === "CronJob" && owner.name === name) === true;
  const runs = jobs
    .filter(isOf)
    .sort((a, b) => created(b).localeCompare(created(a)) || b.metadata.name.localeCompare(a.metadata.name))
    .map(backupView);
  const schedule = cronJob && scheduleOf(cronJob, now);
  return { ...(schedule && { schedule }), runs };
}

const created = ({ metadata }: KubernetesObject) => metadata.creationTimestamp ?? "";

function scheduleOf(cronJob: KubernetesObject, now: Date): BackupsView["schedule"] {
  const expression = textAt(cronJob, "spec.schedule") ?? "";
  const timeZone = textAt(cronJob, "spec.timeZone");
  const suspended = valueAt(cronJob, "spec.suspend") === true;
  const next = suspended ? undefined : nextDue(expression, timeZone, now);
  return {
    ...{ expression, suspended },
    ...(timeZone && { timeZone }),
    ...(next && { nextAt: next.toISOString() }),
  };
}

function backupView(job: KubernetesObject): BackupView {
  const over = listAt(job, "status.conditions").find(
    (each) => /^(Complete|Failed)$/.test(textAt(each, "type") ?? "") && textAt(each, "status") === "True",
  );
  const failed = over !== undefined && textAt(over, "type") === "Failed";
  const startedAt = textAt(job, "status.startTime");
  const finishedAt = textAt(job, "status.completionTime") ?? textAt(over, "lastTransitionTime");
  const message = failed ? textAt(over, "message") : undefined;
  return {
    name: job.metadata.name,
    phase: failed ? "Failed" : over ? "Succeeded" : startedAt ? "Running" : "Pending",
    manual: job.metadata.annotations?.[INSTANTIATE] === "manual",
    ...(startedAt && { startedAt }),
    ...(finishedAt && over ? { finishedAt } : {}),
    ...(message && { message }),
  };
}
