import { type ApiObject, isAlreadyExists, refOf } from "../../lib/cluster/index.ts";
import { conditionOf, timestamp, withCondition } from "../workloads/conditions.ts";
import type { Condition } from "../workloads/types.ts";
import { at, remove, text } from "./children.ts";
import { CORE, IS_CONTROL_PLANE, machineOf, NAME } from "./cluster-api-objects.ts";
import { type Instance, type OperatorContext, report, setFinalizers } from "./context.ts";

/** How long a machine in memory stays in each phase, as the class sets it for the real one. */
const STAYS_MS: Record<string, number> = {
  Pending: 500,
  Provisioning: 10_000,
  Provisioned: 6_000,
  Deleting: 2_000,
};
const NEXT: Record<string, string> = {
  Pending: "Provisioning",
  Provisioning: "Provisioned",
  Provisioned: "Running",
};

export const phaseOf = (machine: Instance) => text(machine.status?.phase, "Pending");
export const isUp = (machine: Instance) => phaseOf(machine) === "Running" && !isLeaving(machine);
export const isLeaving = (machine: Instance) => machine.metadata.deletionTimestamp !== undefined;
export const versionOf = (machine: Instance) => text(machine.spec?.version);

/** All machines of a cluster, the oldest first. */
export async function machinesOf(context: OperatorContext, cluster: Instance): Promise<Instance[]> {
  const { name, namespace } = cluster.metadata;
  const type = { apiVersion: CORE, kind: "Machine", namespace };
  const { items } = await context.cluster.list<Instance>({ ...type, labelSelector: `${NAME}=${name}` });
  const age = ({ metadata }: Instance) => `${metadata.creationTimestamp}${metadata.name}`;
  return items.sort((a, b) => age(a).localeCompare(age(b)));
}

/**
 * Brings a machine a phase further when its time has come. One that joins waits until there is a control plane to join.
 * `since` knows since when each is in its phase, by uid.
 */
export async function advance(
  context: OperatorContext,
  machine: Instance,
  initialized: boolean,
  since: Map<string, { phase: string; at: number }>,
): Promise<void> {
  const { uid = "", finalizers = [] } = machine.metadata;
  const phase = isLeaving(machine) ? "Deleting" : phaseOf(machine);
  if (text(machine.status?.phase) !== phase) await reportPhase(context, machine, phase);
  const known = since.get(uid);
  if (known?.phase !== phase) {
    since.set(uid, { phase, at: performance.now() });
    return;
  }
  const first = machine.metadata.labels?.[IS_CONTROL_PLANE] !== undefined;
  if (phase === "Pending" && !initialized && !first) return;
  if (performance.now() - known.at < context.pace(STAYS_MS[phase] ?? 0)) return;
  if (phase === "Deleting") {
    since.delete(uid);
    if (finalizers.length > 0) await setFinalizers(context, machine, []);
    return;
  }
  const next = NEXT[phase];
  if (!next) return;
  await reportPhase(context, machine, next);
  since.set(uid, { phase: next, at: performance.now() });
}

async function reportPhase(context: OperatorContext, machine: Instance, phase: string): Promise<void> {
  const { name, generation } = machine.metadata;
  const provisioned = phase === "Provisioned" || phase === "Running";
  const up = phase === "Running";
  if (provisioned && !machine.spec?.providerID) {
    const spec = { providerID: `in-memory://${name}` };
    await context.cluster.patch(refOf(machine), { spec }, { type: "merge" });
  }
  let conditions = machine.status?.conditions as Condition[] | undefined;
  const set = (type: string, holds: boolean, yes: string, no: string) => {
    conditions = withCondition(conditions, {
      ...{ type, status: holds ? "True" : "False", reason: holds ? yes : no, message: "" },
      ...(generation !== undefined && { observedGeneration: generation }),
    });
  };
  set("Available", up, "Available", "NotAvailable");
  set("Ready", up, "Ready", "NotReady");
  set("UpToDate", true, "UpToDate", "NotUpToDate");
  set("BootstrapConfigReady", phase !== "Pending", "Ready", "NotReady");
  set("InfrastructureReady", provisioned, "Ready", "NotReady");
  set("NodeHealthy", up, "NodeHealthy", "NodeNotHealthy");
  set("NodeReady", up, "NodeReady", "NodeNotReady");
  set("Updating", false, "Updating", "NotUpdating");
  set("Paused", false, "Paused", "NotPaused");
  set("Deleting", phase === "Deleting", "Deleting", "NotDeleting");
  await report(context, machine, {
    ...{ phase, conditions, observedGeneration: generation },
    lastUpdated: text(machine.status?.phase) === phase ? machine.status?.lastUpdated : timestamp(),
    initialization: {
      bootstrapDataSecretCreated: phase !== "Pending",
      infrastructureProvisioned: provisioned,
    },
    ...(up && { nodeRef: { name } }),
  });
}

/**
 * Brings a group of machines towards its size and version: at most one more than wanted at a time, and an old one goes only
 * once a new one is up. Tells whether the group is as wanted.
 */
export async function roll(
  context: OperatorContext,
  machines: Instance[],
  wanted: { replicas: number; version: string; oneByOne: boolean },
  create: () => Promise<void>,
): Promise<boolean> {
  const staying = machines.filter((machine) => !isLeaving(machine));
  const settled = staying.length === machines.length && staying.every(isUp);
  const old = staying.filter((machine) => versionOf(machine) !== wanted.version);
  if (wanted.oneByOne && !settled && staying.length > 0) return false;
  if (old.length > 0) {
    const fresh = staying.filter((machine) => !old.includes(machine));
    if (staying.length <= wanted.replicas && fresh.every(isUp)) await create();
    else if (fresh.length > 0 && fresh.every(isUp)) await remove(context, ...old.slice(0, 1).map(refOf));
    else if (wanted.replicas === 0) await remove(context, ...old.map(refOf));
    return false;
  }
  const missing = wanted.replicas - staying.length;
  if (missing > 0) {
    for (let number = 0; number < (wanted.oneByOne ? 1 : missing); number++) await create();
    return false;
  }
  if (missing < 0) {
    const leaving = staying.slice(wanted.oneByOne ? -1 : missing);
    await remove(context, ...leaving.map(refOf));
    return false;
  }
  return settled;
}

/** Makes a machine of the owner. */
export async function createMachine(
  context: OperatorContext,
  cluster: Instance,
  owner: Instance,
  version: string,
): Promise<void> {
  const number = `${owner.metadata.generation}/${performance.now()}`;
  try {
    await context.cluster.create<ApiObject>(machineOf(cluster, owner, version, number));
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}

/** How many of a group there are, as every kind of Cluster API counts them. */
export function counted(machines: Instance[], version: string) {
  const up = machines.filter(isUp).length;
  return {
    replicas: machines.length,
    readyReplicas: up,
    availableReplicas: up,
    upToDateReplicas: machines.filter((machine) => versionOf(machine) === version).length,
  };
}

/** Whether a condition of an object holds. */
export const holds = (object: Instance, type: string) =>
  conditionOf(at(object.status, "conditions") as Condition[] | undefined, type)?.status === "True";
