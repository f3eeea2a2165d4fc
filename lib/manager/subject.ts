import type { Installation } from "../model/resources.ts";
import { availableFor } from "./available.ts";
import { historyAfter } from "./history.ts";
import type { Memory } from "./memory.ts";
import type { ConditionUpdate } from "./status.ts";
import { transitions, withConditions, writeStatus } from "./status.ts";
import type { World } from "./world.ts";

/** Keeps an Installation until what it brought is tidied up. */
export const FINALIZER = "hub.sealos.io/uninstall";

/** The account in whose name an application is applied: it may do what the tenant's owner may, and no more. */
export function installerUser(namespace: string): string {
  return `system:serviceaccount:${namespace}:installer`;
}

/** One Installation as read at the beginning of a pass; `status` follows what is written. */
export interface Subject {
  installation: Installation;
  memory: Memory;
  /** The wanted revision is an earlier one. */
  restored?: boolean;
}

export type StatusUpdate = Omit<Partial<NonNullable<Installation["status"]>>, "conditions"> & {
  conditions?: ConditionUpdate[];
};

/** Writes what is new in the status and records an Event for each transition. Nothing new: no write. */
export async function report(world: World, subject: Subject, update: StatusUpdate): Promise<void> {
  const { installation } = subject;
  const before = installation.status;
  const { generation } = installation.metadata;
  const now = new Date().toISOString();
  const conditions = withConditions(before?.conditions, update.conditions ?? [], generation, now);
  // Another message has other words, or none.
  const words = "message" in update ? { reason: update.reason, params: update.params } : {};
  const available = availableFor(world, installation, { ...before, ...(update as Installation["status"]) });
  const said = { ...update, ...words, available, conditions, observedGeneration: generation };
  const history = historyAfter(
    installation,
    { ...before, ...said },
    { now, restored: subject.restored ?? false },
  );
  const next = { ...said, history };
  const written = await writeStatus(world.cluster, installation, next);
  if (written) {
    subject.memory.written = written.metadata.resourceVersion;
    const status: Record<string, unknown> = { ...before };
    for (const [key, value] of Object.entries(next)) {
      if (value === undefined) delete status[key];
      else status[key] = value;
    }
    installation.status = status as NonNullable<Installation["status"]>;
  }
  for (const { type, status, reason, message } of transitions(before?.conditions, conditions)) {
    // What is under way is told by the conditions; Events tell what is reached and what is wrong, each once.
    if (status === "True") {
      if (MILESTONES.has(type)) world.recorder.record(installation, "Normal", type, message || type);
    } else if (status === "False" && type === "Ready" && !UNDER_WAY.test(reason))
      world.recorder.record(
        installation,
        reason === "Suspended" ? "Normal" : "Warning",
        reason,
        message || reason,
      );
  }
}

const UNDER_WAY = /^(Installing|Applying|Starting|Stopping|Uninstalling|Waiting)/;
/** Every Event is a write. The steps between these are in the conditions, with their times. */
const MILESTONES = new Set(["Applied", "Ready"]);
