import { withCondition } from "../workloads/conditions.ts";
import type { Condition } from "../workloads/types.ts";
import { counted, isLeaving, isUp } from "./cluster-api-machines.ts";
import { isConnected, type Topology } from "./cluster-api-objects.ts";
import { type Instance, type OperatorContext, report } from "./context.ts";

interface Group {
  machines: Instance[];
  /** As many as wanted, all of the wanted version and up. */
  settled: boolean;
}

/** A cluster's machines by what they belong to. */
export interface Groups {
  controlPlane: Group;
  pools: (Group & { name: string; replicas: number; version: string })[];
}

/** Writes what a cluster's machines have come to into its status; `undefined` where its class is not there. */
export async function reportCluster(
  context: OperatorContext,
  cluster: Instance,
  topology: Topology,
  groups: Groups | undefined,
): Promise<void> {
  const { generation } = cluster.metadata;
  let conditions = cluster.status?.conditions as Condition[] | undefined;
  const set = (type: string, status: boolean, yes: string, no: string, message = "") => {
    conditions = withCondition(conditions, {
      ...{ type, status: status ? "True" : "False", reason: status ? yes : no, message },
      ...(generation !== undefined && { observedGeneration: generation }),
    });
  };
  if (!groups) {
    const message = "ClusterClass not found";
    set("TopologyReconciled", false, "", "ClusterClassNotReconciled", message);
    await report(context, cluster, { conditions });
    return;
  }
  const { controlPlane, pools } = groups;
  const workers = pools.flatMap(({ machines }) => machines);
  const wanted = pools.reduce((sum, { replicas }) => sum + replicas, 0);
  const masters = counted(controlPlane.machines, topology.version);
  const others = counted(workers, topology.version);
  const initialized =
    (cluster.status?.initialization as { controlPlaneInitialized?: boolean })?.controlPlaneInitialized ||
    controlPlane.machines.some(isUp);
  const controlPlaneUp = initialized && masters.availableReplicas > topology.replicas / 2;
  const workersUp = pools.every(({ machines, replicas }) => machines.filter(isUp).length >= replicas);
  const rolling = masters.upToDateReplicas < masters.replicas || others.upToDateReplicas < others.replicas;
  const behind = pools.some(({ version }) => version !== topology.version);
  set("Available", controlPlaneUp && workersUp, "Available", "NotAvailable");
  set("TopologyReconciled", !rolling && !behind, "ReconcileSucceeded", "ClusterUpgrading");
  set("InfrastructureReady", isConnected(cluster), "Ready", "NotReady");
  set("ControlPlaneInitialized", initialized, "Initialized", "NotInitialized");
  set("ControlPlaneAvailable", controlPlaneUp, "Available", "NotAvailable");
  set("WorkersAvailable", workersUp, pools.length > 0 ? "Available" : "NoWorkers", "NotAvailable");
  set("RollingOut", rolling, "RollingOut", "NotRollingOut");
  const staying = (machines: Instance[]) => machines.filter((machine) => !isLeaving(machine)).length;
  const missing =
    staying(controlPlane.machines) < topology.replicas ||
    pools.some(({ machines, replicas }) => staying(machines) < replicas);
  set("ScalingUp", missing, "ScalingUp", "NotScalingUp");
  const spare =
    controlPlane.machines.length > topology.replicas ||
    pools.some(({ machines, replicas }) => machines.length > replicas);
  set("ScalingDown", spare, "ScalingDown", "NotScalingDown");
  const ready = (group: Instance[]) => group.every((machine) => isUp(machine) || isLeaving(machine));
  set("ControlPlaneMachinesReady", ready(controlPlane.machines), "Ready", "NotReady");
  set(
    "ControlPlaneMachinesUpToDate",
    masters.upToDateReplicas === masters.replicas,
    "UpToDate",
    "NotUpToDate",
  );
  set("WorkerMachinesReady", ready(workers), workers.length > 0 ? "Ready" : "NoReplicas", "NotReady");
  set(
    "WorkerMachinesUpToDate",
    others.upToDateReplicas === others.replicas,
    workers.length > 0 ? "UpToDate" : "NoReplicas",
    "NotUpToDate",
  );
  set("RemoteConnectionProbe", initialized, "ProbeSucceeded", "ProbeFailed");
  set("Remediating", false, "Remediating", "NotRemediating");
  set("Paused", false, "Paused", "NotPaused");
  set("Deleting", false, "Deleting", "NotDeleting");
  await report(context, cluster, {
    ...(isConnected(cluster) && { phase: "Provisioned" }),
    conditions,
    observedGeneration: generation,
    initialization: { infrastructureProvisioned: isConnected(cluster), controlPlaneInitialized: initialized },
    controlPlane: { desiredReplicas: topology.replicas, ...masters },
    workers: { desiredReplicas: wanted, ...others },
  });
}
