import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Cluster } from "../cluster/index.ts";
import type { ContentStore } from "../images/index.ts";
import { commandName } from "../install/command/objects.ts";
import { Clock } from "../metering/clock.ts";
import { OTHER } from "../metering/owners.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import {
  type ActionRun,
  API_VERSION,
  type Installation,
  METERING,
  PRICES,
  type Usage,
} from "../model/resources.ts";
import type { Manager } from "./manager.ts";
import { Metering } from "./metering.ts";
import { application, install, makeTenant, putImage, until, untilPhase } from "./testing/cluster.ts";
import { openStage, type Stage } from "./testing/stage.ts";

const manifests = `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: shop }
spec:
  serviceName: shop
  replicas: 2
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec:
      containers:
        - name: web
          image: docker.io/library/nginx:1.27
          resources: { requests: { cpu: 250m, memory: 64Mi } }
  volumeClaimTemplates:
    - metadata: { name: data }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`;
const metering = `metering:
  - { name: disk, title: Disk, unit: GiB, field: { apiVersion: v1, kind: PersistentVolumeClaim, path: status.capacity.storage } }
  - { name: members, title: Members, unit: member, count: { apiVersion: v1, kind: Pod } }
  - { name: calls, title: Calls, unit: call, endpoint: { service: "shop-\${{ 'api' }}", port: 80, path: /calls } }`;
const disk = `apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: disk }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`;
const HOUR_MS = 3_600_000;
const PRICE_MAP = { apiVersion: "v1", kind: "ConfigMap", namespace: "sealos-system", name: PRICES };

let stage: Stage;
let admin: Cluster;
let images: ContentStore;
let namespace: string;
let manager: Manager;
/** How far the metering's clock is ahead, in milliseconds. */
let ahead = 0;
const meterings: Metering[] = [];

beforeAll(async () => {
  stage = await openStage({ speed: 200 });
  ({ admin, images } = stage);
  await putImage(images, "labring/disk:1", application("disk", disk));
  await putImage(images, "labring/shop:1", application("shop", manifests, metering));
  namespace = await makeTenant(admin, "metered");
  await price(
    "currency: EUR\nprices: { cpu: 1, memory: 0, storage: 0.5, meters: { members: { unit: member, price: 2 } } }",
  );
  // A price book of the tenant's own making, which counts for nothing.
  await admin.create({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: PRICES, namespace },
    data: { "prices.yaml": "currency: EUR\nprices: { cpu: 0, memory: 0, storage: 0 }" },
  });
  manager = await stage.begin({ watchContent: false });
});

afterAll(async () => {
  for (const metering of meterings) await metering.stop();
  await stage?.close();
});

async function price(text: string): Promise<void> {
  const { name, namespace: where, ...type } = PRICE_MAP;
  const map = { ...type, metadata: { name, namespace: where }, data: { "prices.yaml": text } };
  await admin.apply(map, { fieldManager: "administrator", force: true });
}

/** Begins to meter like a manager that has just come to lead. */
async function begin(clock = new Clock(() => Date.now() + ahead)): Promise<Metering> {
  for (const metering of meterings.splice(0)) await metering.stop();
  const metering = new Metering(manager.world, { clock });
  meterings.push(metering);
  metering.start();
  return metering;
}

/** The sums of all days for an app, after a round. */
async function usageAfter(metering: Metering, app: string) {
  await metering.round();
  const { items } = await admin.list<Usage>({ apiVersion: API_VERSION, kind: "Usage", namespace });
  const days = items.flatMap(({ status }) => (status?.apps?.[app] ? [status.apps[app]] : []));
  const sum = (of: (day: (typeof days)[number]) => number | undefined) =>
    days.reduce((total, day) => total + (of(day) ?? 0), 0);
  return {
    cpu: sum((day) => day.cpuSeconds),
    storage: sum((day) => day.storageByteSeconds),
    charges: (meter: string) =>
      days.flatMap(({ charges = [] }) => charges.filter((charge) => charge.meter === meter)),
    cost: sum((day) => day.cost),
    currency: items.at(-1)?.status?.currency,
    gaps: items.flatMap(({ status }) => status?.gaps ?? []),
  };
}

/** Without those of the meter that nothing answers here. */
const pauses = (gaps: readonly { reason: string; from: string; to: string }[]) =>
  gaps.filter(({ reason }) => reason === "NotRunning");

test("an app's use is written per day with its cost, also over a time in which no manager ran, which is marked", async () => {
  await (await begin()).round();
  await install(admin, namespace, "labring/shop:1");
  await untilPhase(admin, namespace, "shop", "Running");
  const metering = meterings[0] as Metering;
  const first = await vi.waitFor(
    async () => {
      const usage = await usageAfter(metering, "shop");
      expect(usage.storage).toBeGreaterThan(0);
      expect(usage.cpu).toBeGreaterThan(0);
      return usage;
    },
    { timeout: 60_000 },
  );
  expect(first.gaps.filter(({ meter }) => meter !== "calls")).toEqual([]);
  expect(first.currency).toBe("EUR");

  ahead = 2 * HOUR_MS;
  const later = await begin();
  const second = await vi.waitFor(
    async () => {
      const usage = await usageAfter(later, "shop");
      expect(pauses(usage.gaps)).toHaveLength(1);
      expect(usage.cpu - first.cpu).toBeGreaterThan(1.99 * 0.5 * 3600);
      return usage;
    },
    { timeout: 60_000 },
  );
  // Two pods of a quarter of a core each, and two volumes of a GiB, for two hours and the moments around them.
  const hours = (second.cpu - first.cpu) / 0.5 / 3600;
  expect(hours).toBeGreaterThan(1.999);
  expect(hours).toBeLessThan(2.1);
  expect((second.storage - first.storage) / (2 * 2 ** 30) / 3600).toBeCloseTo(hours, 2);
  expect((second.cost - first.cost) / 1e6).toBeCloseTo(hours * (0.5 + 2 * 0.5 + 2 * 2), 1);
  const [gap] = pauses(second.gaps);
  expect(Date.parse(gap?.to ?? "") - Date.parse(gap?.from ?? "")).toBeGreaterThan(1.9 * HOUR_MS);
  // What has been told is not told again.
  expect((await usageAfter(later, "shop")).cpu - second.cpu).toBeLessThan(0.5 * 60);
}, 180_000);

test("what the bin keeps goes on counting for the app that it was", async () => {
  const metering = await begin();
  await install(admin, namespace, "labring/disk:1");
  const { metadata } = await untilPhase(admin, namespace, "disk", "Running");
  const reference = { apiVersion: API_VERSION, kind: "Installation", namespace, name: metadata.name };
  await admin.delete(reference);
  await until(admin, reference, (each) => each === undefined);
  const others = await usageAfter(metering, OTHER);
  const before = await usageAfter(metering, "disk");
  await vi.waitFor(
    async () =>
      expect((await usageAfter(metering, "disk")).storage).toBeGreaterThan(before.storage + 2 ** 30),
    { timeout: 30_000 },
  );
  expect((await usageAfter(metering, OTHER)).storage).toBe(others.storage);
}, 180_000);

test("what an action runs counts for the app that it is an action of", async () => {
  const metering = await begin();
  const others = await usageAfter(metering, OTHER);
  const run = await admin.create<ActionRun>({
    ...{ apiVersion: API_VERSION, kind: "ActionRun" },
    metadata: { generateName: "work-", namespace },
    spec: { installation: "worker", action: "work" },
  } as ActionRun);
  const resources = { requests: { cpu: "1", memory: "1Mi" }, limits: { cpu: "1", memory: "1Mi" } };
  const image = "docker.io/library/busybox:1.37";
  // One that lasts, since what starts and ends within a second, which is as fine as its times are, used nothing.
  const containers = [{ name: "main", image, command: ["sleep", "60"], resources }];
  await admin.create({
    ...{ apiVersion: "batch/v1", kind: "Job" },
    metadata: { name: commandName(run.metadata.name, "work"), namespace },
    spec: { template: { spec: { restartPolicy: "Never", containers } } },
  } as KubernetesObject);
  await vi.waitFor(async () => expect((await usageAfter(metering, "worker")).cpu).toBeGreaterThan(0), {
    timeout: 30_000,
  });
  expect((await usageAfter(metering, OTHER)).cpu).toBe(others.cpu);
}, 180_000);

test("what an image counts of its own is counted for what it has, priced by name and unit, and marked where it fails", async () => {
  const metering = await begin();
  const usage = await vi.waitFor(
    async () => {
      await metering.read();
      const usage = await usageAfter(metering, "shop");
      expect(usage.gaps.find(({ meter }) => meter === "calls")?.message).toBeTruthy();
      return usage;
    },
    { timeout: 60_000 },
  );
  const [members] = usage.charges("members");
  expect(members).toMatchObject({ unit: "member", per: "hour", price: "2" });
  expect(members?.cost).toBeCloseTo((members?.amount ?? 0) * 2e6, -1);
  // Two pods and two volumes of a GiB, which are about as old; nobody has a price for GiB of disk.
  const [disk] = usage.charges("disk");
  expect(disk?.price).toBeUndefined();
  expect(disk?.amount).toBeCloseTo(members?.amount ?? 0, 1);
  expect(usage.charges("cpu")[0]).toMatchObject({ unit: "core", price: "1" });
  const shop = await admin.get<Installation>({
    apiVersion: API_VERSION,
    kind: "Installation",
    namespace,
    name: "shop",
  });
  expect(shop.status?.meters?.map(({ name, endpoint }) => [name, endpoint?.service])).toEqual([
    ["disk", undefined],
    ["members", undefined],
    ["calls", "shop-api"],
  ]);
}, 180_000);

test("a clock that is set forwards and back again costs nobody anything, and the time it skipped is marked", async () => {
  let set = 0;
  const start = performance.now();
  const now = () => Date.now() + ahead;
  const metering = await begin(new Clock(() => now() + set, now));
  const before = await vi.waitFor(
    async () => {
      const usage = await usageAfter(metering, "shop");
      expect(usage.cpu).toBeGreaterThan(0);
      return usage;
    },
    { timeout: 60_000 },
  );
  const gaps = async () =>
    (await usageAfter(metering, "shop")).gaps.filter(({ reason }) => reason === "ClockSet");
  for (const [number, to] of [365 * 24 * HOUR_MS, 0].entries()) {
    set = to;
    await vi.waitFor(async () => expect(await gaps()).toHaveLength(number + 1), { timeout: 60_000 });
  }
  const after = await usageAfter(metering, "shop");
  // What two pods of a quarter of a core use while this test runs, and in the moment before it.
  expect(after.cpu - before.cpu).toBeLessThan(((performance.now() - start) / 1000 + 30) * 0.5);
}, 180_000);

test("a price book that cannot be read leaves the last one in force, and says what is wrong with it", async () => {
  const metering = await begin();
  const inForce = () =>
    admin.find<{ data?: Record<string, string> } & Usage>({ ...PRICE_MAP, name: METERING });
  await vi.waitFor(
    async () => {
      await metering.round();
      expect((await inForce())?.data?.["prices.yaml"]).toContain("cpu: 1");
    },
    { timeout: 60_000 },
  );
  await price("currency: EUR\nprices: { cpu: -5 }");
  await vi.waitFor(
    async () => {
      await metering.round();
      expect((await inForce())?.data?.problem).toContain("prices.cpu: is no price");
    },
    { timeout: 60_000 },
  );
  expect((await inForce())?.data?.["prices.yaml"]).toContain("cpu: 1");
  const before = await usageAfter(metering, "shop");
  expect(before.currency).toBe("EUR");
});
