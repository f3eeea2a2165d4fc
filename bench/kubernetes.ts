// The numbers on a real control plane with nodes that only pretend to run pods. Sizes are set by BENCH_INSTALLATIONS,
// BENCH_STREAMS and BENCH_ROUNDS, parts chosen by BENCH_PARTS=install,converge,rest,restart,failover,streams.
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cluster } from "../lib/cluster/index.ts";
import { ContentStore } from "../lib/images/index.ts";
import { provisionTenant } from "../lib/install/provision.ts";
import { bootstrap } from "../scripts/start/bootstrap.ts";
import { buildWeb } from "../scripts/start/build.ts";
import { tryPort } from "../scripts/start/checks.ts";
import type { ManagedProcess } from "../scripts/start/processes.ts";
import { findBinaries, startCluster } from "../tools/cluster/index.ts";
import { Audit } from "./kubernetes/audit.ts";
import { type Measured, tokenOf, writeKubeconfig } from "./kubernetes/cluster.ts";
import { measureConvergence } from "./kubernetes/converge.ts";
import { publish } from "./kubernetes/images.ts";
import { measureInstall } from "./kubernetes/install.ts";
import { startManager, startWeb } from "./kubernetes/processes.ts";
import { type Figure, print, say } from "./kubernetes/report.ts";
import { measureFailover, measureRestart } from "./kubernetes/restart.ts";
import { measureRest } from "./kubernetes/steady.ts";
import { measureStreams } from "./kubernetes/streams.ts";
import { quotasCounted } from "./kubernetes/wait.ts";

const INSTALLATIONS = Number(process.env.BENCH_INSTALLATIONS ?? 1000);
const BATCHES = Number(process.env.BENCH_BATCHES ?? 5);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 7);
const STREAMS = Number(process.env.BENCH_STREAMS ?? 1000);
const PARTS = ["install", "converge", "rest", "restart", "failover", "streams"];
const parts = new Set(process.env.BENCH_PARTS?.split(",") ?? PARTS);
const PER_NAMESPACE = 25;

const dir = await mkdtemp(join(tmpdir(), "hub-bench-"));
const figures: Figure[] = [];
const managers = new Map<string, ManagedProcess>();
const undo: (() => Promise<unknown>)[] = [];
async function cleanUp(): Promise<void> {
  for (const each of undo.splice(0).reverse()) await each();
  if (process.env.BENCH_KEEP) say(`kept: ${dir}`);
  else await rm(dir, { recursive: true, force: true });
}
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => void cleanUp().finally(() => process.exit(1)));

try {
  const tools = await findBinaries(["kubectl"], say);
  if ("missing" in tools) throw new Error(tools.missing);
  if (parts.has("streams") || parts.has("rest")) await buildWeb(say);
  const cluster = await startCluster({
    nodes: "fake",
    dir: join(dir, "cluster"),
    // Two thousand Services do not fit into the usual range, nor their pods on the usual nodes.
    flags: {
      "kube-apiserver": { "service-cluster-ip-range": "10.96.0.0/16" },
      // A quota on kinds that were defined a moment ago is counted at the next of these, five minutes apart otherwise.
      "kube-controller-manager": { "resource-quota-sync-period": "5s" },
    },
    // Each installation is there twice, once made by a bare client, beside those of 50 objects.
    fake: { count: Math.ceil((2 * INSTALLATIONS + 1_000) / 200) },
  });
  undo.push(() => cluster.stop());
  const admin = Cluster.fromKubeconfig(cluster.kubeconfig);
  const { kubeconfig } = cluster;
  const measured: Measured = { admin, kubeconfig, kubectl: tools.found.kubectl ?? "kubectl" };
  const audit = new Audit(cluster.audit);
  await bootstrap(admin);
  await mkdir(join(dir, "content"));
  const replicas = 1;
  await publish(new ContentStore(join(dir, "content")), replicas);
  for (const account of ["manager", "web"])
    await writeKubeconfig(kubeconfig, await tokenOf(admin, account), join(dir, `${account}.kubeconfig`));
  const managerKubeconfig = join(dir, "manager.kubeconfig");
  const webPort = await tryPort(0, "127.0.0.1");
  const setup = {
    dir,
    webPort,
    url: `http://127.0.0.1:${webPort}`,
    secret: randomBytes(32).toString("base64url"),
  };
  managers.set("manager", await startManager(setup, "manager"));
  undo.push(async () => {
    for (const manager of managers.values()) await manager.stop();
  });
  const run = randomBytes(3).toString("hex");
  let tenants = 0;
  const namespace = async () => {
    const uid = `b${run}${tenants++}`;
    const made = await provisionTenant(admin, { uid, subject: `bench/${uid}` });
    await quotasCounted(admin, made);
    return made;
  };
  const web = async () => {
    const started = await startWeb(setup);
    undo.push(() => started.stop());
    return started;
  };
  const webProcess = parts.has("streams") || parts.has("rest") ? await web() : undefined;

  if (parts.has("install"))
    figures.push(
      await measureInstall(measured, audit, { dir, replicas, rounds: ROUNDS, managerKubeconfig, namespace }),
    );
  if (parts.has("converge"))
    figures.push(
      ...(await measureConvergence(measured, audit, {
        installations: INSTALLATIONS,
        batches: BATCHES,
        perNamespace: PER_NAMESPACE,
        replicas,
        managerKubeconfig,
        managerToken: await tokenOf(admin, "manager"),
        namespace,
      })),
    );
  const installations = parts.has("converge") ? INSTALLATIONS : 0;
  if (parts.has("rest") && webProcess) {
    const pids = [...managers.values(), webProcess].flatMap(({ pid }) => pid ?? []);
    figures.push(...(await measureRest(audit, pids, { seconds: 60, installations })));
  }
  const fleet = { process: setup, installations, namespace };
  if (parts.has("restart")) figures.push(...(await measureRestart(measured, audit, managers, fleet)));
  if (parts.has("failover")) figures.push(...(await measureFailover(measured, managers, fleet)));
  if (parts.has("streams") && webProcess)
    figures.push(
      ...(await measureStreams(
        measured,
        { url: setup.url, pid: webProcess.pid ?? 0, secret: setup.secret },
        { streams: STREAMS, rounds: 20, run },
      )),
    );
} finally {
  print(figures);
  await cleanUp();
}
process.exit();
