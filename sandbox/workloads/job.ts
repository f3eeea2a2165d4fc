import { timestamp, withCondition } from "./conditions.ts";
import { controllerOf } from "./owners.ts";
import { createPod, deletePod } from "./pod-control.ts";
import { isActive, isReady } from "./pods.ts";
import type { Job, Pod } from "./types.ts";
import type { Controller, World } from "./world.ts";

const SOURCE = { component: "job-controller" };

/** Runs pods until enough have succeeded, or too many have failed. */
export function jobs(world: World): Controller {
  return world.controller(
    world.jobs,
    (job) => reconcile(world, job),
    (add) =>
      world.pods.subscribe(({ object }) => {
        const owner = controllerOf(object);
        if (owner?.kind === "Job") add(`${object.metadata.namespace}/${owner.name}`);
      }),
  );
}

export function finishedAs(job: Job): "Complete" | "Failed" | undefined {
  const over = job.status?.conditions?.find(
    ({ type, status }) => /^(Complete|Failed)$/.test(type) && status === "True",
  );
  return over?.type as "Complete" | "Failed" | undefined;
}

async function reconcile(world: World, job: Job): Promise<{ requeueAfterMs: number } | undefined> {
  if (job.metadata.deletionTimestamp) return undefined;
  if (finishedAs(job)) return expire(world, job);
  const { parallelism = 1, completions, backoffLimit = 6, activeDeadlineSeconds, suspend } = job.spec;
  const pods = await world.livePodsOf(job, { "batch.kubernetes.io/controller-uid": job.metadata.uid ?? "" });
  const active = pods.filter(isActive);
  const succeeded = pods.filter((pod) => pod.status?.phase === "Succeeded").length;
  const failed = pods.filter((pod) => pod.status?.phase === "Failed").length;
  const wanted = completions ?? 1;
  const startTime = job.status?.startTime ?? (suspend ? undefined : timestamp());
  const deadlineMs =
    activeDeadlineSeconds && startTime
      ? Date.parse(startTime) + activeDeadlineSeconds * 1000 - Date.now()
      : undefined;
  const verdict =
    succeeded >= wanted
      ? ({
          type: "Complete",
          reason: "CompletionsReached",
          message: "Reached expected number of succeeded pods",
        } as const)
      : failed + restarts(job, active) > backoffLimit
        ? ({
            type: "Failed",
            reason: "BackoffLimitExceeded",
            message: "Job has reached the specified backoff limit",
          } as const)
        : deadlineMs !== undefined && deadlineMs <= 0
          ? ({
              type: "Failed",
              reason: "DeadlineExceeded",
              message: "Job was active longer than specified deadline",
            } as const)
          : undefined;
  let running = active;
  if (verdict || suspend) {
    await Promise.all(active.map((pod) => deletePod(world, job, pod)));
    running = [];
  } else {
    const room = Math.min(parallelism, wanted - succeeded) - active.length;
    const pause = failed > 0 && room > 0 ? backOffLeft(world, pods) : 0;
    if (pause > 0) return { requeueAfterMs: pause };
    const template = {
      ...job.spec.template,
      metadata: { ...job.spec.template.metadata, labels: labelsOf(job) },
    };
    for (let index = 0; index < room; index++) running = [...running, await createPod(world, job, template)];
    for (const pod of room < 0 ? active.slice(room) : []) await deletePod(world, job, pod);
  }
  let conditions = job.status?.conditions ?? [];
  if (suspend !== undefined && (suspend || conditions.some(({ type }) => type === "Suspended"))) {
    conditions = withCondition(conditions, {
      type: "Suspended",
      status: suspend ? "True" : "False",
      reason: suspend ? "JobSuspended" : "JobResumed",
      message: suspend ? "Job suspended" : "Job resumed",
    });
  }
  if (verdict) {
    const { type, ...why } = verdict;
    const criterion = type === "Complete" ? "SuccessCriteriaMet" : "FailureTarget";
    conditions = withCondition(conditions, { type: criterion, status: "True", ...why });
    conditions = withCondition(conditions, { type, status: "True", ...why });
    if (type === "Complete") world.events.normal(job, SOURCE, "Completed", "Job completed");
    else world.events.warning(job, SOURCE, why.reason, why.message);
  }
  await world.writeStatus(job, {
    ...(conditions.length ? { conditions } : {}),
    ...(startTime ? { startTime } : {}),
    ...(verdict?.type === "Complete" ? { completionTime: timestamp() } : {}),
    ...(running.length ? { active: running.length } : {}),
    ready: running.filter(isReady).length,
    ...(succeeded ? { succeeded } : {}),
    ...(failed ? { failed } : {}),
    terminating: 0,
    uncountedTerminatedPods: {},
  });
  return deadlineMs && !verdict ? { requeueAfterMs: deadlineMs + 20 } : undefined;
}

function labelsOf(job: Job): Record<string, string> {
  const { name, uid = "" } = job.metadata;
  return {
    ...job.spec.template.metadata?.labels,
    "batch.kubernetes.io/controller-uid": uid,
    "batch.kubernetes.io/job-name": name,
    "controller-uid": uid,
    "job-name": name,
  };
}

/** With `OnFailure` the containers restart inside their pod, and that counts too. */
function restarts(job: Job, active: Pod[]): number {
  if (job.spec.template.spec.restartPolicy !== "OnFailure") return 0;
  return active
    .flatMap((pod) => pod.status?.containerStatuses ?? [])
    .reduce(
      (sum, { restartCount, lastState }) => sum + Math.max(restartCount, lastState.terminated ? 1 : 0),
      0,
    );
}

/** 10 s after the first failed pod, doubling to 10 minutes. */
function backOffLeft(world: World, pods: Pod[]): number {
  const failed = pods.filter((pod) => pod.status?.phase === "Failed");
  const ends = failed
    .flatMap((pod) => pod.status?.containerStatuses ?? [])
    .map(({ state }) => Date.parse(state.terminated?.finishedAt ?? ""))
    .filter(Number.isFinite);
  if (ends.length === 0) return 0;
  const wait = Math.min(600_000, 10_000 * 2 ** (failed.length - 1));
  return Math.max(...ends) + world.pace(wait) - Date.now();
}

/** Deletes a finished Job when its time to live has passed. */
async function expire(world: World, job: Job): Promise<{ requeueAfterMs: number } | undefined> {
  const ttl = job.spec.ttlSecondsAfterFinished;
  if (ttl === undefined) return undefined;
  const over = job.status?.conditions?.find(({ type }) => type === "Complete" || type === "Failed");
  const left = Date.parse(over?.lastTransitionTime ?? "") + ttl * 1000 - Date.now();
  if (left > 0) return { requeueAfterMs: left + 20 };
  const { name, namespace, uid } = job.metadata;
  const ref = { apiVersion: "batch/v1", kind: "Job", name, namespace };
  await world.cluster.delete(ref, { uid, propagationPolicy: "Foreground" });
  return undefined;
}
