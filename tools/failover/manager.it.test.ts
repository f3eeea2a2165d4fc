import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Exchange } from "../faults/index.ts";
import { type ManagerProcess, type Stage, say, startStage } from "./stage.ts";
import { type Change, turns } from "./turns.ts";
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

/** What the two sent on to the API server, apart from reading. */
function sentOn(): Change[] {
  return [first, second].flatMap(({ name, proxy }) =>
    proxy.exchanges.filter(writes).map((each) => ({
      by: name,
      at: each.forwardedAt ?? 0,
      what: `${each.method} ${each.path}`,
      leads: onLease(each) && (each.status ?? 500) < 300,
      onLease: onLease(each),
    })),
  );
}

interface AuditEvent {
  verb: string;
  userAgent?: string;
  requestReceivedTimestamp: string;
  requestURI: string;
  objectRef?: { resource?: string };
  responseStatus?: { code?: number };
}

/** The same, as the API server's own audit log has it; undefined where there is none. */
async function audited(): Promise<Change[] | undefined> {
  const { audit } = stage.cluster;
  if (!audit) return undefined;
  // What is after the last line's end is just being written.
  const lines = (await readFile(audit, "utf8")).split("\n").slice(0, -1);
  return [first, second].flatMap(({ name }) =>
    lines
      .filter((line) => line.includes(`app-manager (${name}-`))
      .map((line) => JSON.parse(line) as AuditEvent)
      .filter(({ verb }) => CHANGES.has(verb))
      .map((event) => {
        const aboutLease = event.objectRef?.resource === "leases";
        return {
          by: name,
          at: Date.parse(event.requestReceivedTimestamp),
          what: `${event.verb} ${event.requestURI}`,
          leads: aboutLease && (event.responseStatus?.code ?? 500) < 300,
          onLease: aboutLease,
        };
      }),
  );
}

const CHANGES = new Set(["create", "update", "patch", "delete", "deletecollection"]);

/** The second took over from the first, and nobody changed anything while the other led. */
async function expectTurns(): Promise<void> {
  for (const changes of [sentOn(), await audited()])
    if (changes)
      expect(turns(changes)).toEqual({
        leaders: expect.arrayContaining([first.name, second.name]),
        outOfTurn: [],
      });
}

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
      first.process.kill("SIGCONT");
      await done(stage.admin, namespace);
      say("  all work done", performance.now() - start);
      // It is awake: it asks who leads.
      const reads = () => first.proxy.exchanges.slice(sent).filter((each) => onLease(each));
      await expect.poll(reads, { timeout: 20_000 }).not.toHaveLength(0);
      await expectTurns();
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
      await expectTurns();
      expect(await outcome(stage.admin, namespace)).toEqual(expected);
    },
  );
});
