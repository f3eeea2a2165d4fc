import type { Provider } from "../model/resources.ts";
import { type ConditionUpdate, transitions, withConditions, writeStatus } from "./status.ts";
import type { World } from "./world.ts";

/** Keeps a Provider until it is settled whether its operator stays. */
export const PROVIDER_FINALIZER = "hub.sealos.io/provider";

type Status = NonNullable<Provider["status"]>;

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
  const next = { ...update, conditions, observedGeneration: generation };
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
