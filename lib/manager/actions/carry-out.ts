import type { World } from "../world.ts";
import { createObjects } from "./create.ts";
import { applyOrDelete } from "./manifests.ts";
import { patchTargets } from "./patch.ts";
import { RunFailed } from "./run-failed.ts";
import type { ActionTask } from "./task.ts";

const ON_FILES = /^\s*kubectl\s+(apply|delete)\s+((?:-f\s*\S+\s*)+)$/;

/**
 * Does what the action says and tells what it did.
 * @throws RunFailed or ProblemError for what people have to change; other faults may pass
 */
export async function carryOut(world: World, task: ActionTask, signal: AbortSignal): Promise<string> {
  const { patch, create, apply, delete: remove, cmd } = task.action;
  if (patch || create) {
    const made = create ? [await createObjects(world, task, create, signal)] : [];
    return [...made, ...(patch ? [await patchTargets(world, task, patch, signal)] : [])].join("\n");
  }
  if (apply) return applyOrDelete(world, task, "apply", apply, signal);
  if (remove) return applyOrDelete(world, task, "delete", remove, signal);
  const steps = (cmd ?? []).map(stepOf);
  const output: string[] = [];
  for (const { way, paths } of steps) output.push(await applyOrDelete(world, task, way, paths, signal));
  return output.join("\n");
}

/** A command that can be carried out without a container. All are read before the first is carried out. */
function stepOf(line: string): { way: "apply" | "delete"; paths: string[] } {
  const [, way, files = ""] = ON_FILES.exec(line) ?? [];
  if (way !== "apply" && way !== "delete")
    throw new RunFailed(
      "Unsupported",
      `Of commands, only kubectl apply -f and kubectl delete -f are carried out, not: ${line.slice(0, 200)}`,
    );
  return { way, paths: [...files.matchAll(/-f\s*(\S+)/g)].map((match) => match[1] ?? "") };
}
