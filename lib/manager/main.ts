import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pino from "pino";
import { Cluster, LeaderElector, NotLeadingError } from "../cluster/index.ts";
import { ContentStore } from "../images/index.ts";
import { serveEndpoints } from "../observe/endpoints.ts";
import { measureRequests } from "../observe/metrics.ts";
import { readManagerConfig } from "./config.ts";
import { installDefinitions, readDefinitions } from "./definitions.ts";
import { Manager } from "./manager.ts";
import { Metering } from "./metering.ts";
import { createMetrics, measureQueue } from "./metrics.ts";
import { administratorsFromEnvironment, startTenantController } from "./tenants.ts";

const log = pino({
  level: process.env.LOG_LEVEL || "info",
  base: { process: "manager" },
  timestamp: pino.stdTimeFunctions.isoTime,
  redact: { paths: ["data", "stringData", "*.data", "*.stringData", "token", "*.token"], censor: "[hidden]" },
});
const config = readManagerConfig(process.env);
const identity = `${process.env.POD_NAME || hostname()}-${randomUUID().slice(0, 8)}`;
const metrics = createMetrics(config.version);
const stopping = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stopping.abort());

const cluster = Cluster.fromEnvironment({ userAgent: `app-manager (${identity})` });
const images = new ContentStore(config.contentDir);
const folder = fileURLToPath(new URL("../../deploy/crds/", import.meta.url));

/** Keeps at it until the API server is there; a fault of the files is not one to wait for. */
async function untilDefined(own: Cluster, ending: AbortSignal): Promise<void> {
  const definitions = await readDefinitions(folder);
  for (let wait = 200; !ending.aborted; wait = Math.min(wait * 2, 5_000)) {
    try {
      const written = await installDefinitions(own, definitions);
      if (written.length > 0) log.info({ written }, "definitions are up to date");
      return;
    } catch (error) {
      if (ending.aborted) return;
      log.warn({ err: error }, "the definitions are not up to date yet");
      await delay(wait, undefined, { signal: ending }).catch(() => undefined);
    }
  }
}

/** How long a manager that ends may write what was used; the next makes up for the rest. */
const FLUSH_MS = 500;

let leader: { stop(): Promise<void>; measure(): void } | undefined;
let resting: Promise<void> = Promise.resolve();
let term = 0;

/** Works for as long as the lease is this process's. Each term has a view of the cluster that writes only in it. */
async function lead(leadership: AbortSignal): Promise<void> {
  const mine = ++term;
  await resting;
  const { systemNamespace, cloud, consoleHosts, imageMirrors, runnerImage } = config;
  const { admit, signal } = elector.guard(leadership);
  const closing = new AbortController();
  const own = cluster.guarded({
    signal,
    admit: () => {
      // Whoever asks it to stop wants it to stop soon: what is under way is finished, nothing is begun any more.
      if (closing.signal.aborted) throw new NotLeadingError();
      admit();
    },
  });
  await untilDefined(own, AbortSignal.any([leadership, stopping.signal]));
  if (mine !== term || stopping.signal.aborted) return;
  const manager = new Manager({
    cluster: own,
    images,
    sources: config.sources,
    pollSeconds: config.pollSeconds,
    binGraceMs: config.binDays * 86_400_000,
    cloud,
    consoleHosts,
    imageMirrors,
    runnerImage,
    systemNamespace,
    identity,
    log,
    metrics,
  });
  const tenants = startTenantController(own, {
    systemNamespace,
    providers: manager.world.providers,
    administrators: administratorsFromEnvironment(process.env),
    onError: (err, tenant) => log.warn({ err, tenant }, "a workspace could not be made"),
    onProcessed: measureQueue(metrics, "tenants"),
  });
  const metering = new Metering(manager.world, { intervalMs: config.meteringSeconds * 1000 });
  leader = {
    measure: () => {
      manager.measure();
      metrics.depth.set({ queue: "tenants" }, tenants.depth);
    },
    stop: async () => {
      await Promise.race([metering.round(), delay(FLUSH_MS, undefined, { ref: false })]).catch(
        () => undefined,
      );
      closing.abort();
      await Promise.all([metering.stop(), manager.stop(), tenants.stop()]);
    },
  };
  await manager.start();
  metering.start();
  log.info({ identity }, "the controllers are at work");
}

function rest(): Promise<void> {
  term++;
  const current = leader;
  leader = undefined;
  if (current) resting = current.stop();
  return resting;
}

const elector = new LeaderElector(cluster, {
  namespace: config.systemNamespace,
  name: "app-manager",
  identity,
  leaseSeconds: config.leaseSeconds,
  renewSeconds: config.leaseSeconds / 5,
  onStarted: (leadership) => {
    metrics.leading.set(1);
    metrics.transitions.inc();
    lead(leadership).catch((err: unknown) => {
      if (leadership.aborted) return;
      log.fatal({ err }, "the controllers could not start");
      process.exitCode = 1;
      stopping.abort();
    });
  },
  onStopped: () => {
    metrics.leading.set(0);
    // What only a leader knows is not told by one that was.
    const { installations, providers, depth, informerHealthy, informerObjects } = metrics;
    for (const told of [installations, providers, depth, informerHealthy, informerObjects]) told.reset();
    if (!stopping.signal.aborted) log.warn("the lease was lost; another may lead until it is won again");
    rest().catch((err: unknown) => log.error({ err }, "the controllers did not stop cleanly"));
  },
  onError: (err) => log.warn({ err }, "the lease could not be renewed"),
});

/** When the API server last answered this process, by the monotonic clock. */
let answered: number | undefined;
const measured = measureRequests(metrics);
cluster.onRequest((attempt) => {
  measured(attempt);
  metrics.apiReachable.set(attempt.status === 0 ? 0 : 1);
  if (attempt.status !== 0) answered = performance.now();
});
const PATIENCE_MS = Math.max(30_000, 3 * config.leaseSeconds * 1000);
const endpoints =
  config.metricsPort === undefined
    ? undefined
    : await serveEndpoints({
        port: config.metricsPort,
        host: config.metricsHost,
        registry: metrics.registry,
        measure: () => leader?.measure(),
        // Able to lead, not leading: of two managers one waits, and both are well.
        ready: () => ({
          ready: answered !== undefined && performance.now() - answered < PATIENCE_MS,
          leading: elector.leading(),
        }),
      });

stopping.signal.addEventListener("abort", () => {
  log.info("stopping");
});
// The controllers rest before the lease is handed over, so that never two of them write.
const election = new AbortController();
const electing = elector.run(election.signal);
await new Promise<void>((resolve) => {
  if (stopping.signal.aborted) resolve();
  else stopping.signal.addEventListener("abort", () => resolve(), { once: true });
});
await rest();
election.abort();
await electing;
endpoints?.close();
log.info("stopped");
process.exit();
