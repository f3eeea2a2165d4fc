import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startTestCluster, type TestCluster } from "../../tools/testing/index.ts";
import type { Cluster } from "../cluster/index.ts";
import { ContentStore } from "../images/index.ts";
import { Clock } from "../metering/clock.ts";
import type { Budget } from "../model/budget.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { API_VERSION, type Installation, PRICES } from "../model/resources.ts";
import { Manager } from "./manager.ts";
import { Metering } from "./metering.ts";
import {
  application,
  cloud,
  install,
  makeTenant,
  prepareCluster,
  putImage,
  quiet,
  until,
  untilPhase,
} from "./testing/cluster.ts";

const manifests = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: "\${{ inputs.name }}" }
spec:
  replicas: 2
  selector: { matchLabels: { app: "\${{ inputs.name }}" } }
  template:
    metadata: { labels: { app: "\${{ inputs.name }}" } }
    spec:
      containers:
        - { name: web, image: "docker.io/library/nginx:1.27", resources: { requests: { cpu: 500m, memory: 64Mi } } }
`;
const HOUR_MS = 3_600_000;
const BUDGET = { apiVersion: API_VERSION, kind: "Budget" };

let cluster: TestCluster;
let admin: Cluster;
let images: ContentStore;
let folder: string;
let manager: Manager;
let metering: Metering;
/** The middle of a month, whenever this runs: the metering's own time. */
let ahead =
  Date.parse(`${new Date().toISOString().slice(0, 7)}-15T00:00:00Z`) + 32 * 24 * HOUR_MS - Date.now();
const now = () => Date.now() + ahead;

beforeAll(async () => {
  cluster = await startTestCluster({ speed: 200 });
  admin = cluster.admin;
  await prepareCluster(admin);
  folder = await mkdtemp(join(tmpdir(), "budgets-"));
  images = new ContentStore(folder);
  const inputs = "inputs: { name: { type: string, required: true } }";
  await putImage(images, "labring/shop:1", application("shop", manifests, inputs));
  await price("currency: EUR\nprices: { cpu: 1 }");
  manager = new Manager({
    cluster: await cluster.account("sealos-system", "manager"),
    images,
    cloud,
    consoleHosts: ["localhost"],
    systemNamespace: "sealos-system",
    identity: "test",
    log: quiet,
    watchContent: false,
  });
  await manager.start();
  metering = new Metering(manager.world, { clock: new Clock(now, now) });
  metering.start();
});

afterAll(async () => {
  await metering?.stop();
  await manager?.stop();
  await cluster?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

async function price(text: string): Promise<void> {
  const metadata = { name: PRICES, namespace: "sealos-system" };
  const map = { apiVersion: "v1", kind: "ConfigMap", metadata, data: { "prices.yaml": text } };
  await admin.apply(map, { fieldManager: "administrator", force: true });
}

const app = (namespace: string, name: string) =>
  install(admin, namespace, "labring/shop:1", { inputs: { name } }, name);
const phase = (namespace: string, name: string, wanted: "Running" | "Suspended") =>
  untilPhase(admin, namespace, name, wanted);

/** Sets a budget as this account would, or changes it. */
async function budget(as: Cluster, namespace: string, name: string, spec: object): Promise<void> {
  const existing = await admin.find<Budget>({ ...BUDGET, namespace, name });
  if (existing) await as.patch({ ...BUDGET, namespace, name }, { spec }, { type: "merge" });
  else await as.create<Budget>({ ...BUDGET, metadata: { name, namespace }, spec } as Budget);
}

/** Lets hours pass, and waits until the budget stands like this. */
async function stands(
  namespace: string,
  name: string,
  wanted: NonNullable<NonNullable<Budget["status"]>["phase"]>,
  hours = 0,
): Promise<Budget> {
  ahead += hours * HOUR_MS;
  return vi.waitFor(
    async () => {
      await metering.round();
      const found = await admin.get<Budget>({ ...BUDGET, namespace, name });
      expect(found.status?.phase).toBe(wanted);
      return found;
    },
    { timeout: 60_000, interval: 200 },
  );
}

test("a workspace is warned, stopped when its budget is spent, and starts again what ran when the stop is lifted", async () => {
  const ns = await makeTenant(admin, "spender");
  const owner = await cluster.account(ns, "member-spender");
  await app(ns, "shop");
  await app(ns, "idle");
  await phase(ns, "shop", "Running");
  await phase(ns, "idle", "Running");
  const idle = { apiVersion: API_VERSION, kind: "Installation", namespace: ns, name: "idle" };
  await admin.patch(idle, { spec: { suspended: true } }, { type: "merge" });
  await phase(ns, "idle", "Suspended");
  // What is still going would count for all the hours that pass below.
  await vi.waitFor(
    () =>
      expect(manager.world.pods.list(ns).filter(({ metadata }) => /^idle-/.test(metadata.name))).toEqual([]),
    { timeout: 60_000 },
  );
  await budget(owner, ns, "default", { monthly: "10", warnAt: 40 });
  const reference = { ...BUDGET, namespace: ns, name: "default" };
  // Who has judged it meanwhile makes it another one.
  const replaced = async () => {
    const own = await owner.get<Budget>(reference);
    await owner.replace<Budget>({ ...own, spec: { ...own.spec, warnAt: 45 } });
  };
  await vi.waitFor(replaced, { timeout: 20_000 });
  await owner.patch<Budget>(reference, { spec: { warnAt: 50 } }, { type: "merge" });
  await stands(ns, "default", "Within");
  const warned = await stands(ns, "default", "Warning", 6);
  expect(warned.status).toMatchObject({
    currency: "EUR",
    conditions: [{ type: "Near", status: "True" }, {}],
  });
  await stands(ns, "default", "Stopped", 5);
  const stopped = await phase(ns, "shop", "Suspended");
  expect(stopped.spec.suspended).toBeFalsy();
  expect(stopped.status?.reason).toBe("budget-stopped");

  // Whatever door it comes through, nothing begins to run.
  await app(ns, "late");
  await phase(ns, "late", "Suspended");
  const { items } = await admin.list<KubernetesObject>({ apiVersion: "v1", kind: "Event", namespace: ns });
  expect(items.map(({ reason }) => reason)).toEqual(expect.arrayContaining(["BudgetNear", "BudgetReached"]));

  const month = new Date(now()).toISOString().slice(0, 7);
  await budget(admin, ns, "default", { lifted: month });
  await stands(ns, "default", "Lifted");
  await phase(ns, "shop", "Running");
  await phase(ns, "late", "Running");
  expect((await admin.get<Installation>(idle)).status?.phase).toBe("Suspended");

  await budget(admin, ns, "default", { lifted: null });
  await phase(ns, "shop", "Suspended");
  // The next month begins with nothing spent.
  await stands(ns, "default", "Within", 24 * 20);
  await phase(ns, "shop", "Running");
}, 180_000);

test("an administrators' limit is nobody else's to change, and a price book that cannot be read stops nothing", async () => {
  const ns = await makeTenant(admin, "limited");
  const owner = await cluster.account(ns, "member-limited");
  await app(ns, "shop");
  await phase(ns, "shop", "Running");
  await budget(admin, ns, "limit", { monthly: "5" });
  await stands(ns, "limit", "Within");
  await expect(budget(owner, ns, "limit", { monthly: "500" })).rejects.toMatchObject({ status: 403 });
  await expect(owner.delete({ ...BUDGET, namespace: ns, name: "limit" })).rejects.toMatchObject({
    status: 403,
  });
  await expect(budget(owner, ns, "other", { monthly: "5" })).rejects.toMatchObject({ status: 422 });
  await expect(budget(owner, ns, "default", { monthly: "-5" })).rejects.toMatchObject({ status: 422 });

  await price("currency: EUR\nprices: { cpu: 1e9999 }");
  const warned = await stands(ns, "limit", "Warning", 4.5);
  expect(warned.status?.percent).toBeLessThan(100);
  await price("currency: EUR\nprices: { cpu: 1 }");
  await stands(ns, "limit", "Stopped", 1);
  await until<Installation>(
    admin,
    { apiVersion: API_VERSION, kind: "Installation", namespace: ns, name: "shop" },
    (each) => each?.status?.phase === "Suspended",
  );
}, 180_000);

test("a budget is judged by another price book as soon as there is one", async () => {
  const ns = await makeTenant(admin, "priced");
  await budget(admin, ns, "default", { monthly: "10" });
  const judgedIn = (currency: string) =>
    until<Budget>(
      admin,
      { ...BUDGET, namespace: ns, name: "default" },
      (each) => each?.status?.currency === currency,
    );
  await judgedIn("EUR");
  await price("currency: USD\nprices: { cpu: 1 }");
  await judgedIn("USD");
  await price("currency: EUR\nprices: { cpu: 1 }");
  await judgedIn("EUR");
});
