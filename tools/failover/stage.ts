import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { setServer } from "../../lib/auth/handle.ts";
import { createServer, type Server } from "../../lib/auth/server.ts";
import { type ApiObject, Cluster, Informer, type Lease } from "../../lib/cluster/index.ts";
import { until } from "../../lib/cluster/testing/until.ts";
import { type HubConfig, readConfig } from "../../lib/hub/config.ts";
import { ContentStore } from "../../lib/images/index.ts";
import { provisionAdministrators, provisionTenant } from "../../lib/install/provision.ts";
import { application, prepareCluster, putImage, shipped } from "../../lib/manager/testing/cluster.ts";
import { type FaultProxy, rerouted } from "../faults/index.ts";
import { startTestCluster, type TestCluster, type TestClusterOptions } from "../testing/index.ts";

const main = fileURLToPath(new URL("../../lib/manager/main.ts", import.meta.url));

interface Quota extends ApiObject {
  spec: { hard: Record<string, string> };
  status?: { used?: Record<string, string> };
}

/** A manager in a process of its own, with a proxy of its own between it and the API server. */
export interface ManagerProcess {
  name: string;
  proxy: FaultProxy;
  process: ChildProcess;
  /** Sends the signal; resolves, for those that end it, once it is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

export interface WebServer {
  proxy: FaultProxy;
  server: Server;
  config: HubConfig;
}

/** A cluster with the Hub's kinds, accounts and images, and managers to come. */
export interface Stage {
  cluster: TestCluster;
  admin: Cluster;
  /** Makes a tenant with an ample quota that is in force; returns its namespace. */
  tenant(uid: string, subject?: string): Promise<string>;
  /** Starts a manager; resolves at once. */
  manager(name: string, environment?: Record<string, string>): Promise<ManagerProcess>;
  /** Starts a web server's insides, with a proxy of its own, and lets the routes reach it. */
  web(): Promise<WebServer>;
  /** Resolves once a manager of another name leads, with its name and when that was seen (`performance.now()`). */
  leaderOtherThan(name: string | undefined): Promise<{ name: string; at: number }>;
  stop(): Promise<void>;
}

const manifests = (name: string) => `
apiVersion: v1
kind: ConfigMap
metadata: { name: "${name}" }
data: { greeting: "\${{ inputs.greeting }}" }
---
apiVersion: v1
kind: Secret
metadata: { name: "${name}" }
stringData: { password: "\${{ defaults.password }}" }
---
apiVersion: v1
kind: Service
metadata: { name: "${name}" }
spec: { selector: { app: "${name}" }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: "${name}" }
spec:
  selector: { matchLabels: { app: "${name}" } }
  template:
    metadata: { labels: { app: "${name}" } }
    spec: { containers: [{ name: web, image: "docker.io/library/nginx:1.27" }] }
`;
const header = `defaults:
  password: { type: string, value: "\${{ random(12) }}" }
inputs:
  greeting: { type: string, default: hello }`;

/** How many application images there are: `labring/app-0:1.0.0` and so on, each with objects of its own names. */
export const APPS = 8;

export async function startStage(options: TestClusterOptions = { speed: 100 }): Promise<Stage> {
  const cluster = await startTestCluster(options);
  const { admin } = cluster;
  const folder = await mkdtemp(join(tmpdir(), "failover-"));
  await prepareCluster(admin);
  await provisionAdministrators(admin, ["admin"]);
  const images = new ContentStore(folder);
  for (let index = 0; index < APPS; index++) {
    const name = `app-${index}`;
    await putImage(images, `labring/${name}:1.0.0`, application(name, manifests(name), header));
  }
  await putImage(images, "labring/redis:1.0.0", await shipped("providers/redis"));
  await putImage(images, "labring/kubernetes-dashboard:2.7.0", await shipped("images/kubernetes-dashboard"));
  const managers = new Set<ManagerProcess>();
  const webs = new Set<WebServer>();
  const leases = new Informer<Lease>(admin, {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    namespace: "sealos-system",
  }).start();
  const holder = () =>
    leases.get("sealos-system", "app-manager")?.spec?.holderIdentity?.replace(/-[^-]*$/, "");
  return {
    cluster,
    admin,
    async tenant(uid, subject = `test/${uid}`) {
      const namespace = await provisionTenant(admin, { uid, subject }, { quota: { pods: "200" } });
      // The API server refuses what it has not counted yet; of new kinds it learns within half a minute.
      await until<Quota>(
        admin,
        { apiVersion: "v1", kind: "ResourceQuota", namespace },
        (quotas) =>
          quotas.length > 0 &&
          quotas.every(({ spec, status }) => Object.keys(spec.hard).every((name) => status?.used?.[name])),
        90_000,
      );
      return namespace;
    },
    async manager(name, environment = {}) {
      const account = await cluster.accountKubeconfig("sealos-system", "manager");
      const kubeconfig = join(folder, `${name}.kubeconfig`);
      const proxy = await rerouted(account, kubeconfig, { seed: managers.size + 1 });
      const child = spawn(process.execPath, [main], {
        env: {
          ...process.env,
          POD_NAME: name,
          KUBECONFIG: kubeconfig,
          CONTENT_DIR: folder,
          CLOUD_DOMAIN: "apps.example.com",
          LOG_LEVEL: process.env.TEST_LOG ?? "silent",
          NODE_COMPILE_CACHE: join(folder, "compiled"),
          ...environment,
        },
        stdio: ["ignore", "inherit", "inherit"],
      });
      const exited = once(child, "exit");
      exited.then(([code]) => {
        if (code) process.stderr.write(`the manager ${name} ended with code ${code}, unexpectedly\n`);
      });
      const manager: ManagerProcess = {
        name,
        proxy,
        process: child,
        async kill(signal) {
          child.kill(signal);
          if (signal === "SIGKILL" || signal === "SIGTERM") await exited;
        },
      };
      managers.add(manager);
      return manager;
    },
    async web() {
      const account = await cluster.accountKubeconfig("sealos-system", "web");
      const kubeconfig = join(folder, `web-${webs.size}.kubeconfig`);
      const proxy = await rerouted(account, kubeconfig, { seed: 100 + webs.size });
      const config = readConfig({
        HUB_DEMO: "1",
        HUB_URL: "http://hub.test",
        CONTENT_DIR: folder,
        CLOUD_DOMAIN: "apps.example.com",
        HUB_SIGNIN_LIMIT: "1000",
      });
      const log = pino({ level: process.env.TEST_LOG ?? "silent" });
      const server = createServer(Cluster.fromKubeconfig(kubeconfig), config, log);
      setServer(server);
      const web = { proxy, server, config };
      webs.add(web);
      return web;
    },
    async leaderOtherThan(name) {
      const { promise, resolve } = Promise.withResolvers<{ name: string; at: number }>();
      const look = () => {
        const now = holder();
        if (now && now !== name) resolve({ name: now, at: performance.now() });
      };
      const stop = leases.subscribe(look);
      look();
      return promise.finally(stop);
    },
    async stop() {
      leases.stop();
      for (const { process: child, proxy } of managers) {
        const gone = child.exitCode === null && child.signalCode === null ? once(child, "exit") : undefined;
        child.kill("SIGKILL");
        await gone;
        await proxy.stop();
      }
      for (const { server, proxy } of webs) {
        server.stop();
        await proxy.stop();
      }
      setServer(undefined);
      await cluster.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Prints a measured time; nothing is asserted about it. */
export function say(what: string, ms: number): void {
  process.stdout.write(`    ${what}: ${(ms / 1000).toFixed(2)} s\n`);
}
