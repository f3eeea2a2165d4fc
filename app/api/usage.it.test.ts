import { afterAll, beforeAll, expect, test } from "vitest";
import { Browser, type HubUnderTest, startHubUnderTest } from "@/lib/auth/testing/hub.ts";
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
      data: { "prices.yaml": prices },
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
  expect(last).toBe('2026-01-02,"odd ""name""",3600,0,0,0,1.500000,EUR');
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
