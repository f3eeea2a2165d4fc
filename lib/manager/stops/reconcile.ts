import { randomBytes } from "node:crypto";
import { isAlreadyExists, isConflict } from "../../cluster/index.ts";
import { groupKind, referenceOf } from "../../install/references.ts";
import type { GoingOn } from "../../model/budget.ts";
import { markText, type StopMark, stopMark } from "../../model/budget-stop.ts";
import { BUDGET_MANAGER } from "../../model/door.ts";
import type { InstanceKind } from "../../model/image.ts";
import type { KubernetesObject } from "../../model/kubernetes.ts";
import { type ActionRun, API_VERSION, annotation, label } from "../../model/resources.ts";
import { isFinished } from "../actions/queue.ts";
import { writeStatus } from "../status.ts";
import { installerUser } from "../subject.ts";
import type { World } from "../world.ts";
import { goingOn } from "./going-on.ts";
import { nextStep, type RunState, type Step } from "./step.ts";
import { allowedOn, contentOf } from "./ways.ts";

/** Providers' kinds are known a moment after a manager has begun. */
const KINDS_MS = 1_000;
/** More than the longest way of one instance: a change of somebody else's in between has it looked at again. */
const MOST_STEPS = 8;
/** So many are named in a Budget's status. */
const MOST_NAMED = 100;

/**
 * Stops a workspace's instances of providers while its budget is spent, and starts afterwards what it has stopped. All
 * that is known of it is in the cluster: a mark on each instance, and the runs of the providers' own actions.
 */
export async function reconcileStops(
  world: World,
  namespace: string,
): Promise<{ requeueAfterMs: number } | undefined> {
  const known = world.providers
    .list()
    .every(
      ({ status }) =>
        status?.phase !== "Ready" || status.instanceKinds?.every((kind) => world.kinds.has(groupKind(kind))),
    );
  if (!known) return { requeueAfterMs: KINDS_MS };
  await world.instances.settled();
  const over = world.isOverBudget(namespace);
  const named: GoingOn[] = [];
  for (const kind of world.kinds.values())
    for (const object of world.instances.list(kind, namespace)) {
      world.signal.throwIfAborted();
      if (object.metadata.deletionTimestamp || (!over && !stopMark(object))) continue;
      const on = kind.stop ? await carryOn(world, kind, object, over) : runs(kind) && goingOn(object);
      if (over && on) named.push(on);
    }
  const wanted = named.length > 0 ? named.slice(0, MOST_NAMED) : undefined;
  for (const budget of world.budgets.list(namespace))
    await writeStatus(world.cluster, budget, {
      goingOn: budget.status?.phase === "Stopped" ? wanted : undefined,
    });
  return undefined;
}

/** Whether instances of a kind have anything that runs: of a bucket only what is stored costs. */
const runs = ({ workloads, members }: InstanceKind) => workloads.kinds.length > 0 || members !== undefined;

/** Takes the steps that can be taken with an instance, and tells what goes on costing of it. */
async function carryOn(
  world: World,
  kind: InstanceKind,
  { apiVersion, kind: name, metadata }: KubernetesObject,
  over: boolean,
): Promise<GoingOn | undefined> {
  const { namespace = "" } = metadata;
  const content = await contentOf(world, kind);
  if (!content) return undefined;
  const installer = world.cluster.as(installerUser(namespace));
  for (let taken = 0; taken < MOST_STEPS; taken++) {
    const found = await installer.find<KubernetesObject>({
      ...{ apiVersion, kind: name, namespace },
      name: metadata.name,
    });
    if (!found || found.metadata.deletionTimestamp) return undefined;
    const live = { ...found, apiVersion, kind: name };
    const mark = stopMark(live);
    const allowed = await allowedOn(content, kind, live);
    const run = mark && (await runOf(world, live, mark));
    const token = randomBytes(4).toString("hex");
    const step = nextStep(mark, { over, allowed, run: stateOf(run) }, token);
    if (step.does === "nothing") return goingOn(live, { mark, allowed, run });
    world.signal.throwIfAborted();
    await take(world, kind, live, step);
  }
  return undefined;
}

async function take(
  world: World,
  kind: InstanceKind,
  live: KubernetesObject,
  step: Exclude<Step, { does: "nothing" }>,
): Promise<void> {
  const { namespace = "", name, resourceVersion } = live.metadata;
  try {
    if (step.does === "mark") {
      const value = step.mark ? markText(step.mark) : null;
      const metadata = { resourceVersion, annotations: { [annotation.budgetStop]: value } };
      await world.cluster
        .as(installerUser(namespace))
        .patch(
          { ...referenceOf(live), namespace },
          { metadata },
          { type: "merge", fieldManager: BUDGET_MANAGER },
        );
      return;
    }
    const { way, token } = step;
    await world.cluster.create<ActionRun>(
      {
        apiVersion: API_VERSION,
        kind: "ActionRun",
        metadata: {
          ...{ name: runName(name, way, token), namespace },
          labels: { [label.budget]: way },
        },
        spec: {
          instance: { apiVersion: live.apiVersion, kind: live.kind, name },
          action: kind[way] ?? way,
        },
      },
      { fieldManager: BUDGET_MANAGER },
    );
  } catch (error) {
    // Changed, or made, meanwhile: it is looked at again.
    if (!isConflict(error) && !isAlreadyExists(error)) throw error;
  }
}

const runName = (instance: string, way: "stop" | "start", token: string) =>
  `${instance.slice(0, 40)}-budget-${way}-${token}`;

/** The run that a mark asks for, as it is now. */
function runOf(world: World, { metadata }: KubernetesObject, { state, token }: StopMark) {
  const { namespace = "", name } = metadata;
  const way = state === "starting" ? "start" : "stop";
  return world.cluster.find<ActionRun>({
    ...{ apiVersion: API_VERSION, kind: "ActionRun", namespace },
    name: runName(name, way, token),
  });
}

function stateOf(run: ActionRun | undefined): RunState {
  if (!run) return undefined;
  if (!isFinished(run)) return "open";
  return run.status?.phase === "Succeeded" ? "succeeded" : "failed";
}
