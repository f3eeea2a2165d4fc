import { expect, test } from "vitest";
import { Clock } from "./clock.ts";
import { added } from "./ledger.ts";
import { NOTHING } from "./money.ts";
import { appOf, OTHER, ownerOf } from "./owners.ts";
import { parsePriceBook } from "./prices.ts";
import { usageOf } from "./uses.ts";

const asks = (cpu: string, more = {}) => ({ resources: { requests: { cpu, memory: "1Mi" } }, ...more });
const pod = (more: object) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p", namespace: "ns-a", labels: { app: "shop" } },
  ...more,
});

test("a pod counts from when a node took it, for the most that its containers ask together", () => {
  const spec = {
    initContainers: [asks("100m", { restartPolicy: "Always" }), asks("2")],
    containers: [asks("250m"), asks("250m")],
    overhead: { cpu: "10m" },
  };
  expect(usageOf(pod({ spec }))).toBeUndefined();
  const running = pod({ spec, status: { startTime: "2026-01-31T12:00:00Z", phase: "Running" } });
  expect(usageOf(running)).toEqual({
    from: Date.parse("2026-01-31T12:00:00Z"),
    rates: { ...NOTHING, cpu: 2110, memory: 3 * 2 ** 20 },
  });
  const done = pod({
    spec,
    status: {
      startTime: "2026-01-31T12:00:00Z",
      phase: "Succeeded",
      containerStatuses: [{ state: { terminated: { finishedAt: "2026-01-31T12:01:00Z" } } }],
    },
  });
  expect(usageOf(done)?.until).toBe(Date.parse("2026-01-31T12:01:00Z"));
});

test("a volume counts once it is bound, by what it really has; of services only load balancers do", () => {
  const claim = {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "c", creationTimestamp: "2026-01-31T12:00:00Z" },
    spec: { resources: { requests: { storage: "1Gi" } } },
  };
  expect(usageOf({ ...claim, status: { phase: "Pending" } })).toBeUndefined();
  const bound = usageOf({ ...claim, status: { phase: "Bound", capacity: { storage: "2Gi" } } });
  expect(bound?.rates.storage).toBe(2 * 2 ** 30);
  const service = (type: string) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "s" },
    spec: { type },
  });
  expect(usageOf(service("ClusterIP"))).toBeUndefined();
  expect(usageOf(service("LoadBalancer"))?.rates.loadBalancers).toBe(1);
});

test("pods belong to the app whose workload selects them, volumes of its claim templates too, the rest to nobody", () => {
  const labels = { "hub.sealos.io/installation": "shop" };
  const workload = {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "shop", labels },
    spec: { selector: { matchLabels: { app: "shop" } } },
  };
  const owners = [ownerOf(workload, "shop")].flatMap((owner) => owner ?? []);
  const nothing = { recorded: new Map<string, string>(), owners: [], jobs: [] };
  expect(appOf(pod({}), { ...nothing, owners })).toBe("shop");
  // A label is anybody's to write.
  expect(appOf({ ...pod({}), metadata: { name: "p", namespace: "ns-a", labels } }, nothing)).toBe(OTHER);
  const ownerReferences = [{ apiVersion: "batch/v1", kind: "Job", name: "nightly-123", uid: "1" }];
  const night = { ...pod({}), metadata: { name: "p", ownerReferences } };
  expect(appOf(night, { ...nothing, jobs: [{ prefix: "nightly-", app: "shop" }] })).toBe("shop");
  expect(appOf(night, { ...nothing, jobs: [{ prefix: "daily-", app: "shop" }] })).toBe(OTHER);
});

test("a pod that failed while it started counts until its init containers had ended, or by now where none says when", () => {
  const spec = { containers: [asks("1")] };
  const failed = (more: object) =>
    usageOf(pod({ spec, status: { startTime: "2026-01-31T12:00:00Z", phase: "Failed", ...more } }))?.until;
  const terminated = { finishedAt: "2026-01-31T14:00:00Z" };
  expect(failed({ initContainerStatuses: [{ state: { terminated } }] })).toBe(
    Date.parse(terminated.finishedAt),
  );
  expect(failed({})).toBe("unknown");
});

test("a day's ledger adds up, in money as well, and never goes below nothing", () => {
  const { prices, currency } = parsePriceBook("currency: EUR\nprices: { cpu: 3.6 }");
  const priced = { currency, pricesOf: () => prices };
  const entry = (cpu: number, upTo: string) => ({
    apps: new Map([["shop", { ...NOTHING, cpu }]]),
    upTo,
    gaps: [],
    priced,
  });
  const first = added(undefined, entry(10, "a"), OTHER);
  expect(first).toMatchObject({
    upTo: "a",
    currency: "EUR",
    apps: { shop: { cpuSeconds: 10, cost: 10_000 } },
  });
  const second = added(first, entry(5, "b"), OTHER);
  expect(second.apps?.shop).toMatchObject({ cpuSeconds: 15, cost: 15_000 });
  expect(added(second, entry(-40, "c"), OTHER).apps?.shop).toMatchObject({ cpuSeconds: 0, cost: 0 });
  const dollars = { ...entry(1, "d"), priced: { ...priced, currency: "USD" } };
  const odd = { ...entry(1, "e"), apps: new Map([["constructor", { ...NOTHING, cpu: 1 }]]) };
  expect(
    Object.entries(added(second, odd, OTHER).apps ?? {}).map(([app, sum]) => [app, sum.cpuSeconds]),
  ).toEqual([
    ["shop", 15],
    ["constructor", 1],
  ]);
  expect(added(second, dollars, OTHER).apps?.shop).toMatchObject({ cpuSeconds: 16, cost: 1_000 });
});

test("the clock goes on evenly when the machine's is set, and says so", () => {
  let wall = 1_000_000;
  let monotonic = 0;
  const clock = new Clock(
    () => wall,
    () => monotonic,
  );
  wall += 5_000;
  monotonic += 5_000;
  expect([clock.now(), clock.jumped()]).toEqual([1_005_000, undefined]);
  wall -= 3_600_000;
  monotonic += 1_000;
  expect(clock.now()).toBe(1_006_000);
  expect(clock.jumped()).toEqual({ from: 1_006_000, to: wall });
  expect(clock.now()).toBe(wall);
});
