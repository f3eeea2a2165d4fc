import { readCommands } from "../../images/index.ts";
import { timeoutOf } from "../../install/action.ts";
import { needsContainer } from "../../install/command/refusal.ts";
import type { ActionRun } from "../../model/resources.ts";
import type { World } from "../world.ts";
import { runCommand } from "./command.ts";
import { createObjects, type Done } from "./create.ts";
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
): Promise<Done | undefined> {
  const { name, patch, create, apply, delete: remove, cmd = [] } = task.action;
  const own = await ownImageOf(task);
  if (own) {
    const before = async () => (create && (await createObjects(world, task, create, signal)))?.output;
    const said = await runCommand(world, run, task, { own, runnerImage: own.image, before, signal });
    if (said === undefined || !patch) return saying(said);
    // What the commands have done is recorded only once it is done.
    return { output: said + (await patchTargets(world, task, patch, signal)) };
  }
  if (create?.some((each) => each.follow)) {
    const said = await createAndFollow(world, run, task, { create, signal });
    if (said === undefined || !patch) return saying(said);
    return { output: said + (await patchTargets(world, task, patch, signal)) };
  }
  if (patch || create) {
    const made = create && (await createObjects(world, task, create, signal));
    const patched = patch ? [await patchTargets(world, task, patch, signal)] : [];
    return { ...made, output: [...(made ? [made.output] : []), ...patched].join("\n") };
  }
  if (apply) return saying(await applyOrDelete(world, task, "apply", apply, signal));
  if (remove) return saying(await applyOrDelete(world, task, "delete", remove, signal));
  // All are read before the first is carried out.
  const read = cmd.map(readCommands);
  const strange = read.findIndex(({ foreign }) => foreign);
  const foreign = read[strange]?.foreign;
  if (foreign && world.runnerImage) {
    const place = { own, runnerImage: world.runnerImage, before: async () => undefined, signal };
    return saying(await runCommand(world, run, task, place));
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
  return { output: output.join("\n") };
}

const saying = (output: string | undefined): Done | undefined =>
  output === undefined ? undefined : { output };
