import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Browser, type HubUnderTest, startHubUnderTest } from "@/lib/auth/testing/hub.ts";
import type { ProviderRow } from "@/lib/model/administration-views.ts";
import type { KubernetesObject } from "@/lib/model/kubernetes.ts";
import { API_VERSION, type Installation, type Usage } from "@/lib/model/resources.ts";
import { root as folder } from "@/scripts/runtime.mjs";
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
  const sum = { cpuSeconds: 7200, memoryByteSeconds: 3600 * 2 ** 30, storageByteSeconds: 0, cost: 1_500_000 };
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
    {
      status: {
        ...{ phase: "Failed", title: "Shop", message: "The shop has burnt down.", code: "crash" },
        failingObject: { apiVersion: "v1", kind: "Pod", name: "shop-0", namespace },
      },
    },
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
    code: "crash",
    object: { kind: "Pod", name: "shop-0" },
  });
  const workspace = view.workspaces.find(({ uid }: { uid: string }) => uid === "alice");
  expect(workspace).toMatchObject({
    namespace: "ns-alice",
    phase: "Ready",
    apps: 1,
    failing: 1,
    coreHours: 4,
    memoryGiBHours: 2,
    costMicros: 3_000_000,
  });
  expect(workspace.quota).toContainEqual({
    resource: "requests.memory",
    hard: 32 * 2 ** 30,
    used: expect.any(Number),
    written: "32Gi",
  });
  expect(view.currency).toBe("EUR");
});

test("a provider is shown with its version, a newer one, and why its operator is not well", async () => {
  const [older, newer] = ["a", "b"].map((digit) => `sha256:${digit.repeat(64)}`);
  const image = (tag: string, digest: string | undefined) => ({
    ...{ apiVersion: API_VERSION, kind: "Image", metadata: { name: `labring.store.t.${tag}` } },
    spec: { repository: "labring.store", tag, digest, version: `${tag}.0.0`, mode: "provider" },
  });
  const store = { apiVersion: API_VERSION, kind: "Repository", name: "labring.store" };
  await hub.admin.create({
    ...{ apiVersion: store.apiVersion, kind: store.kind, metadata: { name: store.name } },
    spec: { organization: "labring", repository: "store", source: "content" },
  } as KubernetesObject);
  const asStatus = { type: "merge", subresource: "status" } as const;
  await hub.admin.patch(store, { status: { latestTag: "2" } }, asStatus);
  await hub.admin.create(image("1", older) as KubernetesObject);
  await hub.admin.create(image("2", newer) as KubernetesObject);
  const provider = { ...store, kind: "Provider" };
  await hub.admin.create({
    ...{ apiVersion: store.apiVersion, kind: "Provider", metadata: { name: store.name } },
    spec: { image: `labring/store@${older}` },
  } as KubernetesObject);
  const lastTransitionTime = new Date().toISOString();
  const message = "The operator's pod cannot be scheduled.";
  const operator = { type: "OperatorReady", status: "False", reason: "Starting", message };
  await hub.admin.patch(
    provider,
    { status: { phase: "Failed", message, conditions: [{ ...operator, lastTransitionTime }] } },
    asStatus,
  );
  await vi.waitFor(
    async () => {
      const { providers } = await (await root.fetch(address)).json();
      expect(providers.find(({ name }: ProviderRow) => name === store.name)).toMatchObject({
        ...{ version: "1.0.0", newer: "2.0.0", operatorReady: false, message },
      });
    },
    { timeout: 20_000 },
  );
});

test("a provider whose tag stands for another image by now keeps the version and the titles that it has", async () => {
  const path = (name: string) => join(folder, "providers", name);
  const digest = await hub.publish(path("redis"), "labring/moved:1");
  await hub.admin.create({
    ...{ apiVersion: API_VERSION, kind: "Provider", metadata: { name: "labring.moved" } },
    spec: { image: `labring/moved@${digest}` },
  } as KubernetesObject);
  await hub.publish(path("postgres"), "labring/moved:1");
  const header = await readFile(join(path("redis"), "app.yaml"), "utf8");
  const version = /^ {2}version: (.+)/m.exec(header)?.[1];
  await vi.waitFor(
    async () => {
      const { providers } = await (await root.fetch(address)).json();
      expect(providers.find(({ name }: ProviderRow) => name === "labring.moved")).toMatchObject({
        ...{ version, i18n: { zh: { title: expect.stringContaining("Redis") } } },
      });
    },
    { timeout: 20_000 },
  );
});

test("nobody else sees any of it", async () => {
  expect((await alice.fetch(address)).status).toBe(403);
});
