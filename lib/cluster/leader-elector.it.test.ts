import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestCluster, type TestCluster } from "../../tools/testing/index.ts";
import type { Cluster } from "./cluster.ts";
import { LeaderElector } from "./leader-elector.ts";
import { until } from "./testing/until.ts";
import type { ApiObject } from "./types.ts";

let server: TestCluster;
let cluster: Cluster;

beforeAll(async () => {
  server = await startTestCluster();
  cluster = server.admin;
});
afterAll(() => server?.stop());

interface Lease extends ApiObject {
  spec: { holderIdentity?: string; leaseTransitions?: number };
}

const LEASE = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", namespace: "default" };

/** A long lease by default: on a busy machine a short one runs out in the middle. */
function candidate(name: string, identity: string, { through = cluster, leaseSeconds = 15 } = {}) {
  const started = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<void>();
  const abort = new AbortController();
  const elector = new LeaderElector(through, {
    namespace: "default",
    name,
    identity,
    leaseSeconds,
    renewSeconds: 0.1,
    onStarted: () => started.resolve(),
    onStopped: () => stopped.resolve(),
  });
  return {
    elector,
    abort,
    started: started.promise,
    stopped: stopped.promise,
    done: elector.run(abort.signal),
  };
}

describe("leader election", () => {
  test("lets one of several lead, and another as soon as it gives up", async () => {
    const first = candidate("handover", "first");
    await first.started;
    const second = candidate("handover", "second");
    await until<Lease>(cluster, LEASE, (leases) =>
      leases.some(({ spec }) => spec.holderIdentity === "first"),
    );
    expect([first.elector.leading(), second.elector.leading()]).toEqual([true, false]);
    first.abort.abort();
    await first.done;
    await second.started;
    expect([first.elector.leading(), second.elector.leading()]).toEqual([false, true]);
    second.abort.abort();
    await second.done;
    const lease = await cluster.get<Lease>({ ...LEASE, name: "handover" });
    expect(lease.spec).toMatchObject({ holderIdentity: "", leaseTransitions: 1 });
  });

  test("ends by itself when the server cannot be reached for as long as the lease lasts", async () => {
    const other = await startTestCluster({ durable: true });
    const leader = candidate("cut-off", "leader", { through: other.admin, leaseSeconds: 3 });
    await leader.started;
    await other.outage();
    await leader.stopped;
    expect(leader.elector.leading()).toBe(false);
    leader.abort.abort();
    await leader.done;
    await other.stop();
  });

  test("takes over from a leader that has fallen silent, and not before its lease has run out", async () => {
    await cluster.create({
      ...LEASE,
      metadata: { name: "silent", namespace: "default" },
      spec: { holderIdentity: "gone", leaseDurationSeconds: 1, renewTime: "2020-01-01T00:00:00.000000Z" },
    } as ApiObject);
    const start = performance.now();
    const next = candidate("silent", "next", { leaseSeconds: 3 });
    await next.started;
    expect(performance.now() - start).toBeGreaterThan(950);
    next.abort.abort();
    await next.done;
  });
});
