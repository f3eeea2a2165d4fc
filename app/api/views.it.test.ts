import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Browser, type HubUnderTest, StreamReader, startHubUnderTest } from "@/lib/auth/testing/hub.ts";
import { ContentStore, readFolder } from "@/lib/images/index.ts";
import { provisionTenant } from "@/lib/install/provision.ts";
import type { Manager } from "@/lib/manager/manager.ts";
import { Metering } from "@/lib/manager/metering.ts";
import { until, untilPhase } from "@/lib/manager/testing/cluster.ts";
import { testManager } from "@/lib/manager/testing/stage.ts";
import type { AdministrationView } from "@/lib/model/administration-views.ts";
import type { KubernetesObject } from "@/lib/model/kubernetes.ts";
import { API_VERSION, type Installation, PRICES } from "@/lib/model/resources.ts";
import type { UsageDay } from "@/lib/model/statement.ts";
import type { StreamEvent, Topic } from "@/lib/model/stream.ts";
import type { Timeline } from "@/lib/model/timeline.ts";
import { answer } from "./answer.test-support.ts";

/**
 * The same facts as two tenants and two administrators see them, after a day in which things were installed, changed,
 * stopped, uninstalled and went wrong.
 */
const SLOW_MS = 60_000;
const TENANTS = ["alice", "bob"] as const;
type Tenant = (typeof TENANTS)[number];

let hub: HubUnderTest;
let manager: Manager;
let metering: Metering;
const tenants = {} as Record<Tenant, Browser>;
const administrators: { name: string; see: () => Promise<AdministrationView> }[] = [];

const database = (name: string, namespace: string) =>
  ({
    apiVersion: "acid.zalan.do/v1",
    kind: "postgresql",
    metadata: { name, namespace },
    spec: {
      teamId: "acid",
      numberOfInstances: 1,
      volume: { size: "1Gi" },
      postgresql: { version: "16" },
    },
  }) as KubernetesObject;

beforeAll(async () => {
  hub = await startHubUnderTest({}, ["admin", "carol"]);
  await hub.admin.create({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: PRICES, namespace: "sealos-system" },
    data: { "prices.yaml": "currency: EUR\nprices: { cpu: 3600, memory: 60, storage: 7 }" },
  } as KubernetesObject);
  const images = new ContentStore(hub.config.contentDir);
  for (const [reference, folder] of [
    ["labring/postgres:latest", "providers/postgres"],
    ["labring/uptime-kuma:latest", "images/uptime-kuma"],
  ] as const)
    await images.put(reference, await readFolder(folder));
  const crashing = await readFile("e2e/images/crashing.yaml");
  await images.put("labring/crashing:latest", new Map([["index.yaml", crashing]]));
  manager = testManager({
    cluster: await hub.cluster.account("sealos-system", "manager"),
    images,
  });
  metering = new Metering(manager.world, { intervalMs: 1_000 });
  await manager.start();
  metering.start();
  for (const name of TENANTS) {
    tenants[name] = new Browser(hub.config.url, answer);
    await tenants[name].signIn(name);
  }
  const admin = new Browser(hub.config.url, answer);
  await admin.signIn("admin");
  administrators.push({ name: "admin", see: () => seenBy(admin) });
  // Not one of the demo accounts: she comes by the command line.
  await provisionTenant(hub.admin, { uid: "carol", subject: '["demo","carol"]' });
  const token = await hub.server.hub.sessions.open("carol", 3600, "test", { host: "desk" });
  const carol = new Browser(hub.config.url, answer);
  administrators.push({ name: "carol", see: () => seenBy(carol, { authorization: `Bearer ${token}` }) });
  await Promise.all(TENANTS.map(live));
  await settle();
}, 3 * SLOW_MS);

afterAll(async () => {
  await metering?.stop();
  await manager?.stop();
  await hub?.stop();
});

async function seenBy(browser: Browser, headers: Record<string, string> = {}): Promise<AdministrationView> {
  const response = await browser.fetch("/api/administration", { headers });
  expect(response.status).toBe(200);
  return response.json();
}

/** What each does in a day; bob has no app that fails, but a database more. */
async function live(name: Tenant): Promise<void> {
  const ns = `ns-${name}`;
  const ask = async (method: string, path: string, json?: unknown) => {
    const response = await tenants[name].fetch(`/api/namespaces/${ns}/${path}`, {
      method,
      ...(json === undefined ? {} : { json }),
    });
    expect(response.ok, `${method} ${path}: ${response.status}`).toBe(true);
  };
  const post = (repo: string, as: string) =>
    ask("POST", "installations", { image: `labring/${repo}:latest`, inputs: {}, name: `${as}-of-${name}` });
  const installed = (as: string) => ({
    apiVersion: API_VERSION,
    kind: "Installation",
    namespace: ns,
    name: `${as}-of-${name}`,
  });
  await vi.waitFor(() => post("uptime-kuma", "watch"), { timeout: 20_000 });
  await untilPhase(hub.admin, ns, `watch-of-${name}`, "Running", SLOW_MS);
  await post("uptime-kuma", "rest");
  await untilPhase(hub.admin, ns, `rest-of-${name}`, "Running", SLOW_MS);
  await ask("PATCH", `installations/rest-of-${name}`, { suspended: true });
  await untilPhase(hub.admin, ns, `rest-of-${name}`, "Suspended", SLOW_MS);
  await post("postgres", "databases");
  await untilPhase(hub.admin, ns, `databases-of-${name}`, "Running", SLOW_MS);
  for (const number of name === "bob" ? [1, 2] : [1])
    await hub.admin.create(database(`store-${number}-of-${name}`, ns));
  if (name === "alice") {
    await post("crashing", "broken");
    await untilPhase(hub.admin, ns, "broken-of-alice", "Failed", SLOW_MS);
  }
  await post("uptime-kuma", "short");
  await untilPhase(hub.admin, ns, `short-of-${name}`, "Running", SLOW_MS);
  await ask("DELETE", `installations/short-of-${name}`);
  await until(hub.admin, installed("short"), (each) => each === undefined);
}

const seenByAll = () => Promise.all(administrators.map(({ see }) => see()));
/** Up to today, whenever that is: the tests may run past midnight. */
const thisMonth = () => {
  const day = new Date().toISOString().slice(0, 10);
  return `from=${day.slice(0, 8)}01&to=${day}`;
};

/** Until what is counted has been counted; from then on nothing moves. */
async function settle(): Promise<void> {
  await vi.waitFor(
    async () => {
      await metering.round();
      for (const name of TENANTS) expect((await usageOf(name)).costMicros).toBeGreaterThan(0);
      const { status } = await hub.admin.get<KubernetesObject & { status?: Record<string, number> }>({
        apiVersion: API_VERSION,
        kind: "Provider",
        name: "labring.postgres",
      });
      expect(status).toMatchObject({ tenants: 2, instances: 3 });
    },
    { timeout: SLOW_MS, interval: 500 },
  );
  await metering.round();
  await metering.stop();
  const failing = async () => (await administrators[0]?.see())?.failing;
  await vi.waitFor(async () => expect(await failing()).toHaveLength(1), { timeout: 20_000 });
}

/** The month as the tenant's page sums it up, and as their spreadsheet does. */
async function usageOf(name: Tenant) {
  const address = `/api/namespaces/ns-${name}/usage`;
  const { days } = (await (await tenants[name].fetch(`${address}?${thisMonth()}`)).json()) as {
    days: UsageDay[];
  };
  const apps = days.flatMap((each) => Object.values(each.apps));
  const csv = await (await tenants[name].fetch(`${address}/export?${thisMonth()}`)).text();
  const [header = "", ...lines] = csv.trim().split("\r\n");
  const column = header.split(",").indexOf("cost");
  return {
    apps: [...new Set(days.flatMap((each) => Object.keys(each.apps)))],
    coreHours: apps.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0) / 3600,
    costMicros: apps.reduce((sum, { cost = 0 }) => sum + cost, 0),
    exported: lines.reduce((sum, line) => sum + Number(line.split(",")[column]), 0),
    csv,
  };
}

/** What a tenant's page shows of a topic. */
async function shown<T>(name: Tenant, topic: Topic): Promise<T[]> {
  const abort = new AbortController();
  const response = await tenants[name].fetch(
    `/api/stream?namespace=ns-${name}&topic=${encodeURIComponent(topic)}`,
    { signal: abort.signal },
  );
  const stream = new StreamReader<StreamEvent>(response);
  const snapshot = await stream.find(({ type }) => type === "snapshot");
  abort.abort();
  await stream.closed;
  if (snapshot.type !== "snapshot") throw new Error("no snapshot came");
  return snapshot.items.map(({ value }) => value as T);
}

async function timelineOf(name: Tenant): Promise<Timeline> {
  return (await tenants[name].fetch(`/api/namespaces/ns-${name}/timeline`)).json();
}

test("both administrators see the same", async () => {
  expect(administrators.map(({ name }) => name)).toEqual(["admin", "carol"]);
  // Not in the moment in which a pod that ends gives its quota back.
  await vi.waitFor(
    async () => {
      const [first, second] = await seenByAll();
      expect(second).toEqual(first);
    },
    { timeout: 20_000 },
  );
});

test("what they see of a workspace is what its tenant sees: apps, failures, instances, hours and money", async () => {
  const [view] = await seenByAll();
  let instances = 0;
  for (const name of TENANTS) {
    const usage = await usageOf(name);
    const installations = await shown<Installation>(name, "installations");
    const failing = installations.filter(({ status }) => status?.phase === "Failed");
    const workspace = view?.workspaces.find(({ namespace }) => namespace === `ns-${name}`);
    expect(workspace).toMatchObject({
      apps: installations.length,
      failing: failing.length,
      costMicros: usage.costMicros,
    });
    expect(workspace?.coreHours).toBeCloseTo(usage.coreHours, 9);
    expect(usage.exported * 1_000_000).toBeCloseTo(usage.costMicros, 0);
    expect(
      view?.failing
        .filter(({ namespace }) => namespace === `ns-${name}`)
        .map(({ name: app, message, reason }) => ({ app, message, reason })),
    ).toEqual(
      failing.map(({ metadata, status }) => ({
        app: metadata.name,
        message: status?.message,
        reason: status?.reason,
      })),
    );
    const { entries } = await timelineOf(name);
    const failed = entries.filter(({ event }) => event === "failed").map(({ installation }) => installation);
    expect(failed).toEqual(failing.map(({ metadata }) => metadata.name));
    instances += (await shown(name, "instances/labring.postgres")).length;
  }
  expect(view?.providers).toEqual([
    expect.objectContaining({ name: "labring.postgres", tenants: 2, instances }),
  ]);
});

test("each tenant sees their own story whole, and nothing of the other's", async () => {
  for (const name of TENANTS) {
    const other = name === "alice" ? "bob" : "alice";
    const { entries } = await timelineOf(name);
    const told = (app: string, kind = "change") =>
      entries
        .filter((entry) => entry.installation === `${app}-of-${name}` && entry.kind === kind)
        .map(({ event, person }) => `${event} by ${person?.uid}`);
    expect(told("rest")).toEqual([`stopped by ${name}`, `installed by ${name}`]);
    expect(told("short", "outcome")).toContain(`uninstalled by ${name}`);
    const { apps, csv } = await usageOf(name);
    const everything = JSON.stringify([
      entries,
      apps,
      csv,
      await shown(name, "installations"),
      await shown(name, "apps"),
      await shown(name, "instances/labring.postgres"),
      await (await tenants[name].fetch(`/api/namespaces/ns-${name}/bin`)).json(),
    ]);
    for (const part of [`watch-of-${name}`, `short-of-${name}`, `store-1-of-${name}`])
      expect(everything).toContain(part);
    expect(everything).not.toMatch(new RegExp(`-of-${other}|ns-${other}`));
    for (const path of ["timeline", "bin", `usage?${thisMonth()}`, `usage/export?${thisMonth()}`]) {
      const response = await tenants[name].fetch(`/api/namespaces/ns-${other}/${path}`);
      expect([path, response.status]).toEqual([path, 404]);
    }
  }
});
