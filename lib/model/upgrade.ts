import type { ReasonCode } from "./reasons.ts";

/** How an installation is upgraded. */
export interface UpgradeSettings {
  /** What it may take by itself: nothing (the default), newer patches, or newer minor versions too. */
  policy?: "none" | "patch" | "minor";
  /** When it may do so; absent: at any time. */
  window?: UpgradeWindow;
  /** Whether an upgrade that does not become ready in time goes back by itself. */
  atomic?: boolean;
  /** That time; default 600. */
  timeoutSeconds?: number;
  /** Objects (`Kind/name`) that may be deleted and made anew where a field of theirs cannot be changed. */
  recreate?: string[];
}

export interface UpgradeWindow {
  /** A cron expression of five fields: when the window opens. */
  schedule: string;
  durationMinutes: number;
  /** IANA name; default UTC. */
  timeZone?: string;
}

/** One change from one image to a newer one. */
export interface UpgradeStatus {
  phase: "Running" | "Succeeded" | "Failed" | "RolledBack";
  /** The revision to go back to: the last that ran. */
  from: { revision: number; image: string; digest: string };
  /** The image wanted, as `spec.image` has it. */
  to: { image: string };
  startedAt: string;
  finishedAt?: string;
  /** Whether it went back by itself. */
  automatic?: boolean;
  /** Why it failed, in the words of the status then. */
  message?: string;
  reason?: ReasonCode;
  params?: Record<string, string | number>;
}
