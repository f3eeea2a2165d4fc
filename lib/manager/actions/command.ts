import type { Cluster } from "../../cluster/index.ts";
import { timeoutOf } from "../../install/action.ts";
import { commandName, commandObjects } from "../../install/command/objects.ts";
import { commandOutcome, unproven } from "../../install/command/outcome.ts";
import { commandScript } from "../../install/command/script.ts";
import { podsOf } from "../../install/explain.ts";
import { mirrored } from "../../install/mirrors.ts";
import { referenceOf } from "../../install/references.ts";
import { refusalOf } from "../../install/refusal.ts";
import { appAccount } from "../../install/tenant.ts";
import type { Workspace } from "../../model/image.ts";
import type { KubernetesObject } from "../../model/kubernetes.ts";
import { type ActionRun, API_VERSION, FIELD_MANAGER } from "../../model/resources.ts";
import { installerUser } from "../subject.ts";
import type { World } from "../world.ts";
import { follow } from "./follow.ts";
import { type OwnImage, secretTexts } from "./own-image.ts";
import { RunFailed } from "./run-failed.ts";
import { withSteps } from "./steps.ts";
import type { ActionTask } from "./task.ts";

export interface CommandPlace {
  /** The action's own container image, else the cluster's runner. */
  own: OwnImage | undefined;
  runnerImage: string;
  /** Done before the Job is made, and again when that was interrupted. */
  before: () => Promise<unknown>;
  signal: AbortSignal;
}

/**
 * Runs an action's commands as a Job that belongs to the run, in the name of the workspace's application account. What they
 * make is the workspace's, not the installation's.
 * @returns what they printed; undefined while they are at it
 * @throws RunFailed with what they printed, or ProblemError
 */
export async function runCommand(
  world: World,
  run: ActionRun,
  task: ActionTask,
  { own, runnerImage, before, signal }: CommandPlace,
): Promise<string | undefined> {
  const { namespace, action, image, scope, seed } = task;
  const { name: owner, uid = "" } = run.metadata;
  const installer = world.cluster.as(installerUser(namespace));
  const name = commandName(owner, uid);
  const reference = { apiVersion: "batch/v1", kind: "Job", namespace, name };
  const job = await installer.find<KubernetesObject>(reference);
  const { workspace } = image.content;
  if (!own && !workspace) throw new RunFailed("Unsupported", `The action ${action.name} has nothing to run.`);
  const lines = action.cmd ?? [];
  const timeoutSeconds = timeoutOf(action);
  if (own) task.secrets.push(...(await secretTexts(installer, namespace, own)));
  const told = { timeoutSeconds, secrets: task.secrets };
  if (!job) {
    await before();
    const env = own?.env ?? workspace?.env ?? {};
    const script = await commandScript({ lines: withSteps(lines), workspace: { env }, scope, seed });
    const objects = await commandObjects({
      ...{ name, namespace, script, account: appAccount(namespace) },
      ...(own ? { secrets: own.secrets } : { workspace: workspace as Workspace }),
      runnerImage: mirrored(runnerImage, world.imageMirrors) ?? runnerImage,
      seconds: timeoutSeconds,
    });
    for (const object of objects) {
      signal.throwIfAborted();
      await make(installer, owned(object, owner, uid));
    }
    world.live.tell(run, told);
    return undefined;
  }
  const { items } = await installer.list<KubernetesObject>({
    ...{ apiVersion: "v1", kind: "Pod", namespace },
    labelSelector: `batch.kubernetes.io/job-name=${name}`,
  });
  const outcome = commandOutcome(job, items);
  if (outcome === "unproven") throw own ? nothingRan(name) : unproven(name);
  return follow(world, run, told, { job, outcome, pods: podsOf(job, items), steps: lines.length });
}

/** Said of a cluster whose nodes pretend: what the commands were to do is not done. */
function nothingRan(job: string): RunFailed {
  return new RunFailed(
    "Unsupported",
    `Nothing was run: the job ${job} says it is done, but its program never said so. The nodes of this cluster run no containers.`,
  );
}

/** Goes with its run, and is none of the objects that the installation is made of. */
function owned(object: KubernetesObject, name: string, uid: string): KubernetesObject {
  const ownerReferences = [{ apiVersion: API_VERSION, kind: "ActionRun", name, uid }];
  return { ...object, metadata: { ...object.metadata, ownerReferences } };
}

async function make(installer: Cluster, object: KubernetesObject): Promise<void> {
  try {
    await installer.apply(object, { fieldManager: FIELD_MANAGER });
  } catch (error) {
    throw refusalOf(error, referenceOf(object));
  }
}
