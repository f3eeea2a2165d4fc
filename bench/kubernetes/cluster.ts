import { readFile, writeFile } from "node:fs/promises";
import { Pool } from "undici";
import { parse } from "yaml";
import type { Cluster } from "../../lib/cluster/index.ts";
import { SYSTEM_NAMESPACE } from "../../lib/model/resources.ts";

interface Kubeconfig {
  clusters: {
    cluster: { server: string; "certificate-authority-data"?: string; "certificate-authority"?: string };
  }[];
}

/** The cluster that is measured. */
export interface Measured {
  admin: Cluster;
  /** Path of the administrator's kubeconfig. */
  kubeconfig: string;
  /** Path of kubectl. */
  kubectl: string;
}

/** A fresh token of one of the Hub's own accounts. */
export async function tokenOf(admin: Cluster, account: string): Promise<string> {
  const answer = (await admin.request(
    "POST",
    `/api/v1/namespaces/${SYSTEM_NAMESPACE}/serviceaccounts/${account}/token`,
    {
      body: {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        spec: { expirationSeconds: 36_000 },
      },
    },
  )) as { status: { token: string } };
  return answer.status.token;
}

/** Writes a kubeconfig like the administrator's, with another token. */
export async function writeKubeconfig(from: string, token: string, path: string): Promise<void> {
  const { clusters } = parse(await readFile(from, "utf8")) as Kubeconfig;
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "cluster", cluster: clusters[0]?.cluster }],
    users: [{ name: "user", user: { token } }],
    contexts: [{ name: "context", context: { cluster: "cluster", user: "user" } }],
    "current-context": "context",
  };
  await writeFile(path, JSON.stringify(config), { mode: 0o600 });
}

/**
 * Keep-alive connections and nothing else: what the API server can do when nobody thinks in between. One request per
 * connection at a time. Throws on any answer but 2xx, so that a run that was throttled into failing does not count.
 */
export class BareClient {
  readonly #pool: Pool;
  readonly #token: string;

  private constructor(pool: Pool, token: string) {
    this.#pool = pool;
    this.#token = token;
  }

  static async open(kubeconfig: string, token: string, connections: number): Promise<BareClient> {
    const config = parse(await readFile(kubeconfig, "utf8")) as Kubeconfig;
    const { server, ...tls } = config.clusters[0]?.cluster ?? { server: "" };
    const data = tls["certificate-authority-data"];
    const file = tls["certificate-authority"];
    const ca = data ? Buffer.from(data, "base64") : file ? await readFile(file) : undefined;
    const connect = ca ? { ca } : { rejectUnauthorized: false };
    return new BareClient(new Pool(server, { connections, pipelining: 1, connect }), token);
  }

  async send(request: {
    method: "GET" | "POST" | "PATCH" | "DELETE";
    path: string;
    body?: unknown;
    contentType?: string;
    as?: string;
  }): Promise<unknown> {
    const { method, path, body, contentType = "application/json", as } = request;
    const answer = await this.#pool.request({
      method,
      path,
      headers: {
        authorization: `Bearer ${this.#token}`,
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": contentType }),
        ...(as ? { "impersonate-user": as } : {}),
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300)
      throw new Error(`${method} ${path}: ${answer.statusCode} ${text.slice(0, 500)}`);
    return JSON.parse(text);
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}

/** Works on the items, so many at a time. */
export async function eachOf<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < items.length) await work(items[next++] as T);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}
