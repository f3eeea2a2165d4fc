import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pino from "pino";
import { Cluster, LeaderElector } from "../cluster/index.ts";
import { ContentStore } from "../images/index.ts";
import { readManagerConfig } from "./config.ts";
import { installDefinitions, readDefinitions } from "./definitions.ts";
import { fenced } from "./fence.ts";
import { Manager } from "./manager.ts";
import { createMetrics } from "./metrics.ts";
import { administratorsFromEnvironment, startTenantController } from "./tenants.ts";

const log = pino({
  level: process.env.LOG_LEVEL || "info",
  base: { process: "manager" },
  timestamp: pino.stdTimeFunctions.isoTime,
  redact: { paths: ["data", "stringData", "*.data", "*.stringData", "token", "*.token"], censor: "[hidden]" },
});
const config = readManagerConfig(process.env);
const identity = `${process.env.POD_NAME || hostname()}-${randomUUID().slice(0, 8)}`;
const metrics = createMetrics();
const stopping = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stopping.abort());

const cluster = Cluster.fromEnvironment();
const images = new ContentStore(config.contentDir);
const folder = fileURLToPath(new URL("../../deploy/crds/", import.meta.url));

/** Keeps at it until the API server is there; a fault of the files is not one to wait for. */
async function untilDefined(): Promise<void> {
  const definitions = await readDefinitions(folder);
  for (let wait = 200; !stopping.signal.aborted; wait = Math.min(wait * 2, 5_000)) {
    try {
      const written = await installDefinitions(cluster, definitions);
      if (written.length > 0) log.info({ written }, "definitions are up to date");
      return;
    } catch (error) {
      log.warn({ err: error }, "the definitions are not up to date yet");
      await delay(wait, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }
}

let leader: { stop(): Promise<void>; depth: number } | undefined;
let resting: Promise<void> = Promise.resolve();
let term = 0;

async function lead(): Promise<void> {
  const mine = ++term;
  await resting;
  await untilDefined();
  if (mine !== term || stopping.signal.aborted) return;
  const { systemNamespace, cloud, consoleHosts } = config;
  const own = fenced(cluster, () => elector.leading());
  const manager = new Manager({
    cluster: own,
    images,
    cloud,
    consoleHosts,
    systemNamespace,
    identity,
    log,
    metrics,
  });
  const tenants = startTenantController(own, {
    systemNamespace,
    administrators: administratorsFromEnvironment(process.env),
    onError: (err, tenant) => log.warn({ err, tenant }, "a workspace could not be made"),
  });
  leader = {
    get depth() {
      return manager.depth;
    },
    stop: async () => {
      await Promise.all([manager.stop(), tenants.stop()]);
    },
  };
  await manager.start();
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
  onStarted: () => {
    metrics.leading.set(1);
    lead().catch((err: unknown) => {
      log.fatal({ err }, "the controllers could not start");
      process.exitCode = 1;
      stopping.abort();
    });
  },
  onStopped: () => {
    metrics.leading.set(0);
    if (!stopping.signal.aborted) log.warn("the lease was lost; another may lead until it is won again");
    rest().catch((err: unknown) => log.error({ err }, "the controllers did not stop cleanly"));
  },
  onError: (err) => log.warn({ err }, "the lease could not be renewed"),
});

const server = createServer(async (request, response) => {
  if (request.url === "/metrics") {
    metrics.depth.set(leader?.depth ?? 0);
    response.setHeader("content-type", metrics.registry.contentType);
    response.end(await metrics.registry.metrics());
    return;
  }
  response.statusCode = request.url === "/healthz" || request.url === "/readyz" ? 200 : 404;
  response.end(response.statusCode === 200 ? "ok\n" : "not found\n");
});
if (config.metricsPort !== undefined) server.listen(config.metricsPort, config.metricsHost);

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
server.close();
log.info("stopped");
process.exit();
