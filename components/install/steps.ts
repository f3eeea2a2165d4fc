import type { Installation, InstallationStep } from "@/lib/model/resources";

export type StepState = "done" | "active" | "waiting" | "failed";

export interface StepView {
  type: InstallationStep;
  state: StepState;
  /** Milliseconds from the installation's creation, or its upgrade's begin, (or the step before) until it was done. */
  tookMs?: number;
  message?: string;
}

const STEPS: InstallationStep[] = ["Resolved", "ProviderReady", "Applied", "Healthy", "Ready"];

/** The installation's conditions as steps in their order: the first that is not true is the one at work, or failed. */
export function stepsOf(installation: Installation): StepView[] {
  const conditions = new Map(
    installation.status?.conditions?.map((condition) => [condition.type, condition]),
  );
  // What ran for a moment and broke is Degraded; it has a cause that waiting does not mend, unless it is just starting.
  const broken =
    installation.status?.phase === "Degraded" && conditions.get("Healthy")?.reason !== "Starting";
  const failed = installation.status?.phase === "Failed" || broken;
  const stopped = installation.status?.phase === "Suspended";
  const { creationTimestamp = "" } = installation.metadata;
  let before = Date.parse(installation.status?.upgrade?.startedAt ?? creationTimestamp);
  const began = before;
  // What moves once it was ready, as by stopping and starting, says nothing of how long it took.
  const ready = installation.status?.history?.find(
    ({ event, at }) => event === "Ready" && Date.parse(at) >= began,
  );
  const readyAt = ready ? Date.parse(ready.at) : Number.POSITIVE_INFINITY;
  let open = true;
  return STEPS.map((type) => {
    const condition = conditions.get(type);
    if (condition?.status === "True" && open) {
      const at = Date.parse(condition.lastTransitionTime);
      const counts = Number.isFinite(at - before) && at >= before && at <= readyAt;
      const tookMs = counts ? at - before : undefined;
      before = Number.isFinite(at) ? Math.max(at, before) : before;
      return { type, state: "done", ...(tookMs === undefined ? {} : { tookMs }) };
    }
    const first = open;
    open = false;
    const state: StepState = !first ? "waiting" : failed ? "failed" : stopped ? "waiting" : "active";
    return { type, state, ...(condition?.message && first ? { message: condition.message } : {}) };
  });
}
