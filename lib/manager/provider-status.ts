import type { Reason } from "../model/reasons.ts";
import type { Provider } from "../model/resources.ts";
import { type ConditionUpdate, transitions, withConditions, writeStatus } from "./status.ts";
import type { World } from "./world.ts";

/** Keeps a Provider until it is settled whether its operator stays. */
export const PROVIDER_FINALIZER = "hub.sealos.io/provider";

type Status = NonNullable<Provider["status"]>;

/** The status' message in the table of reasons; undefined when it has none. */
export function wordsOf(status: Provider["status"]): Reason | undefined {
  if (!status?.message || !status.reason) return undefined;
  return { reason: status.reason, params: status.params ?? {} };
}

/** Writes what is new in a Provider's status, with an Event for each transition. */
export async function reportProvider(
  world: World,
  provider: Provider,
  update: Omit<Partial<Status>, "conditions"> & { conditions?: ConditionUpdate[] },
): Promise<void> {
  const before = provider.status;
  const { generation } = provider.metadata;
  const conditions = withConditions(
    before?.conditions,
    update.conditions ?? [],
    generation,
    new Date().toISOString(),
  );
  // Another message has other words, or none.
  const words = "message" in update ? { reason: update.reason, params: update.params } : {};
  const next = { ...update, ...words, conditions, observedGeneration: generation };
  if (!(await writeStatus(world.cluster, provider, next))) return;
  const status: Record<string, unknown> = { ...before };
  for (const [key, value] of Object.entries(next)) {
    if (value === undefined) delete status[key];
    else status[key] = value;
  }
  provider.status = status as Status;
  for (const { type, status: now, reason, message } of transitions(before?.conditions, conditions)) {
    const bad = now === "False" && !/^(Installing|Applying|Starting)/.test(reason);
    world.recorder.record(
      provider,
      bad ? "Warning" : "Normal",
      now === "True" ? type : `${type}${reason}`,
      message || type,
    );
  }
}
