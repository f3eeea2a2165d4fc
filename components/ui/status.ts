import type { InstallationPhase, ProviderPhase } from "@/lib/model/resources";
import type { InstancePhase } from "@/lib/model/stream";
import type { Tone } from "./badge";

/** Every state that the console shows, whatever resource it is read from. */
export type Status =
  | InstallationPhase
  | InstancePhase
  | ProviderPhase
  | "Ready"
  | "Warning"
  | "NotInstalled"
  | "UpdateAvailable";

/** ● settled, ◐ on its way, ▲ needs attention, ■ stopped, ✕ failed: readable without colour. */
export type StatusShape = "disc" | "half" | "triangle" | "square" | "cross" | "ring";

export interface StatusLook {
  shape: StatusShape;
  tone: Tone;
}

const ok: StatusLook = { shape: "disc", tone: "ok" };
const moving: StatusLook = { shape: "half", tone: "accent" };
const attention: StatusLook = { shape: "triangle", tone: "warn" };
const stopped: StatusLook = { shape: "square", tone: "neutral" };
const failed: StatusLook = { shape: "cross", tone: "danger" };
const nothing: StatusLook = { shape: "ring", tone: "neutral" };

export const statusLooks: Record<Status, StatusLook> = {
  Running: ok,
  Ready: ok,
  Succeeded: ok,
  Pending: moving,
  Installing: moving,
  Creating: moving,
  Updating: moving,
  Uninstalling: moving,
  Removing: moving,
  Deleting: moving,
  Degraded: attention,
  Warning: attention,
  UpdateAvailable: attention,
  Suspended: stopped,
  Stopped: stopped,
  Failed: failed,
  NotInstalled: nothing,
  Unknown: nothing,
};
