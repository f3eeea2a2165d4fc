import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Browser, type HubUnderTest, startHubUnderTest } from "@/lib/auth/testing/hub.ts";
import { API_VERSION, type Installation, type Usage } from "@/lib/model/resources.ts";
import { answer } from "./answer.test-support.ts";

let hub: HubUnderTest;
let alice: Browser;
let root: Browser;
const address = "/api/administration";

beforeAll(async () => {
  hub = await startHubUnderTest();
  alice = new Browser(hub.config.url, answer);
  root = new Browser(hub.config.url, answer);
  await alice.signIn("alice");
  await root.signIn("admin");
  const namespace = "ns-alice";
  const today = new Date().toISOString().slice(0, 10);
  const usage = { apiVersion: API_VERSION, kind: "Usage" };
  await hub.admin.create<Usage>({ ...usage, metadata: { name: today, namespace }, spec: {} } as Usage);
  const sum = { cpuSeconds: 7200, memoryByteSeconds: 0, storageByteSeconds: 0, cost: 1_500_000 };
  await hub.admin.patch(
    { ...usage, name: today, namespace },
    { status: { currency: "EUR", apps: { shop: sum, other: sum } } },
    { type: "merge", subresource: "status" },
  );
  const installation = { apiVersion: API_VERSION, kind: "Installation" };
  await hub.admin.create<Installation>({
    ...installation,
    metadata: { name: "shop", namespace },
    spec: { image: "labring/shop:1" },
  } as Installation);
  await hub.admin.patch(
    { ...installation, name: "shop", namespace },
    { status: { phase: "Failed", title: "Shop", message: "The shop has burnt down." } },
    { type: "merge", subresource: "status" },
  );
});
afterAll(() => hub?.stop());

test("an administrator sees every workspace with its apps, quota and cost, and what fails with its sentence", async () => {
  const view = await vi.waitFor(
    async () => {
      const seen = await (await root.fetch(address)).json();
      expect(seen.failing).toHaveLength(1);
      return seen;
    },
    { timeout: 20_000 },
  );
  expect(view.failing[0]).toMatchObject({
    namespace: "ns-alice",
    title: "Shop",
    phase: "Failed",
    message: "The shop has burnt down.",
  });
  const workspace = view.workspaces.find(({ uid }: { uid: string }) => uid === "alice");
  expect(workspace).toMatchObject({
    namespace: "ns-alice",
    phase: "Ready",
    apps: 1,
    failing: 1,
    coreHours: 4,
    costMicros: 3_000_000,
  });
  expect(workspace.quota.length).toBeGreaterThan(2);
  expect(view.currency).toBe("EUR");
});

test("nobody else sees any of it", async () => {
  expect((await alice.fetch(address)).status).toBe(403);
});
