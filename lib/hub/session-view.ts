import type { SessionView } from "../model/session-views.ts";
import { type Hub, tenantsOf } from "./hub.ts";
import { SpokenProblem } from "./messages.ts";
import { tenantReady } from "./tenants.ts";

const WAIT_MS = 10_000;

/** What pages ask first. Waits for a workspace that is being made. Throws `workspace-not-ready` when it takes long. */
export async function sessionView(
  hub: Hub,
  { uid, name, email, administrator }: SessionView["user"],
): Promise<SessionView> {
  if (hub.members.workspaces(uid).length === 0) {
    await tenantReady(tenantsOf(hub), hub.members, uid, WAIT_MS).catch((cause: unknown) => {
      throw new SpokenProblem("workspace-not-ready", {}, { cause });
    });
  }
  return {
    user: { uid, name, ...(email && { email }), administrator },
    workspaces: hub.members.workspaces(uid),
    demo: hub.config.demo,
    version: hub.config.version,
    binDays: hub.config.binDays,
  };
}
