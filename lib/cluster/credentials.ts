import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { delimiter, dirname, resolve } from "node:path";
import { KubeConfig, loadYaml } from "@kubernetes/client-node";

/** What a request and its connection carry to prove who asks. */
export interface Credentials {
  headers: Record<string, string>;
  tls: {
    ca?: string | Buffer;
    cert?: string | Buffer;
    key?: string | Buffer;
    passphrase?: string;
    servername?: string;
    rejectUnauthorized?: boolean;
  };
}

/** Where the API server is, and how to obtain credentials for it (they may expire: ask for each request). */
export interface Endpoint {
  url: string;
  proxy?: string;
  credentials(): Promise<Credentials>;
}

/** An endpoint without client certificates. */
export function tokenEndpoint(url: string, token?: string): Endpoint {
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
  return { url, credentials: async () => ({ headers, tls: {} }) };
}

/**
 * Loads kubeconfig files, merged as kubectl merges them; `context` instead of the current one. Throws when the context
 * names no cluster.
 */
export function kubeconfigEndpoint(paths: string, context?: string): Endpoint {
  const [first, ...others] = paths.split(delimiter).filter(Boolean);
  if (!first) throw new Error("KUBECONFIG is empty: name a kubeconfig file");
  const config = new KubeConfig();
  config.loadFromFile(first);
  for (const path of others) {
    const more = new KubeConfig();
    more.loadFromFile(path);
    config.mergeConfig(more, true);
  }
  if (context) config.setCurrentContext(context);
  const user = config.getCurrentUser()?.name;
  const file = user && tokenFileOf(paths.split(delimiter).filter(Boolean), user);
  return configEndpoint(config, paths, file || undefined);
}

/** The library leaves out a user's `tokenFile`. As elsewhere in merged kubeconfigs, the first file to name it counts. */
function tokenFileOf(paths: string[], user: string): string | undefined {
  for (const path of paths) {
    const { users } = loadYaml<{ users?: { name: string; user?: { tokenFile?: string } }[] }>(
      readFileSync(path, "utf8"),
    );
    const file = users?.find(({ name }) => name === user)?.user?.tokenFile;
    if (file) return resolve(dirname(path), file);
  }
  return undefined;
}

/** The endpoint of the cluster this process runs in, from its pod's service account. `root` is for tests. */
export function inClusterEndpoint(root = ""): Endpoint {
  const config = new KubeConfig();
  config.loadFromCluster(root);
  const file = config.getCurrentUser()?.authProvider?.config?.tokenFile as string | undefined;
  return configEndpoint(config, "the pod's service account", file);
}

/**
 * KubeConfig reads certificates and runs exec plugins; nothing else of the library is used. A token file is read each
 * time: a kubelet writes a pod's token anew before it expires.
 */
function configEndpoint(config: KubeConfig, source: string, tokenFile?: string): Endpoint {
  const cluster = config.getCurrentCluster();
  if (!cluster) {
    throw new Error(`${source}: the current context "${config.getCurrentContext()}" names no cluster`);
  }
  // Without TLS there is nothing to verify; the library refuses plain HTTP unless told so.
  if (cluster.server.startsWith("http:")) Object.assign(cluster, { skipTLSVerify: true });
  // A URL may carry credentials of its own, which must not reach a message.
  const server = new URL(cluster.server);
  server.username = "";
  server.password = "";
  return {
    url: server.href.replace(/\/$/, ""),
    proxy: cluster.proxyUrl,
    async credentials() {
      const options: Parameters<KubeConfig["applyToHTTPSOptions"]>[0] = {};
      await config.applyToHTTPSOptions(options);
      const headers: Record<string, string> = {};
      for (const [name, value] of Object.entries(options.headers ?? {})) {
        if (value !== undefined) headers[name.toLowerCase()] = String(value);
      }
      if (typeof options.auth === "string") {
        headers.authorization = `Basic ${Buffer.from(options.auth).toString("base64")}`;
      }
      if (tokenFile) headers.authorization = `Bearer ${(await readFile(tokenFile, "utf8")).trim()}`;
      const { ca, cert, key, passphrase, rejectUnauthorized } = options;
      const tls = { ca, cert, key, passphrase, rejectUnauthorized } as Credentials["tls"];
      if (cluster.tlsServerName) tls.servername = cluster.tlsServerName;
      return { headers, tls };
    },
  };
}
