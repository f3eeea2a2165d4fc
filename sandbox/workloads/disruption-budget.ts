import type { ApiObject } from "../../lib/cluster/index.ts";
import { withCondition } from "./conditions.ts";
import { isActive, isReady } from "./pods.ts";
import { matchesSelector } from "./selectors.ts";
import type { Condition, LabelSelector } from "./types.ts";
import { type Controller, keyOf, type World } from "./world.ts";

export interface PodDisruptionBudget extends ApiObject {
  spec: { minAvailable?: number | string; maxUnavailable?: number | string; selector?: LabelSelector };
  status?: { conditions?: Condition[] };
}

/** Counts how many pods each budget could spare. */
export function disruptionBudgets(world: World): Controller {
  return world.controller(
    world.disruptionBudgets,
    (budget) => reconcile(world, budget),
    (add) =>
      world.pods.subscribe(({ object }) => {
        for (const budget of world.disruptionBudgets.list(object.metadata.namespace)) {
          if (matchesSelector(object.metadata.labels, budget.spec.selector)) add(keyOf(budget));
        }
      }),
  );
}

async function reconcile(world: World, budget: PodDisruptionBudget): Promise<void> {
  const pods = world.pods
    .list(budget.metadata.namespace)
    .filter((pod) => isActive(pod) && matchesSelector(pod.metadata.labels, budget.spec.selector));
  const expected = pods.length;
  const healthy = pods.filter(isReady).length;
  const { minAvailable, maxUnavailable } = budget.spec;
  const resolve = (value: number | string) =>
    typeof value === "number" ? value : Math.ceil((Number.parseFloat(value) * expected) / 100);
  const desired =
    maxUnavailable !== undefined
      ? Math.max(0, expected - resolve(maxUnavailable))
      : resolve(minAvailable ?? 1);
  const allowed = Math.max(0, healthy - desired);
  await world.writeStatus(budget, {
    currentHealthy: healthy,
    desiredHealthy: desired,
    disruptionsAllowed: allowed,
    expectedPods: expected,
    observedGeneration: budget.metadata.generation,
    conditions: withCondition(budget.status?.conditions, {
      type: "DisruptionAllowed",
      status: allowed > 0 ? "True" : "False",
      reason: allowed > 0 ? "SufficientPods" : "InsufficientPods",
      message: "",
      observedGeneration: budget.metadata.generation,
    }),
  });
}
