import { timeoutOf } from "../../install/action.ts";
import { commandOutcome } from "../../install/command/outcome.ts";
import { podsOf } from "../../install/explain.ts";
import type { ActionObject } from "../../model/image.ts";
import type { KubernetesObject } from "../../model/kubernetes.ts";
import { type ActionRun, label } from "../../model/resources.ts";
import { installerUser } from "../subject.ts";
import type { World } from "../world.ts";
import { createObjects } from "./create.ts";
import { follow } from "./follow.ts";
import type { ActionTask } from "./task.ts";

/**
 * Makes an action's objects, and follows the one Job among them that it declares as followed to its end.
 * @returns what the Job printed; undefined while it is at it
 * @throws RunFailed with what it printed, or ProblemError
 */
export async function createAndFollow(
  world: World,
  run: ActionRun,
  task: ActionTask,
  { create, signal }: { create: readonly ActionObject[]; signal: AbortSignal },
): Promise<string | undefined> {
  const { namespace, action, secrets } = task;
  const installer = world.cluster.as(installerUser(namespace));
  const told = { timeoutSeconds: timeoutOf(action), secrets };
  const type = { apiVersion: "batch/v1", kind: "Job" };
  const { items } = await installer.list<KubernetesObject>({
    ...{ ...type, namespace },
    labelSelector: `${label.run}=${task.run}`,
  });
  const [found] = items;
  if (!found) {
    const { output } = await createObjects(world, task, create, signal);
    world.live.tell(run, { ...told, output: `${output}\n` });
    return undefined;
  }
  const job = { ...found, ...type };
  const pods = await installer.list<KubernetesObject>({
    ...{ apiVersion: "v1", kind: "Pod", namespace },
    labelSelector: `batch.kubernetes.io/job-name=${job.metadata.name}`,
  });
  const outcome = commandOutcome(job, pods.items);
  return follow(world, run, told, {
    ...{ job, pods: podsOf(job, pods.items), steps: 0 },
    // Somebody else's program leaves no mark by which it could be known to have run.
    outcome: outcome === "unproven" ? "done" : outcome,
  });
}
