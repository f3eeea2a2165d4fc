import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Tokens } from "./server/authentication.ts";
import { loadAccess } from "./server/authorization.ts";
import type { Backend, LogSource } from "./server/cluster.ts";
import { serveCustomResources } from "./server/controllers/customresources.ts";
import { collectGarbage } from "./server/controllers/garbage.ts";
import { make, tendNamespaces } from "./server/controllers/namespaces.ts";
import { core } from "./server/kinds/core.ts";
import { register } from "./server/kinds/index.ts";
import { Machinery } from "./server/machinery.ts";
import { OpenAPI, readSchemas } from "./server/openapi.ts";
import { Registry } from "./server/registry.ts";
import { listen } from "./server/server.ts";
import { Store } from "./store/store.ts";

export type { LogSource } from "./server/cluster.ts";

export interface SandboxOptions {
  /** Where the state is kept; absent: in memory only. */
  dataDir?: string;
  /** Absent or 0: any free port. */
  port?: number;
  simulate?: boolean | { speed: number };
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

const YEAR_MS = 365 * 24 * 3600 * 1000;
const NAMESPACES = ["default", "kube-system", "kube-public", "kube-node-lease"];

/** Starts the embedded cluster. Rejects when the port is taken or the folder is in use. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  register(core);
  const store = await Store.open({ directory: options.dataDir });
  const registry = new Registry();
  const logs: { source?: LogSource } = {};
  const schemas = readSchemas();
  const backend: Backend = {
    store,
    registry,
    machinery: new Machinery(schemas),
    access: loadAccess(),
    tokens: new Tokens(await signingKey(options.dataDir), store),
    openapi: new OpenAPI(schemas, registry),
    logs,
    now: () => new Date(),
  };
  const stops = [serveCustomResources(backend), tendNamespaces(backend), collectGarbage(backend)];
  for (const name of NAMESPACES) make(backend, "v1", "Namespace", { metadata: { name } });
  await store.committed();
  const server = await listen(backend, { port: options.port ?? 0 });
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
  const adminToken = tokenFor({ name: "admin", groups: ["system:masters"] });
  return {
    url,
    adminToken,
    kubeconfig: kubeconfigOf(url, adminToken),
    tokenFor,
    async stop() {
      await server.close();
      for (const stop of stops) stop();
      await store.close();
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

/** A kubeconfig with one cluster, one user and one context. */
export function kubeconfigOf(server: string, token: string): string {
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
