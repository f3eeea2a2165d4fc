import type { Cluster } from "../../cluster/index.ts";
import { DEFAULT_TIMEOUT_SECONDS } from "../../install/action.ts";
import { commandName, commandObjects } from "../../install/command/objects.ts";
import { commandOutcome, unproven } from "../../install/command/outcome.ts";
import { commandScript } from "../../install/command/script.ts";
import { explain, podsOf } from "../../install/explain.ts";
import { mirrored } from "../../install/mirrors.ts";
import { referenceOf } from "../../install/references.ts";
import { refusalOf } from "../../install/refusal.ts";
import { appAccount } from "../../install/tenant.ts";
import type { KubernetesObject } from "../../model/kubernetes.ts";
import { type ActionRun, API_VERSION, FIELD_MANAGER } from "../../model/resources.ts";
import { installerUser } from "../subject.ts";
import type { World } from "../world.ts";
import { lastPart } from "./masked.ts";
import { RunFailed } from "./run-failed.ts";
import type { ActionTask } from "./task.ts";

/** Of the log; more would not fit the output whatever is in it. */
const LOG_LINES = 5000;
const LOG_MS = 10_000;

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
  runnerImage: string,
): Promise<string | undefined> {
  const { namespace, action, image, scope, seed } = task;
  const { name: owner, uid = "" } = run.metadata;
  const installer = world.cluster.as(installerUser(namespace));
  const name = commandName(owner, uid);
  const reference = { apiVersion: "batch/v1", kind: "Job", namespace, name };
  const job = await installer.find<KubernetesObject>(reference);
  const { workspace } = image.content;
  if (!workspace) throw new RunFailed("Unsupported", `The action ${action.name} has nothing to run.`);
  if (!job) {
    const script = await commandScript({ lines: action.cmd ?? [], workspace, scope, seed });
    const objects = await commandObjects({
      ...{ name, namespace, workspace, script, account: appAccount(namespace) },
      runnerImage: mirrored(runnerImage, world.imageMirrors) ?? runnerImage,
      seconds: action.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
    });
    for (const object of objects) await make(installer, owned(object, owner, uid));
    return undefined;
  }
  const { items: pods } = await installer.list<KubernetesObject>({
    ...{ apiVersion: "v1", kind: "Pod", namespace },
    labelSelector: `batch.kubernetes.io/job-name=${name}`,
  });
  const outcome = commandOutcome(job, pods);
  if (outcome === "running") return undefined;
  if (outcome === "unproven") throw unproven(name);
  const [pod] = podsOf(job, pods);
  const log = pod ? await logOf(world, installer, pod) : "";
  if (outcome === "done") return log;
  const why = await explain(job, { pods, events: [], log: async () => log });
  throw new RunFailed("CommandFailed", why?.message ?? "The command failed.", log);
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

/** The end of what the container printed. A log that cannot be read is none. */
async function logOf(world: World, installer: Cluster, { metadata }: KubernetesObject): Promise<string> {
  const signal = AbortSignal.any([AbortSignal.timeout(LOG_MS), world.signal]);
  const options = { container: "command", tailLines: LOG_LINES };
  let log = "";
  try {
    const pod = { namespace: metadata.namespace ?? "", name: metadata.name };
    for await (const line of installer.logs(pod, options, signal)) log = lastPart(`${log}${line}\n`, 4);
  } catch (error) {
    world.log.warn({ err: error, pod: metadata.name }, "the log of a command could not be read");
  }
  return log;
}
