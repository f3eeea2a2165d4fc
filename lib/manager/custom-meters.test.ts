import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { Cluster } from "../cluster/index.ts";
import { added, type Gap } from "../metering/ledger.ts";
import { Meter } from "../metering/meter.ts";
import { NOTHING, type Spent } from "../metering/money.ts";
import { OTHER } from "../metering/owners.ts";
import type { Usage } from "../model/resources.ts";
import { CustomMeters } from "./custom-meters.ts";
import type { UsageWriter } from "./usage-writer.ts";
import type { World } from "./world.ts";

const NOON = Date.parse("2026-01-31T12:00:00Z");
const DAY = "2026-01-31";
const PATH = "/api/v1/namespaces/ns-a/services/shop:8080/proxy/usage";

/** Stands for the API server, behind which the app's Service is. */
let answer: (response: ServerResponse, request: IncomingMessage) => void;
const requests: IncomingMessage[] = [];
const server = createServer((request, response) => {
  requests.push(request);
  answer(response, request);
});
let cluster: Cluster;
let now = NOON;
let gaps: (Omit<Gap, "from" | "to"> & { from: number; to: number })[] = [];
const readings = new Map<string, number>();
let meter: Meter;
let meters: CustomMeters;

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cluster = Cluster.at(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => begin(false));

function begin(counter: boolean): void {
  now = NOON;
  gaps = [];
  requests.length = 0;
  meter = new Meter();
  const endpoint = { service: "shop", port: 8080, path: "/usage", value: "data.used", counter };
  const declared = { name: "load", title: "Load", unit: "job", endpoint };
  const installation = {
    metadata: { name: "shop", namespace: "ns-a" },
    status: { phase: "Running", meters: [declared] },
  };
  const world = {
    cluster,
    installations: { list: () => [installation] },
    signal: new AbortController().signal,
  } as World;
  const writer = {
    reading: (_namespace: string, app: string, name: string, number: number) =>
      readings.set(`${app}/${name}`, number),
    gap: (_namespace: string, gap: (typeof gaps)[number]) => gaps.push(gap),
  } as unknown as UsageWriter;
  meters = new CustomMeters(world, meter, writer);
}

const tells = (text: string, status = 200, headers = {}) => {
  answer = (response) => response.writeHead(status, headers).end(text);
};
const number = (value: unknown) => tells(JSON.stringify({ data: { used: value } }));
async function readAfter(seconds: number): Promise<Partial<Spent>> {
  now += seconds * 1000;
  await meters.read(() => now);
  return meter.take("ns-a", now).get(DAY)?.get("shop") ?? {};
}

test("a number counts from when it was told until the next is, asked as the workspace's own installer", async () => {
  number(4);
  await readAfter(0);
  expect((await readAfter(300))["load/job/hour"]).toBe(4 * 300);
  number(2);
  await readAfter(300);
  expect((await readAfter(300))["load/job/hour"]).toBe(2 * 300);
  expect(gaps).toEqual([]);
  expect(requests.every(({ url, method }) => url === PATH && method === "GET")).toBe(true);
  expect(requests[0]?.headers["impersonate-user"]).toBe("system:serviceaccount:ns-a:installer");
});

test.each([
  ["is negative", () => number(-1), "it is negative: -1"],
  ["is beyond belief", () => tells('{"data":{"used":1e308}}'), "it is too large to be true: 1e+308"],
  ["is infinite", () => tells('{"data":{"used":1e999}}'), "it is too large to be true: Infinity"],
  ["is not there", () => tells("{}"), "it is no number"],
  ["is text", () => number("NaN"), "it is no number"],
  ["comes in no JSON", () => tells("<html>"), "it is no number"],
  ["is a redirect", () => tells("", 302, { location: "http://169.254.169.254/" }), "status 302"],
  ["is huge", () => tells("9".repeat(100_000)), "the answer is larger than 65536 bytes"],
  ["is huge and an error", () => tells("x".repeat(10_000_000), 500), "xxx"],
  ["never comes", () => (answer = () => undefined), "no answer within 2000 ms"],
  [
    "never ends",
    () => {
      answer = (response) => response.writeHead(200).write("1");
    },
    "no answer within 2000 ms",
  ],
])("an answer that %s counts nothing, and the day says why", async (_what, tell, message) => {
  number(4);
  await readAfter(0);
  tell();
  expect((await readAfter(300))["load/job/hour"]).toBe(4 * 300);
  expect(await readAfter(300)).toEqual({});
  expect(gaps).toHaveLength(2);
  expect(gaps[1]).toMatchObject({ from: NOON + 300_000, to: NOON + 600_000, reason: "MeterFailed" });
  expect(gaps[1]).toMatchObject({ app: "shop", meter: "load" });
  expect(gaps[1]?.message).toContain(message);
  number(1);
  await readAfter(300);
  // All of the time that counts nothing is marked: until it was believed again.
  expect(gaps[2]).toMatchObject({ from: NOON + 600_000, to: NOON + 900_000 });
  expect((await readAfter(300))["load/job/hour"]).toBe(300);
  expect(gaps).toHaveLength(3);
});

test("what a counter gains around an answer that fails is marked from when it was last believed", async () => {
  begin(true);
  number(100);
  await readAfter(0);
  number(-1);
  expect(await readAfter(300)).toEqual({});
  number(120);
  expect(await readAfter(300)).toEqual({});
  expect(gaps.map(({ from, to }) => [from - NOON, to - NOON])).toEqual([
    [0, 300_000],
    [300_000, 600_000],
  ]);
  number(121);
  expect((await readAfter(300))["load/job/each"]).toBe(1);
});

test("a counter counts what it rises by, and one that falls is marked and begins anew", async () => {
  begin(true);
  number(100);
  expect(await readAfter(0)).toEqual({});
  number(107);
  expect((await readAfter(300))["load/job/each"]).toBe(7);
  number(3);
  expect(await readAfter(300)).toEqual({});
  expect(gaps[0]?.message).toBe("the counter fell from 107 to 3");
  number(5);
  expect((await readAfter(300))["load/job/each"]).toBe(2);
});

test("a counter that goes on while no manager runs is taken up where the records leave it", async () => {
  begin(true);
  number(100);
  await readAfter(0);
  number(107);
  const amounts = await readAfter(300);
  const entry = { apps: new Map([["shop", { ...NOTHING, ...amounts }]]), upTo: "a", gaps: [], readings };
  const status = added(undefined, entry, OTHER);
  expect(status.apps?.shop?.charges).toEqual([
    { meter: "load", unit: "job", per: "each", amount: 7, reading: 107 },
  ]);
  begin(true);
  meters.resume("ns-a", { status } as Usage);
  number(150);
  expect((await readAfter(0))["load/job/each"]).toBe(43);
});

test("objects are looked through once, however many apps and meters count their kind", () => {
  let looks = 0;
  const pod = {
    ...{ apiVersion: "v1", kind: "Pod" },
    metadata: {
      ...{ name: "web", namespace: "ns-a", uid: "web" },
      get labels() {
        looks++;
        return { app: "shop" };
      },
    },
  };
  const declared = Array.from({ length: 10 }, (_, each) => ({
    ...{ name: `pods-${each}`, title: "Pods", unit: "pod" },
    count: { apiVersion: "v1", kind: "Pod" },
  }));
  const installed = ["shop", "idle", "other"].map((name) => ({
    metadata: { name },
    status: { meters: declared },
  }));
  const pods = { type: { apiVersion: "v1", kind: "Pod" }, list: () => [pod] };
  const none = { type: { apiVersion: "v1", kind: "Service" }, list: () => [] };
  const world = {
    ...{ pods, claims: none, services: none, instances: none },
    ...{ installations: { list: () => installed }, kinds: new Map(), meters: new Map() },
  } as unknown as World;
  const counting = new CustomMeters(world, meter, {} as UsageWriter);
  const owners = [{ app: "shop", selector: { app: "shop" } }];
  counting.update("ns-a", { recorded: new Map(), owners, jobs: [] }, now);
  expect(looks).toBe(1);
  const spent = meter.take("ns-a", now + 1000).get(DAY);
  expect([...(spent?.keys() ?? [])]).toEqual(["shop"]);
  expect(spent?.get("shop")).toMatchObject({ "pods-0/pod/hour": 1, "pods-9/pod/hour": 1 });
});

test("workspaces whose meters are slow keep the round waiting for a minute, and are none the less all asked in turn", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  try {
    const asked: string[] = [];
    const askService = async ({ namespace }: { namespace: string }) => {
      asked.push(namespace);
      vi.advanceTimersByTime(10_000);
      return "1";
    };
    const endpoint = { service: "shop", port: 80, path: "/", counter: false };
    const installed = Array.from({ length: 20 }, (_, each) => ({
      metadata: { name: "shop", namespace: `ns-${each}` },
      status: { phase: "Running", meters: [{ name: "load", title: "Load", unit: "job", endpoint }] },
    }));
    const world = {
      cluster: { as: () => ({ askService }) },
      installations: { list: () => installed },
      signal: new AbortController().signal,
    } as unknown as World;
    const slow = new CustomMeters(world, meter, {} as UsageWriter);
    const began = performance.now();
    await slow.read(() => now);
    expect(performance.now() - began).toBe(60_000);
    for (let round = 0; round < 3; round++) await slow.read(() => now);
    expect(new Set(asked).size).toBe(20);
  } finally {
    vi.useRealTimers();
  }
});
