import type { Cluster } from "../cluster/index.ts";
import { equal } from "../install/compare.ts";
import type { Condition, KubernetesObject } from "../model/kubernetes.ts";

/** What a condition shall say; the time follows from whether its status changes. */
export type ConditionUpdate = Pick<Condition, "type" | "status" | "reason" | "message">;

/** The conditions with some of them set anew. `lastTransitionTime` moves only when a status changes. */
export function withConditions(
  before: readonly Condition[] | undefined,
  updates: readonly ConditionUpdate[],
  generation: number | undefined,
  now: string,
): Condition[] {
  const conditions = new Map((before ?? []).map((condition) => [condition.type, condition]));
  for (const update of updates) {
    const known = conditions.get(update.type);
    conditions.set(update.type, {
      ...update,
      message: update.message.slice(0, 32_000),
      ...(generation === undefined ? {} : { observedGeneration: generation }),
      lastTransitionTime: known?.status === update.status ? known.lastTransitionTime : now,
    });
  }
  return [...conditions.values()];
}

/** `not-ours` → `NotOurs`, as conditions have it. */
export function reasonOf({ code }: { code: string }): string {
  return code.replace(/(^|-)([a-z])/g, (_, _dash: string, letter: string) => letter.toUpperCase());
}

/** Conditions whose status or reason is new: the transitions worth an Event. */
export function transitions(
  before: readonly Condition[] | undefined,
  after: readonly Condition[],
): Condition[] {
  const known = new Map((before ?? []).map((condition) => [condition.type, condition]));
  return after.filter(({ type, status, reason }) => {
    const old = known.get(type);
    return old?.status !== status || old.reason !== reason;
  });
}

/**
 * Writes the fields of the status that differ, and nothing when none does. Fields that `next` does not name are left
 * alone; those that it names undefined are removed. Returns what the object is after a write; undefined: none was needed.
 */
export async function writeStatus(
  cluster: Cluster,
  object: KubernetesObject,
  next: Record<string, unknown>,
): Promise<KubernetesObject | undefined> {
  const before = object.status as Record<string, unknown> | undefined;
  const known = before ?? {};
  const changed = Object.entries(next).filter(([key, value]) => !equal(known[key], value));
  if (changed.length === 0) return undefined;
  const operations: { op: "add" | "remove"; path: string; value?: unknown }[] = [];
  if (before === undefined) operations.push({ op: "add", path: "/status", value: {} });
  for (const [key, value] of changed) {
    const path = `/status/${key}`;
    if (value !== undefined) operations.push({ op: "add", path, value });
    else operations.push({ op: "remove", path });
  }
  const { apiVersion, kind, metadata } = object;
  const { name, namespace } = metadata;
  const reference = { apiVersion, kind, name, ...(namespace ? { namespace } : {}) };
  return await cluster.patch<KubernetesObject>(reference, operations, {
    type: "json",
    subresource: "status",
    fieldManager: "app-manager",
  });
}
