import { ApiError, isNotFound } from "../../cluster/index.ts";
import { DEFAULT_TIMEOUT_SECONDS, timeoutOf } from "../../install/action.ts";
import { ProblemError } from "../../model/problem.ts";
import type { Reason } from "../../model/reasons.ts";
import { type ActionRun, API_VERSION } from "../../model/resources.ts";
import { clusterTime } from "../cluster-time.ts";
import { reasonOf, withConditions, writeStatus } from "../status.ts";
import { installerUser } from "../subject.ts";
import type { World } from "../world.ts";
import { CANCELLED, cancellationOf, stopJobs } from "./cancel.ts";
import { carryOut } from "./carry-out.ts";
import { masked } from "./masked.ts";
import { isFinished, isNext } from "./queue.ts";
import { RunFailed } from "./run-failed.ts";
import { taskOf } from "./task.ts";

const DAY_SECONDS = 86_400;
/** How long a finished run is kept when it does not say. */
const KEPT_SECONDS = 7 * DAY_SECONDS;
/** How long after the end of a run a request for it may still arrive: of a manager that has been replaced. */
const LATE_MS = 60_000;
/** So long a run that ended without success is looked at for what arrived late. */
const SWEPT_MS = 3_600_000;
/** Between two looks at a command in a container, for what it has printed; its pods' changes have it looked at sooner. */
const LOOK_AGAIN_MS = 2000;

type Outcome = { reason: string; message: string; output?: string; installed?: string; said?: Reason };

/**
 * Carries out one ActionRun when it is its turn. Every step may be done twice, so a run that was interrupted is begun
 * again; its time counts from the first beginning. A run that is cancelled leaves the line, or is stopped.
 */
export async function reconcileRun(
  world: World,
  key: string,
): Promise<{ requeueAfterMs: number } | undefined> {
  const [namespace = "", name = ""] = key.split("/");
  const reference = { apiVersion: API_VERSION, kind: "ActionRun", namespace, name };
  const run = await world.cluster.find<ActionRun>(reference);
  if (!run || run.metadata.deletionTimestamp) {
    await world.live.end(key);
    return undefined;
  }
  if (isFinished(run)) return expire(world, run);
  if (run.spec.cancelled) {
    await stopJobs(world, run);
    await finish(world, run, CANCELLED);
    return undefined;
  }
  // Whoever is before it brings it back when it has finished.
  if (!(await isNext(world, run))) return undefined;
  const startedAt = run.status?.startedAt ?? new Date().toISOString();
  if (run.status?.phase !== "Running") {
    await writeStatus(world.cluster, run, { phase: "Running", startedAt });
    run.status = { ...run.status, phase: "Running", startedAt };
  }
  const outcome = await outcomeOf(world, run, startedAt);
  if (!outcome) return { requeueAfterMs: LOOK_AGAIN_MS };
  if (outcome.reason !== "Succeeded") await stopJobs(world, run);
  await finish(world, run, outcome);
  return undefined;
}

/** How it ended; undefined while a container is still at it, whom nobody waits for here. */
async function outcomeOf(world: World, run: ActionRun, startedAt: string): Promise<Outcome | undefined> {
  let seconds = DEFAULT_TIMEOUT_SECONDS;
  let secrets: string[] = [];
  let limit: AbortSignal | undefined;
  const cancellation = cancellationOf(world, run);
  const left = () => Date.parse(startedAt) + seconds * 1000 - Date.now();
  const late = (error?: unknown) => {
    const last = error instanceof ApiError ? ` It last said: ${masked(error.message, secrets)}` : "";
    return { reason: "TimedOut", message: `It took longer than ${seconds} seconds.${last}` };
  };
  try {
    const task = await taskOf(world, run);
    secrets = task.secrets;
    seconds = timeoutOf(task.action);
    if (left() <= 0) return late();
    limit = AbortSignal.timeout(left());
    // It is heard between two requests. What is under way then is waited for: it may be about to make what has to go.
    const signal = AbortSignal.any([limit, cancellation.signal, world.signal]);
    const done = await carryOut(world, run, task, signal);
    if (!done) return undefined;
    return { reason: "Succeeded", message: "", ...done, output: masked(done.output, secrets) };
  } catch (error) {
    world.signal.throwIfAborted();
    if (cancellation.signal.aborted) return CANCELLED;
    if (error instanceof RunFailed)
      return {
        reason: error.reason,
        message: masked(error.message, secrets),
        ...(error.output ? { output: masked(error.output, secrets) } : {}),
      };
    if (error instanceof ProblemError)
      return {
        reason: reasonOf(error),
        message: masked(error.message, secrets),
        ...saidOf(error, secrets),
      };
    // What is no proper request will be none later.
    if (error instanceof ApiError && (error.status === 400 || error.status === 422))
      return { reason: "Refused", message: masked(error.message, secrets) };
    // A fault that may pass is tried again, as long as there is time.
    if (limit?.aborted || left() <= 0) return late(error);
    throw error;
  } finally {
    cancellation.stop();
  }
}

/** Which sentence it is: of one about an input alone, what is said at that. */
function saidOf(error: ProblemError, secrets: readonly string[]): { said?: Reason } {
  const [field, ...more] = error.fields;
  const { reason, params = {} } = error.reason || !field || more.length > 0 ? error : field;
  if (!reason) return {};
  const hidden = ([name, value]: [string, string | number]) => [
    name,
    typeof value === "string" ? masked(value, secrets) : value,
  ];
  return { said: { reason, params: Object.fromEntries(Object.entries(params).map(hidden)) } };
}

async function finish(world: World, run: ActionRun, outcome: Outcome): Promise<void> {
  const { reason, message, output, installed, said: words } = outcome;
  const succeeded = reason === "Succeeded";
  const cancelled = reason === CANCELLED.reason;
  const now = new Date().toISOString();
  await world.live.end(`${run.metadata.namespace}/${run.metadata.name}`);
  const said = message || `The action ${run.spec.action} is done.`;
  const condition = {
    type: "Complete",
    status: succeeded ? ("True" as const) : ("False" as const),
    reason,
    message: said,
  };
  try {
    // The output has been written since the run was read.
    const status = run.status && { ...run.status, output: undefined };
    await writeStatus(world.cluster, status ? { ...run, status } : run, {
      phase: succeeded ? "Succeeded" : cancelled ? "Cancelled" : "Failed",
      finishedAt: now,
      // What was seen of it stays, where nothing more was.
      ...(output === undefined ? {} : { output }),
      ...(installed === undefined ? {} : { installed }),
      ...words,
      conditions: withConditions(run.status?.conditions, [condition], run.metadata.generation, now),
    });
  } catch (error) {
    // Deleted meanwhile.
    if (!isNotFound(error)) throw error;
    return;
  }
  world.recorder.record(run, succeeded || cancelled ? "Normal" : "Warning", reason, said);
}

async function expire(world: World, run: ActionRun): Promise<{ requeueAfterMs: number } | undefined> {
  const { name, namespace = "", uid } = run.metadata;
  const seconds = run.spec.ttlSecondsAfterFinished ?? KEPT_SECONDS;
  const since = Date.now() - Date.parse(run.status?.finishedAt ?? "");
  let left = seconds * 1000 - since;
  if (left <= 0) left = await leftByCluster(world, run, seconds);
  if (left > 0) {
    if (run.status?.phase !== "Succeeded" && since < SWEPT_MS) await stopJobs(world, run);
    return { requeueAfterMs: Math.min(left, since < LATE_MS ? LATE_MS : DAY_SECONDS * 1000) };
  }
  try {
    const reference = { apiVersion: API_VERSION, kind: "ActionRun", namespace, name };
    await world.cluster.delete(reference, uid ? { uid } : {});
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return undefined;
}

/** The record of a run is not lost because the clock of the manager's machine has jumped. */
async function leftByCluster(
  world: World,
  { metadata, status }: ActionRun,
  seconds: number,
): Promise<number> {
  const { namespace = "" } = metadata;
  const now = await clusterTime(world.cluster.as(installerUser(namespace)), namespace);
  // Its time is to the second.
  return Date.parse(status?.finishedAt ?? "") + seconds * 1000 - now - 1000;
}
