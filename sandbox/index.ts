import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { Tokens } from "./server/authentication.ts";
import { Access, bootstrapAccess, tendClusterRoles } from "./server/authorization.ts";
import type { Backend, LogSource } from "./server/cluster.ts";
import { serveCustomResources } from "./server/controllers/customresources.ts";
import { expireEvents } from "./server/controllers/events.ts";
import { collectGarbage } from "./server/controllers/garbage.ts";
import { make, tendNamespaces } from "./server/controllers/namespaces.ts";
import { protectStorage } from "./server/controllers/protection.ts";
import { countQuotas } from "./server/controllers/quotas.ts";
import { core } from "./server/kinds/core.ts";
import { register } from "./server/kinds/index.ts";
import { Machinery } from "./server/machinery.ts";
import { OpenAPI, readSchemas } from "./server/openapi.ts";
import { Registry } from "./server/registry.ts";
import { listen } from "./server/server.ts";
import { lock } from "./store/lock.ts";
import { Store } from "./store/store.ts";

export interface SandboxOptions {
  /** Where the state is kept; absent: in memory only. */
  dataDir?: string;
  /** Absent or 0: any free port. */
  port?: number;
  simulate?: boolean | { speed: number };
  /** How many changes a watch can be resumed across; default 10,000. */
  history?: { events: number };
  /** Told once when the disk refuses a write: the sandbox then answers reads and refuses all writes. */
  onFailure?: (error: Error) => void;
}

export interface Sandbox {
  url: string;
  adminToken: string;
  /** Text of a kubeconfig for the administrator. */
  kubeconfig: string;
  /** A token for any user; of a service account when the name is `system:serviceaccount:<namespace>:<name>`. */
  tokenFor(user: string | { name: string; groups?: string[] }): string;
  stop(): Promise<void>;
}

interface Simulation {
  stops: (() => Promise<void>)[];
  handleIngress?(request: IncomingMessage, response: ServerResponse): void;
}

/** Requests to the server's own host are for the API; every other host is some Ingress's, or nobody's. */
function pageOf(simulation: Simulation, request: IncomingMessage, response: ServerResponse): boolean {
  const host = (request.headers.host ?? "").replace(/:\d+$/, "");
  if (host === "127.0.0.1" || host === "localhost" || !simulation.handleIngress) return false;
  simulation.handleIngress(request, response);
  return true;
}

/** Starts what runs beside an API server, as ordinary clients of it. */
async function simulate(
  simulation: Simulation,
  url: string,
  token: string,
  speed: number,
  logs: { source?: LogSource },
): Promise<void> {
  const [{ Cluster }, workloads, operators] = await Promise.all([
    import("../lib/cluster/index.ts"),
    import("./workloads/index.ts"),
    import("./operators/index.ts"),
  ]);
  const cluster = Cluster.at(url, { token });
  const running = await workloads.start(cluster, { speed, logs });
  const operating = await operators.start(cluster, { speed });
  simulation.handleIngress = running.handleIngress;
  simulation.stops.push(
    () => operating.stop(),
    () => running.stop(),
  );
}

const YEAR_MS = 365 * 24 * 3600 * 1000;
const NAMESPACES = ["default", "kube-system", "kube-public", "kube-node-lease"];

/** Starts the embedded cluster. Rejects when the port is taken or the folder is in use. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  register(core);
  const unlock = options.dataDir ? await lock(options.dataDir) : undefined;
  const store = await Store.open({
    directory: options.dataDir,
    historyEvents: options.history?.events,
    onFailure: options.onFailure,
  });
  const registry = new Registry();
  const logs: { source?: LogSource } = {};
  const schemas = readSchemas();
  const backend: Backend = {
    store,
    registry,
    machinery: new Machinery(schemas),
    access: new Access(store),
    tokens: new Tokens(await signingKey(options.dataDir), store),
    openapi: new OpenAPI(schemas, registry),
    logs,
    now: () => new Date(),
  };
  bootstrapAccess(backend);
  const stops = [
    serveCustomResources(backend),
    tendNamespaces(backend),
    collectGarbage(backend),
    protectStorage(backend),
    tendClusterRoles(backend),
    countQuotas(backend),
    expireEvents(backend),
  ];
  for (const name of NAMESPACES) make(backend, "v1", "Namespace", { metadata: { name } });
  await store.committed();
  const simulation: Simulation = { stops: [] };
  const close = async () => {
    for (const stop of stops) stop();
    await store.close();
    await unlock?.();
  };
  const server = await listen(backend, {
    port: options.port ?? 0,
    page: (request, response) => pageOf(simulation, request, response),
  }).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const url = `http://127.0.0.1:${server.port}`;
  const tokenFor: Sandbox["tokenFor"] = (user) => {
    const now = Date.now();
    const { name, groups } = typeof user === "string" ? { name: user, groups: undefined } : user;
    const [prefix, kind, namespace = "", account = ""] = name.split(":");
    if (prefix !== "system" || kind !== "serviceaccount") {
      return backend.tokens.forUser({ name, groups }, now, now + YEAR_MS);
    }
    const entry = store.get("serviceaccounts", namespace, account);
    if (!entry) throw new Error(`there is no service account ${namespace}/${account}`);
    return backend.tokens.forServiceAccount({
      namespace,
      name: account,
      uid: entry.uid,
      expires: now + YEAR_MS,
      now,
    });
  };
  const adminToken = backend.tokens.administrator;
  if (options.simulate) {
    const speed = typeof options.simulate === "object" ? options.simulate.speed : 1;
    await simulate(
      simulation,
      url,
      tokenFor({ name: "system:simulation", groups: ["system:masters"] }),
      speed,
      logs,
    );
  }
  return {
    url,
    adminToken,
    kubeconfig: kubeconfigOf(url, adminToken),
    tokenFor,
    async stop() {
      for (const stop of simulation.stops) await stop();
      await server.close();
      await close();
    },
  };
}

/** The key that signs this cluster's tokens: kept beside its state, so that tokens outlive a restart. */
async function signingKey(directory: string | undefined): Promise<Buffer> {
  if (!directory) return randomBytes(32);
  await mkdir(directory, { recursive: true });
  const path = join(directory, "token-key");
  try {
    return Buffer.from(await readFile(path, "utf8"), "base64");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    const key = randomBytes(32);
    await writeFile(path, key.toString("base64"), { mode: 0o600 });
    return key;
  }
}

/**
 * A kubeconfig with one cluster, one user and one context. The token stands in the URL as well, because kubectl leaves
 * it out of requests over plain HTTP.
 */
export function kubeconfigOf(url: string, token: string): string {
  const server = url.replace("://", `://sandbox:${token}@`);
  return `apiVersion: v1
kind: Config
clusters:
  - name: sandbox
    cluster: { server: "${server}" }
users:
  - name: sandbox
    user: { token: "${token}" }
contexts:
  - name: sandbox
    context: { cluster: sandbox, user: sandbox }
current-context: sandbox
`;
}
