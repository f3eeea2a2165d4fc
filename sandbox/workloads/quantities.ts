import { isQuantity, parseQuantity } from "../schema/quantity.ts";
import type { PodSpec } from "./types.ts";

/** Amounts by resource name, in base units (cores, bytes, counts). */
export type Amounts = Record<string, number>;

/** A quantity in base units; 0 for text that is none, which the API server would have refused. */
export function amount(quantity: string | number | undefined): number {
  if (quantity === undefined) return 0;
  if (typeof quantity === "number") return quantity;
  return isQuantity(quantity) ? Number(parseQuantity(quantity).nano) / 1e9 : 0;
}

export function amounts(quantities: Record<string, string | number> | undefined): Amounts {
  return Object.fromEntries(Object.entries(quantities ?? {}).map(([name, value]) => [name, amount(value)]));
}

/**
 * What the scheduler counts for a pod: the sum over containers (and sidecars), or the largest init container where
 * that is more, plus the pod itself. A container without a request asks for its limit.
 */
export function podRequests(spec: PodSpec): Amounts {
  const total: Amounts = { pods: 1 };
  const add = (to: Amounts, more: Amounts) => {
    for (const [name, value] of Object.entries(more)) to[name] = (to[name] ?? 0) + value;
  };
  for (const { resources } of spec.containers) {
    add(total, { ...amounts(resources?.limits), ...amounts(resources?.requests) });
  }
  const sidecars: Amounts = {};
  const largest: Amounts = {};
  for (const { resources, restartPolicy } of spec.initContainers ?? []) {
    const wanted = { ...amounts(resources?.limits), ...amounts(resources?.requests) };
    if (restartPolicy === "Always") add(sidecars, wanted);
    else {
      for (const [name, value] of Object.entries(wanted)) {
        largest[name] = Math.max(largest[name] ?? 0, value + (sidecars[name] ?? 0));
      }
    }
  }
  add(total, sidecars);
  for (const [name, value] of Object.entries(largest)) total[name] = Math.max(total[name] ?? 0, value);
  add(total, amounts(spec.overhead));
  return total;
}

/** https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/ */
export function qosClass(spec: PodSpec): string {
  const containers = [...spec.containers, ...(spec.initContainers ?? [])];
  const names = ["cpu", "memory"];
  const asks = containers.some(({ resources }) =>
    names.some((name) => amount(resources?.requests?.[name]) || amount(resources?.limits?.[name])),
  );
  if (!asks) return "BestEffort";
  const guaranteed = containers.every(({ resources }) =>
    names.every((name) => {
      const limit = amount(resources?.limits?.[name]);
      return limit > 0 && amount(resources?.requests?.[name] ?? resources?.limits?.[name]) === limit;
    }),
  );
  return guaranteed ? "Guaranteed" : "Burstable";
}
