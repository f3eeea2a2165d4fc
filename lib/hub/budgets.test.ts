import { expect, test } from "vitest";
import { LIMIT } from "../model/budget.ts";
import { setWorkspaceLimit } from "./budgets.ts";
import type { Hub } from "./hub.ts";

test("an administrators' limit is written whole: nothing of one that the owner made before loosens it", async () => {
  const made = { monthly: "1000", warnAt: 100, stop: false, lifted: "2026-02" };
  const patches: unknown[] = [];
  const cluster = {
    find: async () => ({ metadata: { name: LIMIT }, spec: made }),
    patch: async (_reference: unknown, patch: unknown) => patches.push(patch),
  };
  const hub = {
    cluster: { as: () => cluster },
    config: { systemNamespace: "sealos-system" },
    informers: { of: () => ({ get: () => ({ status: { namespace: "ns-alice" } }) }) },
  } as unknown as Hub;
  const actor = { uid: "admin", name: "Admin", administrator: true };
  await setWorkspaceLimit(hub, actor, "alice", { monthly: "5" });
  await setWorkspaceLimit(hub, actor, "alice", { monthly: "6", warnAt: 70, stop: false });
  expect(patches).toEqual([
    { spec: { monthly: "5", warnAt: null, stop: null, lifted: null } },
    { spec: { monthly: "6", warnAt: 70, stop: false, lifted: null } },
  ]);
});
