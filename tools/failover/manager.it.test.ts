import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Exchange } from "../faults/index.ts";
import { type ManagerProcess, type Stage, say, startStage } from "./stage.ts";
import { askFirst, askSecond, done, outcome, settled } from "./work.ts";

let stage: Stage;
let expected: string[];
let tenants = 0;
let first: ManagerProcess;
let second: ManagerProcess;

beforeAll(async () => {
  stage = await startStage();
}, 120_000);
afterAll(() => stage?.stop());

const tenant = () => stage.tenant(`t${++tenants}`);

/** Two managers: the first leads, the second stands by. */
async function pair(environment: Record<string, string>): Promise<void> {
  first = await stage.manager(`m${tenants}-first`, environment);
  expect((await stage.leaderOtherThan(second?.name)).name).toBe(first.name);
  second = await stage.manager(`m${tenants}-second`, environment);
  await expect.poll(() => second.proxy.openWatches.some(onLeases), { timeout: 30_000 }).toBe(true);
}

const writes = ({ method, forwardedAt }: Exchange) => method !== "GET" && forwardedAt !== undefined;
const onLeases = (path: string) => path.includes("/leases");
const onLease = ({ path }: Exchange) => onLeases(path);

/** When the manager got hold of the lease. */
function acquiredAt({ proxy }: ManagerProcess): number {
  const found = proxy.exchanges.find((each) => writes(each) && onLease(each) && (each.status ?? 500) < 300);
  return found?.forwardedAt ?? Number.NaN;
}

/** What the manager sent on to the API server, apart from reading, after that moment. */
function writtenAfter({ proxy }: ManagerProcess, moment: number): string[] {
  return proxy.exchanges
    .filter((each) => writes(each) && (each.forwardedAt ?? 0) > moment)
    .map(({ method, path, forwardedAt = 0 }) => `${method} ${path} +${Math.round(forwardedAt - moment)} ms`);
}

interface AuditEvent {
  verb: string;
  userAgent?: string;
  requestReceivedTimestamp: string;
  requestURI: string;
  objectRef?: { resource?: string };
  responseStatus?: { code?: number };
}

/** The same as `writtenAfter`, as the API server's own audit log has it; nothing where there is none. */
async function auditedAfter(old: ManagerProcess, next: ManagerProcess): Promise<string[]> {
  const { audit } = stage.cluster;
  if (!audit) return [];
  const lines = (await readFile(audit, "utf8")).split("\n").filter((line) => line.includes("app-manager ("));
  const events = lines.map((line) => JSON.parse(line) as AuditEvent).filter(({ verb }) => CHANGES.has(verb));
  const by = ({ name }: ManagerProcess) => events.filter(({ userAgent }) => userAgent?.includes(`(${name}-`));
  const acquired = by(next).find(
    ({ objectRef, responseStatus }) =>
      objectRef?.resource === "leases" && (responseStatus?.code ?? 500) < 300,
  );
  expect(acquired).toBeDefined();
  expect(by(old)).not.toHaveLength(0);
  const since = Date.parse(acquired?.requestReceivedTimestamp ?? "");
  return by(old)
    .filter(({ requestReceivedTimestamp }) => Date.parse(requestReceivedTimestamp) > since)
    .map(({ verb, requestURI }) => `${verb} ${requestURI}`);
}

const CHANGES = new Set(["create", "update", "patch", "delete", "deletecollection"]);

describe("when the leading manager", () => {
  beforeAll(async () => {
    const plain = await stage.manager("plain");
    const namespace = await tenant();
    await askFirst(stage.admin, namespace);
    await settled(stage.admin, namespace);
    await askSecond(stage.admin, namespace);
    await done(stage.admin, namespace);
    expected = await outcome(stage.admin, namespace);
    expect(expected.filter((line) => line.includes("drawn once"))).toHaveLength(6);
    await plain.kill("SIGTERM");
  }, 120_000);

  beforeEach(() => async () => {
    for (const manager of [first, second]) {
      await manager.proxy.mend("drop");
      manager.process.kill("SIGCONT");
      await manager.kill("SIGTERM").catch(() => undefined);
    }
  });

  test.each(["SIGKILL", "SIGTERM"] as const)(
    "ends by %s, another takes over and finishes its work",
    { timeout: 240_000 },
    async (signal) => {
      const namespace = await tenant();
      await pair({ LEASE_SECONDS: "15" });
      await askFirst(stage.admin, namespace);
      const start = performance.now();
      const ended = first.kill(signal).then(() => say(`${signal}: process gone`, performance.now() - start));
      await askSecond(stage.admin, namespace);
      const { at } = await stage.leaderOtherThan(first.name);
      say(`${signal}: another leads`, at - start);
      await ended;
      await done(stage.admin, namespace);
      say(`${signal}: all work done`, performance.now() - start);
      expect(await outcome(stage.admin, namespace)).toEqual(expected);
    },
  );

  test("freezes for longer than its lease, it writes nothing when it wakes", {
    timeout: 300_000,
  }, async () => {
    for (const busyMs of [0, 60, 200]) {
      const namespace = await tenant();
      await pair({ LEASE_SECONDS: "3" });
      await askFirst(stage.admin, namespace);
      await delay(busyMs);
      const sent = first.proxy.exchanges.length;
      first.process.kill("SIGSTOP");
      const start = performance.now();
      await askSecond(stage.admin, namespace);
      const { at } = await stage.leaderOtherThan(first.name);
      say(`frozen after ${busyMs} ms and ${sent} requests: another leads`, at - start);
      const acquired = acquiredAt(second);
      first.process.kill("SIGCONT");
      await done(stage.admin, namespace);
      say("  all work done", performance.now() - start);
      // It is awake: it asks who leads.
      const reads = () => first.proxy.exchanges.slice(sent).filter((each) => onLease(each));
      await expect.poll(reads, { timeout: 20_000 }).not.toHaveLength(0);
      expect(writtenAfter(first, acquired)).toEqual([]);
      expect(await auditedAfter(first, second)).toEqual([]);
      expect(await outcome(stage.admin, namespace)).toEqual(expected);
      for (const manager of [first, second]) await manager.kill("SIGTERM");
    }
  });

  test.each(["refused", "blackhole"] as const)(
    "is cut off (%s), another takes over, and it writes nothing when the way is open again",
    { timeout: 240_000 },
    async (how) => {
      const namespace = await tenant();
      await pair({ LEASE_SECONDS: "3" });
      await askFirst(stage.admin, namespace);
      await first.proxy.cut(how);
      const start = performance.now();
      await askSecond(stage.admin, namespace);
      const { at } = await stage.leaderOtherThan(first.name);
      say(`cut off (${how}): another leads`, at - start);
      await done(stage.admin, namespace);
      say("  all work done", performance.now() - start);
      const before = first.proxy.exchanges.length;
      await first.proxy.mend("drop");
      await expect.poll(() => first.proxy.exchanges.length, { timeout: 20_000 }).toBeGreaterThan(before + 1);
      expect(writtenAfter(first, acquiredAt(second))).toEqual([]);
      expect(await auditedAfter(first, second)).toEqual([]);
      expect(await outcome(stage.admin, namespace)).toEqual(expected);
    },
  );
});
