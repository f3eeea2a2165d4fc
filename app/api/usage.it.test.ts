import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Browser, type HubUnderTest, startHubUnderTest } from "@/lib/auth/testing/hub.ts";
import type { Budget } from "@/lib/model/budget.ts";
import { API_VERSION, METERING, type Usage } from "@/lib/model/resources.ts";
import { answer } from "./answer.test-support.ts";

let hub: HubUnderTest;
let alice: Browser;
let bob: Browser;
const usage = "/api/namespaces/ns-alice/usage";
const january = "from=2026-01-01&to=2026-01-31";

beforeAll(async () => {
  hub = await startHubUnderTest();
  alice = new Browser(hub.config.url, answer);
  bob = new Browser(hub.config.url, answer);
  await alice.signIn("alice");
  await bob.signIn("bob");
  await hub.publish("images/uptime-kuma", "labring/uptime-kuma:latest");
  for (const [name, cost] of [
    ["2025-12-31", 1],
    ["2026-01-02", 1_500_000],
    ["2026-01-01", 2],
  ] as const) {
    const type = { apiVersion: API_VERSION, kind: "Usage" };
    await hub.admin.create<Usage>({ ...type, metadata: { name, namespace: "ns-alice" }, spec: {} } as Usage);
    const apps = {
      'odd "name"': { cpuSeconds: 3600, memoryByteSeconds: 0, storageByteSeconds: 0, cost },
    };
    await hub.admin.patch(
      { ...type, name, namespace: "ns-alice" },
      { status: { currency: "EUR", apps } },
      { type: "merge", subresource: "status" },
    );
  }
  const prices = "currency: EUR\nprices: { cpu: 0.01, memory: 0, storage: 0.001 }";
  await hub.admin.apply(
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: METERING, namespace: "sealos-system" },
      data: { "prices.yaml": prices, upTo: "2026-02-01T00:00:00.000Z" },
    },
    { fieldManager: "test" },
  );
});
afterAll(() => hub?.stop());

test("a member reads the days that they ask for, in order, and as a table for a spreadsheet", async () => {
  const { days } = await (await alice.fetch(`${usage}?${january}`)).json();
  expect(days.map(({ day }: { day: string }) => day)).toEqual(["2026-01-01", "2026-01-02"]);
  const csv = await alice.fetch(`${usage}/export?${january}`);
  expect(csv.headers.get("content-disposition")).toContain("usage-ns-alice-2026-01-01-2026-01-31.csv");
  const [header, , last] = (await csv.text()).split("\r\n");
  expect(header).toContain("day,app,cpu_core_seconds");
  expect(last).toBe('2026-01-02,"odd ""name""",3600,0,0,0,1.500000,EUR,');
});

test("a month is told as a statement that says whether it is final, and leaves as a table", async () => {
  const address = "/api/namespaces/ns-alice/statement";
  const statement = await (await alice.fetch(`${address}?month=2026-01`)).json();
  expect(statement).toMatchObject({ totals: { EUR: 1_500_002 }, closed: true });
  expect(statement.apps[0].lines[0]).toMatchObject({ meter: "cpu", unit: "core", amount: 2 });
  const now = new Date().toISOString().slice(0, 7);
  expect(await (await alice.fetch(`${address}?month=${now}`)).json()).toMatchObject({
    apps: [],
    closed: false,
  });
  const csv = await (await alice.fetch(`${address}/export?month=2026-01`)).text();
  expect(csv).toContain('2026-01,"odd ""name""",cpu,core-hour,2,,,\r\n');
  expect(csv).toContain("2026-01,,total,,,,1.500002,EUR\r\n");
  expect((await alice.fetch(`${address}?month=2026-13`)).status).toBe(400);
  expect((await bob.fetch(`${address}?month=2026-01`)).status).toBe(404);
});

test("an owner sets the budget, administrators the limit; nothing is installed or started once it is spent", async () => {
  const own = "/api/namespaces/ns-alice/budget";
  const wrong = await alice.fetch(own, { method: "PUT", json: { monthly: "much" } });
  expect(wrong.status).toBe(422);
  expect((await wrong.json()).fields[0].field).toBe("monthly");
  expect((await alice.fetch(own, { method: "PUT", json: { monthly: "20.5", warnAt: 50 } })).status).toBe(204);
  const budget = { apiVersion: API_VERSION, kind: "Budget", namespace: "ns-alice", name: "default" };
  expect((await hub.admin.get<Budget>(budget)).spec).toMatchObject({
    monthly: "20.5",
    warnAt: 50,
    stop: true,
  });
  const limit = "/api/administration/workspaces/alice/limit";
  expect((await alice.fetch(limit, { method: "PUT", json: { monthly: "5" } })).status).toBe(403);

  await hub.admin.patch(budget, { status: { phase: "Stopped" } }, { type: "merge", subresource: "status" });
  await vi.waitFor(
    async () => {
      const json = { image: "labring/uptime-kuma:latest" };
      const refused = await alice.fetch("/api/namespaces/ns-alice/installations", { method: "POST", json });
      expect(await refused.json()).toMatchObject({ status: 422, code: "budget-reached" });
    },
    { timeout: 20_000 },
  );
  const json = { image: "labring/uptime-kuma:latest", inputs: {} };
  const planned = await alice.fetch("/api/namespaces/ns-alice/plan", { method: "POST", json });
  expect(await planned.json()).toMatchObject({ possible: false, blockers: [{ reason: "budget-reached" }] });
  expect((await alice.fetch(own, { method: "PUT", json: { monthly: null } })).status).toBe(204);
  expect(await hub.admin.find(budget)).toBeUndefined();
});

test("nobody else does, and days that make no sense are refused in words", async () => {
  expect((await bob.fetch(`${usage}?${january}`)).status).toBe(404);
  for (const days of ["from=2026-01-31&to=2026-01-01", "from=2000-01-01&to=2026-01-01", "from=x&to=y"])
    expect((await alice.fetch(`${usage}?${days}`)).status).toBe(400);
});

test("a plan says what an app will cost in a month, by the prices in force", async () => {
  const response = await alice.fetch("/api/namespaces/ns-alice/plan", {
    method: "POST",
    body: JSON.stringify({ image: "labring/uptime-kuma:latest", inputs: {} }),
  });
  const { cost } = await response.json();
  expect(cost.currency).toBe("EUR");
  expect(Number.isSafeInteger(cost.monthlyMicros)).toBe(true);
  expect(cost.monthlyMicros).toBeGreaterThan(0);
});
