import { ApiError } from "../../lib/cluster/index.ts";
import { withCondition } from "./conditions.ts";
import { controllerOf } from "./owners.ts";
import { createPod, deletePod, isTermination } from "./pod-control.ts";
import { availableInMs, isActive, isReady } from "./pods.ts";
import { matchesLabels } from "./selectors.ts";
import type { Pod, ReplicaSet } from "./types.ts";
import { type Controller, keyOf, type World } from "./world.ts";

/** Keeps the wanted number of pods for each ReplicaSet. */
export function replicaSets(world: World): Controller {
  return world.controller(
    world.replicaSets,
    (set) => reconcile(world, set),
    (add) =>
      world.pods.subscribe(({ object }) => {
        const owner = controllerOf(object);
        if (owner?.kind === "ReplicaSet") add(`${object.metadata.namespace}/${owner.name}`);
      }),
  );
}

async function reconcile(world: World, set: ReplicaSet): Promise<{ requeueAfterMs: number } | undefined> {
  const wanted = set.spec.replicas ?? 1;
  let pods = world.podsOf(set).filter(isActive);
  let failure: ApiError | undefined;
  if (!set.metadata.deletionTimestamp && pods.length !== wanted) {
    // The local copy may lag behind what this very controller did: ask before acting.
    pods = (await world.livePodsOf(set, set.spec.selector.matchLabels)).filter(isActive);
    failure = await scale(world, set, pods, wanted);
  }
  const minReady = set.spec.minReadySeconds ?? 0;
  const waits = pods.map((pod) => availableInMs(pod, minReady)).filter((ms) => ms !== undefined);
  const pending = waits.filter((ms) => ms > 0);
  const others = (set.status?.conditions ?? []).filter(({ type }) => type !== "ReplicaFailure");
  const conditions = failure
    ? withCondition(set.status?.conditions, {
        type: "ReplicaFailure",
        status: "True",
        reason: "FailedCreate",
        message: failure.message,
      })
    : others;
  const labels = set.spec.template.metadata?.labels ?? {};
  await world.writeStatus(set, {
    replicas: pods.length,
    ...count("fullyLabeledReplicas", pods.filter((pod) => matchesLabels(pod.metadata.labels, labels)).length),
    ...count("readyReplicas", pods.filter(isReady).length),
    ...count("availableReplicas", waits.length - pending.length),
    observedGeneration: set.metadata.generation,
    ...(conditions.length ? { conditions } : {}),
  });
  if (failure) throw failure;
  return pending.length ? { requeueAfterMs: Math.min(...pending) + 20 } : undefined;
}

/** Zero is left out, as the API server's own types do. */
export function count(name: string, value: number): Record<string, number> {
  return value > 0 ? { [name]: value } : {};
}

async function scale(
  world: World,
  set: ReplicaSet,
  pods: Pod[],
  wanted: number,
): Promise<ApiError | undefined> {
  if (pods.length > wanted) {
    const victims = [...pods].sort(deleteFirst).slice(0, pods.length - wanted);
    await Promise.all(victims.map((pod) => deletePod(world, set, pod)));
    return undefined;
  }
  let missing = wanted - pods.length;
  // Slow start: when the first is refused, hundreds more would be too.
  for (let batch = 1; missing > 0; batch *= 2) {
    const size = Math.min(batch, missing);
    const results = await Promise.allSettled(
      Array.from({ length: size }, () => createPod(world, set, set.spec.template)),
    );
    missing -= size;
    const refused = results.find((result) => result.status === "rejected");
    if (!refused) continue;
    if (refused.reason instanceof ApiError && !isTermination(refused.reason)) return refused.reason;
    if (isTermination(refused.reason)) return undefined;
    throw refused.reason;
  }
  return undefined;
}

/** Unscheduled before scheduled, unready before ready, young before old. */
function deleteFirst(a: Pod, b: Pod): number {
  const rank = (pod: Pod) =>
    (pod.spec.nodeName ? 1 : 0) + (pod.status?.phase === "Running" ? 1 : 0) + (isReady(pod) ? 1 : 0);
  const age = (pod: Pod) => Date.parse(pod.metadata.creationTimestamp ?? "") || 0;
  return rank(a) - rank(b) || age(b) - age(a) || (keyOf(a) < keyOf(b) ? 1 : -1);
}
