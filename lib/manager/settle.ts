import type { Condition } from "../model/kubernetes.ts";
import type { Memory } from "./memory.ts";

/** A controller that is well has seen a change of its object in less. */
const SETTLE_MS = 3000;

interface Owner {
  metadata: { generation?: number };
  status?: { conditions?: Condition[] } | undefined;
}

/**
 * How long, in milliseconds, to look again before an owner that is ready, as it is wanted now, is said to be no longer:
 * all that is amiss is that controllers have not seen the latest change of an object, and an annotation is enough for
 * that. What a change really brings is told by what they report once they have. Undefined: what is seen is to be said.
 * @param now by a clock that only goes forwards
 */
export function settlingFor(
  { metadata, status }: Owner,
  memory: Memory,
  { unseenOnly }: { unseenOnly?: boolean },
  now = performance.now(),
): number | undefined {
  if (!unseenOnly) {
    memory.unseenSince = undefined;
    return undefined;
  }
  memory.unseenSince ??= now;
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  if (ready?.status !== "True" || ready.observedGeneration !== metadata.generation) return undefined;
  const left = memory.unseenSince + SETTLE_MS - now;
  return left > 0 ? left : undefined;
}
