import { readCommands } from "../../images/index.ts";
import { timeoutOf } from "../../install/action.ts";
import { needsContainer } from "../../install/command/refusal.ts";
import type { ActionRun } from "../../model/resources.ts";
import type { World } from "../world.ts";
import { runCommand } from "./command.ts";
import { createObjects } from "./create.ts";
import { createAndFollow } from "./created-job.ts";
import { applyOrDelete } from "./manifests.ts";
import { ownImageOf } from "./own-image.ts";
import { patchTargets } from "./patch.ts";
import { RunFailed } from "./run-failed.ts";
import type { ActionTask } from "./task.ts";

/**
 * Does what the action says and tells what it did; undefined while a container is still at it.
 * @throws RunFailed or ProblemError for what people have to change; other faults may pass
 */
export async function carryOut(
  world: World,
  run: ActionRun,
  task: ActionTask,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { name, patch, create, apply, delete: remove, cmd = [] } = task.action;
  const own = await ownImageOf(task);
  if (own) {
    const before = async () => create && createObjects(world, task, create, signal);
    const said = await runCommand(world, run, task, { own, runnerImage: own.image, before, signal });
    if (said === undefined || !patch) return said;
    // What the commands have done is recorded only once it is done.
    return said + (await patchTargets(world, task, patch, signal));
  }
  if (create?.some((each) => each.follow)) {
    const said = await createAndFollow(world, run, task, { create, signal });
    if (said === undefined || !patch) return said;
    return said + (await patchTargets(world, task, patch, signal));
  }
  if (patch || create) {
    const made = create ? [await createObjects(world, task, create, signal)] : [];
    return [...made, ...(patch ? [await patchTargets(world, task, patch, signal)] : [])].join("\n");
  }
  if (apply) return applyOrDelete(world, task, "apply", apply, signal);
  if (remove) return applyOrDelete(world, task, "delete", remove, signal);
  // All are read before the first is carried out.
  const read = cmd.map(readCommands);
  const strange = read.findIndex(({ foreign }) => foreign);
  const foreign = read[strange]?.foreign;
  if (foreign && world.runnerImage) {
    const place = { own, runnerImage: world.runnerImage, before: async () => undefined, signal };
    return runCommand(world, run, task, place);
  }
  if (foreign) {
    const place = { ...foreign, file: `the cmd of the action ${name}`, line: strange + 1 };
    throw new RunFailed("Unsupported", needsContainer(place).message);
  }
  const output: string[] = [];
  const steps = read.flatMap((each) => each.steps);
  for (const [index, { verb, paths }] of steps.entries()) {
    if (steps.length > 1)
      world.live.tell(run, {
        output: output.join("\n"),
        progress: { step: index + 1, steps: steps.length },
        ...{ timeoutSeconds: timeoutOf(task.action), secrets: task.secrets },
      });
    output.push(await applyOrDelete(world, task, verb === "delete" ? "delete" : "apply", paths, signal));
  }
  return output.join("\n");
}
