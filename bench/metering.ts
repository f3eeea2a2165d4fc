// Metering 1,000 installations in as many workspaces with 5,000 pods that come, go, end and are resized: the processor's
// share, writes per workspace, and how far the sums are from an exact integral. A sandbox serves it from a thread of its
// own; time is the bench's, over midnight, so that hours pass in a minute.

import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { Cluster } from "../lib/cluster/index.ts";
import { ContentStore } from "../lib/images/index.ts";
import { Metering } from "../lib/manager/metering.ts";
import { cloud, quiet } from "../lib/manager/testing/cluster.ts";
import { World } from "../lib/manager/world.ts";
import { Clock } from "../lib/metering/clock.ts";
import { API_VERSION, type Usage } from "../lib/model/resources.ts";
import { Integral } from "./lib/integral.ts";
import type { Wanted } from "./lib/metered-cluster.ts";

const TENANTS = 1_000;
const PODS = 5_000;
const INTERVAL_MS = 300_000;
const ROUNDS = 24;
/** Of each kind and round; so often every pod of a cluster is hardly ever changed. */
const CHANGES = 50;

let now = Date.parse("2026-01-31T22:59:17Z");
const clock = new Clock(
  () => now,
  () => now,
);
const pick = randomOf(1);
const alive: Wanted[] = [];
const integral = new Integral();
let made = 0;

const worker = new Worker(new URL("lib/metered-cluster.ts", import.meta.url));
const answers: ((message: { kubeconfig?: string }) => void)[] = [];
worker.on("message", (message) => answers.shift()?.(message));
worker.on("error", (error) => {
  throw error;
});
const answer = () => new Promise<{ kubeconfig?: string }>((resolve) => answers.push(resolve));
const ask = (message: object) => {
  const answered = answer();
  worker.postMessage(message);
  return answered;
};

const { kubeconfig = "" } = await answer();
const cluster = Cluster.fromKubeconfig(kubeconfig);
await ask({ tenants: TENANTS });
await ask({ pods: changes(PODS, 0) });

const world = new World({
  cluster,
  images: new ContentStore("/nowhere"),
  cloud,
  consoleHosts: [],
  systemNamespace: "sealos-system",
  identity: "bench",
  log: quiet,
});
await world.start();
const metering = new Metering(world, { intervalMs: 2 ** 31 - 1, clock });
metering.start();
while (!metering.begun) await delay(20);
await metering.round();

const writes = new Map<string, number>();
let most = 0;
let total = 0;
cluster.onRequest(({ verb, resource, namespace }) => {
  if (resource !== "usages" || verb === "get") return;
  writes.set(namespace, (writes.get(namespace) ?? 0) + 1);
  total++;
});
const began = process.threadCpuUsage();
for (let round = 0; round < ROUNDS; round++) {
  for (let part = 0; part < 5; part++) {
    now += INTERVAL_MS / 5 - 1_000 + pick(2_000);
    const wanted = changes(CHANGES / 5, CHANGES / 5);
    await ask({ pods: wanted });
    await seen(wanted);
  }
  writes.clear();
  await metering.round();
  most = Math.max(most, ...writes.values());
}
const spent = process.threadCpuUsage(began);
const written = total;
// What waits for its turn, so that all can be compared; no time passes.
await metering.round();
await metering.round();

const { items } = await cluster.list<Usage>({ apiVersion: API_VERSION, kind: "Usage" });
const error = integral.compare(items, now);
const seconds = (spent.user + spent.system) / 1e6;
for (const [what, measured, asked] of [
  [
    "processor, informers included",
    `${((seconds / ((ROUNDS * INTERVAL_MS) / 1000)) * 100).toFixed(2)} % of a core`,
    "at most 1 %",
  ],
  [
    "writes per workspace and five minutes",
    `${most} at most, ${(written / ROUNDS / TENANTS).toFixed(2)} on average`,
    "at most 1",
  ],
  ["error of the sums over all", `${(error.total * 100).toFixed(5)} %`, "at most 0.1 %"],
  ["error of the workspace that is farthest off", `${(error.worst * 100).toFixed(5)} %`, "at most 0.1 %"],
])
  process.stdout.write(`${what?.padEnd(46)}${measured?.padEnd(32)}${asked}\n`);
process.stdout.write(
  `${TENANTS} installations, ${alive.length} pods, ${made} changes, ${ROUNDS} rounds of five minutes over midnight\n`,
);

await metering.stop();
await world.stop();
worker.postMessage({ end: true });
await delay(200);
process.exit();

/** So many pods that come, and so many each that end, go and are resized; what is to be is in the integral at once. */
function changes(come: number, others: number): Wanted[] {
  const wanted: Wanted[] = [];
  const touched = new Set<string>();
  for (const does of ["end", "go", "resize"] as const)
    for (let index = 0; index < others; index++) {
      const at = pick(alive.length);
      const pod = alive[at] as Wanted;
      if (touched.has(pod.name)) continue;
      touched.add(pod.name);
      const change = { ...pod, does, at: wholeSecond(), ...(does === "resize" ? size() : {}) };
      if (does === "resize") alive[at] = change;
      else alive.splice(at, 1);
      wanted.push(change);
    }
  // Two kinds leave, so twice as many come.
  for (let index = 0; index < (others ? 2 * come : come); index++) {
    const pod: Wanted = {
      tenant: made % TENANTS,
      name: `p${made}`,
      does: "come",
      ...size(),
      at: wholeSecond() - (others ? 2_000 : 0),
    };
    alive.push(pod);
    wanted.push(pod);
    made++;
  }
  for (const change of wanted)
    integral.change(change, change.does === "go" || change.does === "resize" ? now : change.at);
  return wanted;
}

/** Kubernetes' times are whole seconds. */
function wholeSecond(): number {
  return Math.floor(now / 1000) * 1000;
}

function size() {
  return { milli: 10 + pick(900), mebi: 16 + pick(1_000) };
}

/** Waits until the informer of pods shows all of it. */
async function seen(wanted: readonly Wanted[]): Promise<void> {
  const shown = ({ tenant, name, does, milli }: Wanted) => {
    const pod = world.pods.get(`ns-t${tenant}`, name) as
      | { status?: { phase?: string }; spec?: { containers: { resources: { requests: { cpu: string } } }[] } }
      | undefined;
    if (does === "go") return pod === undefined;
    if (does === "end") return pod?.status?.phase === "Succeeded";
    if (does === "come") return pod?.status?.phase === "Running";
    return pod?.spec?.containers[0]?.resources.requests.cpu === `${milli}m`;
  };
  while (!wanted.every(shown)) await delay(5);
}

/** Whole numbers below a bound, the same ones each time. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
