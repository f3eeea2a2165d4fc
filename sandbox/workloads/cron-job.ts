import { Cron } from "croner";
import { isAlreadyExists } from "../../lib/cluster/index.ts";
import { timestamp } from "./conditions.ts";
import { finishedAs } from "./job.ts";
import { controlledBy, controllerOf, isControlledBy } from "./owners.ts";
import type { CronJob, Job } from "./types.ts";
import type { Controller, World } from "./world.ts";

const SOURCE = { component: "cronjob-controller" };

/** Makes Jobs by the clock on the wall; the simulation's speed does not touch schedules. */
export function cronJobs(world: World): Controller {
  return world.controller(
    world.cronJobs,
    (cronJob) => reconcile(world, cronJob),
    (add) =>
      world.jobs.subscribe(({ object }) => {
        const owner = controllerOf(object);
        if (owner?.kind === "CronJob") add(`${object.metadata.namespace}/${owner.name}`);
      }),
  );
}

async function reconcile(world: World, cronJob: CronJob): Promise<{ requeueAfterMs: number } | undefined> {
  if (cronJob.metadata.deletionTimestamp) return undefined;
  const own = world.jobs.list(cronJob.metadata.namespace).filter((job) => isControlledBy(job, cronJob));
  await clean(world, cronJob, own);
  const schedule = parse(world, cronJob);
  const now = new Date();
  let lastScheduleTime = cronJob.status?.lastScheduleTime;
  let active = own.filter((job) => !finishedAs(job));
  let next: Date | null | undefined;
  if (schedule && !cronJob.spec.suspend) {
    const since = new Date(lastScheduleTime ?? cronJob.metadata.creationTimestamp ?? now);
    const due = latest(schedule, since, now);
    if (
      due &&
      !isTooLate(cronJob, due, now) &&
      !(cronJob.spec.concurrencyPolicy === "Forbid" && active.length > 0)
    ) {
      if (cronJob.spec.concurrencyPolicy === "Replace") {
        for (const job of active) await remove(world, job);
        active = [];
      }
      active = [...active, await createJob(world, cronJob, due)];
      lastScheduleTime = timestamp(due);
    }
    next = schedule.nextRun(now);
  }
  const succeeded = own
    .map((job) => job.status?.completionTime ?? "")
    .sort()
    .at(-1);
  const lastSuccessfulTime = [succeeded ?? "", cronJob.status?.lastSuccessfulTime ?? ""].sort().at(-1);
  await world.writeStatus(cronJob, {
    ...(active.length ? { active: active.map(referenceTo) } : {}),
    ...(lastScheduleTime ? { lastScheduleTime } : {}),
    ...(lastSuccessfulTime ? { lastSuccessfulTime } : {}),
  });
  return next ? { requeueAfterMs: Math.max(50, next.getTime() - Date.now() + 50) } : undefined;
}

function parse(world: World, cronJob: CronJob): Cron | undefined {
  const { schedule, timeZone } = cronJob.spec;
  try {
    return new Cron(schedule, { timezone: timeZone ?? "Etc/UTC", paused: true });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    world.events.warning(
      cronJob,
      SOURCE,
      "UnparseableSchedule",
      `unparseable schedule: ${schedule} : ${why}`,
    );
    return undefined;
  }
}

/** The last time at or before `now` that is after `since`; of many missed runs only one is made up for. */
function latest(schedule: Cron, since: Date, now: Date): Date | undefined {
  const [previous] = schedule.previousRuns(1, new Date(now.getTime() + 1));
  return previous && previous > since && previous <= now ? previous : undefined;
}

function isTooLate(cronJob: CronJob, due: Date, now: Date): boolean {
  const seconds = cronJob.spec.startingDeadlineSeconds;
  return seconds !== undefined && now.getTime() - due.getTime() > seconds * 1000;
}

async function createJob(world: World, cronJob: CronJob, due: Date): Promise<Job> {
  const { metadata, spec } = cronJob.spec.jobTemplate;
  const name = `${cronJob.metadata.name.slice(0, 52)}-${Math.floor(due.getTime() / 60_000)}`;
  const job: Job = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name,
      namespace: cronJob.metadata.namespace,
      labels: metadata?.labels,
      annotations: {
        ...metadata?.annotations,
        "batch.kubernetes.io/cronjob-scheduled-timestamp": timestamp(due),
      },
      ownerReferences: [controlledBy(cronJob)],
    },
    spec,
  };
  try {
    const created = await world.cluster.create(job);
    world.events.normal(cronJob, SOURCE, "SuccessfulCreate", `Created job ${name}`);
    return created;
  } catch (error) {
    // Made before, by a run that could not record it any more.
    if (isAlreadyExists(error)) return job;
    throw error;
  }
}

function referenceTo(job: Job) {
  const { name, namespace, uid, resourceVersion } = job.metadata;
  return { apiVersion: "batch/v1", kind: "Job", name, namespace, uid, resourceVersion };
}

async function clean(world: World, cronJob: CronJob, own: Job[]): Promise<void> {
  const limits = {
    Complete: cronJob.spec.successfulJobsHistoryLimit ?? 3,
    Failed: cronJob.spec.failedJobsHistoryLimit ?? 1,
  };
  for (const outcome of ["Complete", "Failed"] as const) {
    const finished = own
      .filter((job) => finishedAs(job) === outcome && !job.metadata.deletionTimestamp)
      .sort((a, b) => ((a.status?.startTime ?? "") < (b.status?.startTime ?? "") ? -1 : 1));
    for (const job of finished.slice(0, Math.max(0, finished.length - limits[outcome])))
      await remove(world, job);
  }
}

async function remove(world: World, job: Job): Promise<void> {
  const { name, namespace, uid } = job.metadata;
  const ref = { apiVersion: "batch/v1", kind: "Job", name, namespace };
  await world.cluster.delete(ref, { uid, propagationPolicy: "Background" });
}
