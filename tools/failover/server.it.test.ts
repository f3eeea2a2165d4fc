import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { answer } from "../../app/api/answer.test-support.ts";
import { Browser } from "../../lib/auth/testing/hub.ts";
import { until } from "../../lib/cluster/testing/until.ts";
import { DEMO_ISSUER, subjectOf } from "../../lib/hub/uid.ts";
import { install, uninstall } from "../../lib/manager/testing/cluster.ts";
import { API_VERSION, type Installation } from "../../lib/model/resources.ts";
import { evenly, type FaultProxy, NO_FAULTS } from "../faults/index.ts";
import { OpenPage } from "./page.ts";
import { type ManagerProcess, type Stage, say, startStage, type WebServer } from "./stage.ts";
import { askFirst, askSecond, done, outcome, settled } from "./work.ts";

const INSTALLATION = { apiVersion: API_VERSION, kind: "Installation", namespace: "ns-alice" };
const NAMESPACE = "ns-alice";
/** etcd is ours to end only where the control plane is. */
const real = process.env.HUB_TEST_CLUSTER === "fake";

let stage: Stage;
let manager: ManagerProcess;
let web: WebServer;
let page: OpenPage;
let expected: string[];

beforeAll(async () => {
  stage = await startStage({ speed: 100, durable: true });
  await stage.tenant("alice", subjectOf(DEMO_ISSUER, "alice"));
  manager = await stage.manager("manager");
  web = await stage.web();
  await stage.leaderOtherThan(undefined);
  const alice = new Browser(web.config.url, answer);
  expect((await alice.signIn("alice")).ok).toBe(true);
  page = new OpenPage(alice, NAMESPACE);
  await work(async () => undefined);
  expected = await outcome(stage.admin, NAMESPACE);
  await uninstallAll();
}, 240_000);

afterAll(async () => {
  await page?.close();
  await stage?.stop();
}, 120_000);

const proxies = (): FaultProxy[] => [manager.proxy, web.proxy];

afterEach(async () => {
  for (const proxy of proxies()) {
    proxy.rates = NO_FAULTS;
    proxy.expiring = false;
    await proxy.mend("drop");
  }
  await uninstallAll();
});

/** Installs, lets `trouble` happen while that is under way, changes and uninstalls; resolves when all is done. */
async function work(trouble: () => Promise<void>): Promise<void> {
  await askFirst(stage.admin, NAMESPACE, true);
  await trouble();
  await askSecond(stage.admin, NAMESPACE);
  await done(stage.admin, NAMESPACE, 180_000);
}

async function uninstallAll(): Promise<void> {
  for (const { metadata } of (await stage.admin.list(INSTALLATION)).items)
    await uninstall(stage.admin, NAMESPACE, metadata.name);
  await until(stage.admin, INSTALLATION, (all) => all.length === 0, 120_000);
}

/** What the page shows of each installation; the same of what there is. */
const brief = (all: Iterable<Installation>) =>
  [...all]
    .map(({ metadata, status }) => `${metadata.name} ${status?.phase} ${metadata.resourceVersion}`)
    .sort();

/** Resolves once the page shows exactly what there is; how long that takes is said. */
async function pageCatchesUp(what: string): Promise<void> {
  const start = performance.now();
  await stage.admin.patch(
    { ...INSTALLATION, name: "app-0" },
    { metadata: { annotations: { "example.com/seen": String(Date.now()) } } },
    { type: "merge" },
  );
  const same = async () => {
    const { items } = await stage.admin.list<Installation>(INSTALLATION);
    expect(brief(page.shown.values())).toEqual(brief(items));
  };
  // Controllers may go on writing meanwhile.
  await vi.waitFor(same, { timeout: 100_000, interval: 20 });
  say(`${what}: an open page shows a change made afterwards`, performance.now() - start);
}

/** Injects trouble into the work, and compares what is left with what a run without trouble leaves. */
async function endures(what: string, trouble: () => Promise<void>): Promise<void> {
  let over = 0;
  await work(async () => {
    await trouble();
    over = performance.now();
  });
  say(`${what}: all work done, after it was over`, performance.now() - over);
  await pageCatchesUp(what);
  expect(await outcome(stage.admin, NAMESPACE)).toEqual(expected);
}

test("each process watches each kind once, over connections that it keeps", async () => {
  await askFirst(stage.admin, NAMESPACE, true);
  await settled(stage.admin, NAMESPACE);
  for (const [name, proxy] of Object.entries({ manager: manager.proxy, web: web.proxy })) {
    const watches = () => proxy.openWatches.map(watched).sort();
    // One that takes another's place may be open beside it for a moment.
    await vi.waitFor(() => expect(watches()).toEqual([...new Set(watches())]), { timeout: 20_000 });
    const kinds = watches();
    process.stdout.write(
      `    ${name}: ${kinds.length} watches, ${proxy.exchanges.length} requests over ${proxy.connections} connections\n`,
    );
    const requests = proxy.exchanges.filter(({ watch }) => !watch).length;
    expect((proxy.connections - kinds.length) * 5).toBeLessThan(requests);
  }
});

/** The kind, or the one object of it that is asked for by its name. */
function watched(path: string): string {
  const { pathname, searchParams } = new URL(path, "http://cluster");
  const [, name] = /^metadata\.name=(.+)$/.exec(searchParams.get("fieldSelector") ?? "") ?? [];
  return name ? `${pathname}/${name}` : pathname;
}

describe("nothing is lost and nothing is there twice", { timeout: 400_000 }, () => {
  test("when one request in a hundred fails, between everything and the API server", async () => {
    for (const proxy of proxies()) proxy.rates = evenly(0.01);
    await endures("1 % faults", async () => undefined);
    await uninstallAll();
    for (const proxy of proxies()) proxy.rates = evenly(0.1);
    await endures("10 % faults", async () => undefined);
    await uninstallAll();
    const faults = proxies().flatMap(({ exchanges }) => exchanges.filter(({ fault }) => fault));
    expect(new Set(faults.map(({ fault }) => fault))).toEqual(new Set(["answer", "reset", "lost"]));
    process.stdout.write(`    ${faults.length} requests failed\n`);
  });

  test("when writes take effect but their answers are lost", async () => {
    manager.proxy.rates = { ...NO_FAULTS, lost: 0.2 };
    await endures("lost answers", async () => undefined);
  });

  test("when an app is uninstalled whose first revision could never be recorded", async () => {
    const withdraw = manager.proxy.next({
      matches: ({ method, path }) => method === "POST" && path.includes("/controllerrevisions"),
      fault: { kind: "answer", status: 500, reason: "InternalError" },
      times: Number.POSITIVE_INFINITY,
    });
    const secrets = { apiVersion: "v1", kind: "Secret", namespace: NAMESPACE };
    const ofApp = { ...secrets, labelSelector: "hub.sealos.io/installation=app-0" };
    await install(stage.admin, NAMESPACE, "labring/app-0:1.0.0");
    await until(stage.admin, ofApp, (all) => all.length === 1, 60_000);
    await uninstallAll();
    withdraw();
    expect((await stage.admin.list(ofApp)).items).toEqual([]);
  });

  test("when a deletion is turned away by a conflict that is none of ours", async () => {
    const services = { apiVersion: "v1", kind: "Service", namespace: NAMESPACE };
    await install(stage.admin, NAMESPACE, "labring/app-0:1.0.0");
    await settled(stage.admin, NAMESPACE);
    manager.proxy.next({
      matches: ({ method, path }) => method === "DELETE" && path.includes("/services/app-0"),
      fault: { kind: "answer", status: 409, reason: "Conflict" },
    });
    await uninstallAll();
    expect(await stage.admin.find({ ...services, name: "app-0" })).toBeUndefined();
  });

  test("when what was installed for everybody could not be said at the first try", async () => {
    await install(stage.admin, NAMESPACE, "labring/redis:1.0.0");
    await settled(stage.admin, NAMESPACE);
    await uninstallAll();
    // The provider is there: the first thing said is that all is done.
    manager.proxy.next({
      matches: ({ method, path }) => method === "PATCH" && path.includes("/installations/redis/status"),
      fault: { kind: "answer", status: 409, reason: "Conflict" },
    });
    await install(stage.admin, NAMESPACE, "labring/redis:1.0.0");
    await settled(stage.admin, NAMESPACE);
  });

  test("when all versions expire for a while", async () => {
    await endures("410 storm", async () => {
      for (const proxy of proxies()) proxy.expiring = true;
      for (let round = 0; round < 10; round++) {
        for (const proxy of proxies()) proxy.endWatches("expired");
        await delay(300);
      }
      for (const proxy of proxies()) proxy.expiring = false;
    });
  });

  test("when the API server is killed and started again", async () => {
    await endures("API server restarted", async () => {
      const outage = await stage.cluster.outage();
      await delay(3_000);
      await outage.end();
      await settledServer();
    });
  });

  // The sandbox has no etcd beside its API server.
  if (real)
    test("when etcd is killed and started again", async () => {
      await endures("etcd restarted", async () => {
        const etcd = stage.cluster.processes?.etcd;
        etcd?.kill("SIGKILL");
        await delay(3_000);
        await etcd?.restart();
        await settledServer();
      });
    });

  test("when streams are half-open: connected, and silent", async () => {
    await endures("half-open streams", async () => {
      for (const proxy of proxies()) proxy.silenceWatches();
    });
  });

  test("when the web server ends with streams open and another takes its place", async () => {
    await askFirst(stage.admin, NAMESPACE);
    const before = page.streams;
    web.server.stop();
    page.tear();
    await settled(stage.admin, NAMESPACE);
    web = await stage.web();
    page.tear();
    await pageCatchesUp("web server replaced");
    expect(page.streams).toBeGreaterThan(before);
  });
});

/** Resolves once the API server takes writes again. */
async function settledServer(): Promise<void> {
  await expect
    .poll(() => stage.admin.request("GET", "/readyz").then(String, () => "away"), { timeout: 60_000 })
    .toBe("ok");
}
