import type { Condition, ObjectReference } from "../kubernetes.ts";
import type { ReasonCode, ReasonParams } from "../reasons.ts";
import type { Resource } from "./resource.ts";

export type RunPhase = "Pending" | "Running" | "Succeeded" | "Failed" | "Cancelled";

/** The step that an action is at, from 1, and how many it has. */
export interface RunProgress {
  step: number;
  steps: number;
}

export type ActionRun = Resource<
  "ActionRun",
  {
    installation?: string;
    instance?: ObjectReference;
    action: string;
    inputs?: Record<string, string>;
    ttlSecondsAfterFinished?: number;
    /** Stops the run, or keeps it from beginning; the only thing that may change. */
    cancelled?: boolean;
  },
  {
    phase?: RunPhase;
    startedAt?: string;
    finishedAt?: string;
    /** The end of what it printed, without secrets; grows while it is under way. */
    output?: string;
    /** Absent where there is one step only. */
    progress?: RunProgress;
    /** Its time limit, of one that may take long. */
    timeoutSeconds?: number;
    /** The app that it installed, or found installed. */
    installed?: string;
    /** Which sentence the condition's message is. */
    reason?: ReasonCode;
    params?: ReasonParams;
    conditions?: Condition[];
  }
>;
