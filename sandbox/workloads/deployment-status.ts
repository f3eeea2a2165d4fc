import { conditionOf, timestamp, withCondition } from "./conditions.ts";
import { count } from "./replica-set.ts";
import type { Condition, Deployment, ReplicaSet } from "./types.ts";
import type { World } from "./world.ts";

/** Sums a number over ReplicaSets; absent ones count as 0. */
export const total = (sets: ReplicaSet[], read: (set: ReplicaSet) => number | undefined) =>
  sets.reduce((sum, set) => sum + (read(set) ?? 0), 0);
/** Absolute counts from numbers or percentages: surge rounds up, unavailability down; both 0 would never move. */
export function rollingLimits(deployment: Deployment): { surge: number; unavailable: number } {
  const replicas = deployment.spec.replicas ?? 1;
  const { maxSurge = "25%", maxUnavailable = "25%" } = deployment.spec.strategy?.rollingUpdate ?? {};
  const resolve = (value: number | string, round: (n: number) => number) =>
    typeof value === "number" ? value : round((Number.parseFloat(value) * replicas) / 100);
  const surge = resolve(maxSurge, Math.ceil);
  const unavailable = Math.min(replicas, resolve(maxUnavailable, Math.floor));
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

/** True when all wanted pods are of the current ReplicaSet and available, and no other is left. */
export function isComplete(deployment: Deployment, current: ReplicaSet, old: ReplicaSet[]): boolean {
  const replicas = deployment.spec.replicas ?? 1;
  return (
    (current.status?.replicas ?? 0) === replicas &&
    (current.status?.availableReplicas ?? 0) === replicas &&
    total(old, (set) => set.status?.replicas) === 0
  );
}

/** Writes counts and conditions. Asks to come back when the progress deadline may have passed. */
export async function writeDeploymentStatus(
  world: World,
  deployment: Deployment,
  current: ReplicaSet | undefined,
  sets: ReplicaSet[],
): Promise<{ requeueAfterMs: number } | undefined> {
  const replicas = deployment.spec.replicas ?? 1;
  const available = total(sets, (set) => set.status?.availableReplicas);
  const updated = current?.status?.replicas ?? 0;
  const numbers = {
    ...count(
      "replicas",
      total(sets, (set) => set.status?.replicas),
    ),
    ...count("updatedReplicas", updated),
    ...count(
      "readyReplicas",
      total(sets, (set) => set.status?.readyReplicas),
    ),
    ...count("availableReplicas", available),
    ...count(
      "unavailableReplicas",
      Math.max(0, total(sets, (set) => set.status?.replicas) - available, replicas - available),
    ),
  };
  const enough = available >= replicas - rollingLimits(deployment).unavailable;
  let conditions: Condition[] | undefined = withCondition(
    deployment.status?.conditions,
    enough
      ? {
          type: "Available",
          status: "True",
          reason: "MinimumReplicasAvailable",
          message: "Deployment has minimum availability.",
        }
      : {
          type: "Available",
          status: "False",
          reason: "MinimumReplicasUnavailable",
          message: "Deployment does not have minimum availability.",
        },
  );
  const refused = sets.map((set) => conditionOf(set.status?.conditions, "ReplicaFailure")).find(Boolean);
  if (refused) conditions = withCondition(conditions, { ...refused });
  else conditions = conditions.filter(({ type }) => type !== "ReplicaFailure");
  const progress = progressOf(world, deployment, current, sets, numbers);
  if (progress.condition) {
    const known = conditionOf(conditions, "Progressing");
    conditions = withCondition(conditions, progress.condition).map((each) =>
      each.type === "Progressing" && (progress.moved || !known)
        ? { ...each, lastUpdateTime: timestamp() }
        : each,
    );
  }
  conditions = conditions.map((each) => ({ lastUpdateTime: each.lastTransitionTime, ...each }));
  await world.writeStatus(deployment, {
    observedGeneration: deployment.metadata.generation,
    ...numbers,
    conditions,
    ...(deployment.status?.collisionCount === undefined
      ? {}
      : { collisionCount: deployment.status.collisionCount }),
  });
  return progress.requeueAfterMs === undefined ? undefined : { requeueAfterMs: progress.requeueAfterMs };
}

function progressOf(
  world: World,
  deployment: Deployment,
  current: ReplicaSet | undefined,
  sets: ReplicaSet[],
  numbers: Record<string, number>,
): { condition?: Omit<Condition, "lastTransitionTime">; moved?: boolean; requeueAfterMs?: number } {
  const known = conditionOf(deployment.status?.conditions, "Progressing");
  const name = current ? `ReplicaSet "${current.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
  if (deployment.spec.paused) {
    return {
      condition: {
        type: "Progressing",
        status: "Unknown",
        reason: "DeploymentPaused",
        message: "Deployment is paused",
      },
      moved: known?.reason !== "DeploymentPaused",
    };
  }
  const old = sets.filter((set) => set !== current);
  if (current && isComplete(deployment, current, old)) {
    return {
      condition: {
        type: "Progressing",
        status: "True",
        reason: "NewReplicaSetAvailable",
        message: `${name} has successfully progressed.`,
      },
      moved: known?.reason !== "NewReplicaSetAvailable",
    };
  }
  const status = deployment.status ?? {};
  const fields = ["updatedReplicas", "readyReplicas", "availableReplicas", "replicas"];
  const changed =
    fields.some((field) => (status[field] ?? 0) !== (numbers[field] ?? 0)) ||
    status.observedGeneration !== deployment.metadata.generation;
  const deadlineMs = world.pace((deployment.spec.progressDeadlineSeconds ?? 600) * 1000);
  if (changed || !known || known.reason === "NewReplicaSetAvailable" || known.reason === "DeploymentPaused") {
    return {
      condition: {
        type: "Progressing",
        status: "True",
        reason: "ReplicaSetUpdated",
        message: `${name} is progressing.`,
      },
      moved: true,
      requeueAfterMs: deadlineMs + 1_000,
    };
  }
  const since = Date.parse(known.lastUpdateTime ?? known.lastTransitionTime ?? "");
  const left = since + deadlineMs - Date.now();
  if (left > 0) return { requeueAfterMs: left + 1_000 };
  return {
    condition: {
      type: "Progressing",
      status: "False",
      reason: "ProgressDeadlineExceeded",
      message: `${name} has timed out progressing.`,
    },
    moved: known.reason !== "ProgressDeadlineExceeded",
  };
}
