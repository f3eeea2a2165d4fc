import { isNotFound } from "../../cluster/index.ts";
import { DEFAULT_TIMEOUT_SECONDS } from "../../install/action.ts";
import { ProblemError } from "../../model/problem.ts";
import { type ActionRun, API_VERSION } from "../../model/resources.ts";
import { reasonOf, withConditions, writeStatus } from "../status.ts";
import type { World } from "../world.ts";
import { CANCELLED, cancellationOf, stopJobs } from "./cancel.ts";
import { carryOut } from "./carry-out.ts";
import { masked } from "./masked.ts";
import { isFinished, nextOf, targetOf } from "./queue.ts";
import { RunFailed } from "./run-failed.ts";
import { taskOf } from "./task.ts";

const DAY_SECONDS = 86_400;
/** How long a finished run is kept when it does not say. */
const KEPT_SECONDS = 7 * DAY_SECONDS;
/** Between two looks at a command in a container. */
const LOOK_AGAIN_MS = 1000;

type Outcome = { reason: string; message: string; output?: string };

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
  if (!run || run.metadata.deletionTimestamp) return undefined;
  if (isFinished(run)) return expire(world, run);
  if (run.spec.cancelled) {
    await stopJobs(world, run);
    await finish(world, run, CANCELLED);
    return undefined;
  }
  const { items } = await world.cluster.list<ActionRun>({
    apiVersion: API_VERSION,
    kind: "ActionRun",
    namespace,
  });
  const turn = nextOf(items.filter((each) => targetOf(each) === targetOf(run)));
  // Whoever is before it brings it back when it has finished.
  if (turn?.metadata.uid !== run.metadata.uid) return undefined;
  const startedAt = run.status?.startedAt ?? new Date().toISOString();
  if (run.status?.phase !== "Running") {
    await writeStatus(world.cluster, run, { phase: "Running", startedAt });
    run.status = { ...run.status, phase: "Running", startedAt };
  }
  const outcome = await outcomeOf(world, run, startedAt);
  if (!outcome) return { requeueAfterMs: LOOK_AGAIN_MS };
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
  const late = () => ({ reason: "TimedOut", message: `It took longer than ${seconds} seconds.` });
  try {
    const task = await taskOf(world, run);
    secrets = task.secrets;
    seconds = task.action.timeoutSeconds ?? seconds;
    if (left() <= 0) return late();
    limit = AbortSignal.timeout(left());
    const signal = AbortSignal.any([limit, cancellation.signal, world.signal]);
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    const output = await Promise.race([carryOut(world, run, task, signal), aborted]);
    if (output === undefined) return undefined;
    return { reason: "Succeeded", message: "", output: masked(output, secrets) };
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
      return { reason: reasonOf(error), message: masked(error.message, secrets) };
    // A fault that may pass is tried again, as long as there is time.
    if (limit?.aborted || left() <= 0) return late();
    throw error;
  } finally {
    cancellation.stop();
  }
}

async function finish(world: World, run: ActionRun, { reason, message, output }: Outcome): Promise<void> {
  const succeeded = reason === "Succeeded";
  const cancelled = reason === CANCELLED.reason;
  const now = new Date().toISOString();
  const said = message || `The action ${run.spec.action} is done.`;
  const condition = {
    type: "Complete",
    status: succeeded ? ("True" as const) : ("False" as const),
    reason,
    message: said,
  };
  try {
    await writeStatus(world.cluster, run, {
      phase: succeeded ? "Succeeded" : cancelled ? "Cancelled" : "Failed",
      finishedAt: now,
      output,
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
  const left = Date.parse(run.status?.finishedAt ?? "") + seconds * 1000 - Date.now();
  if (left > 0) return { requeueAfterMs: Math.min(left, DAY_SECONDS * 1000) };
  try {
    const reference = { apiVersion: API_VERSION, kind: "ActionRun", namespace, name };
    await world.cluster.delete(reference, uid ? { uid } : {});
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return undefined;
}
