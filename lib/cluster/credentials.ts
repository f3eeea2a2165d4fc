import { delimiter } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";

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

/** Loads kubeconfig files, merged as kubectl merges them. Throws when the current context names no cluster. */
export function kubeconfigEndpoint(paths: string): Endpoint {
  const [first, ...others] = paths.split(delimiter).filter(Boolean);
  if (!first) throw new Error("KUBECONFIG is empty: name a kubeconfig file");
  const config = new KubeConfig();
  config.loadFromFile(first);
  for (const path of others) {
    const more = new KubeConfig();
    more.loadFromFile(path);
    config.mergeConfig(more, true);
  }
  return configEndpoint(config, paths);
}

/** The endpoint of the cluster this process runs in, from its pod's service account. */
export function inClusterEndpoint(): Endpoint {
  const config = new KubeConfig();
  config.loadFromCluster();
  return configEndpoint(config, "the pod's service account");
}

/** KubeConfig runs exec plugins and re-reads token files; nothing else of the library is used. */
function configEndpoint(config: KubeConfig, source: string): Endpoint {
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
      const { ca, cert, key, passphrase, rejectUnauthorized } = options;
      const tls = { ca, cert, key, passphrase, rejectUnauthorized } as Credentials["tls"];
      if (cluster.tlsServerName) tls.servername = cluster.tlsServerName;
      return { headers, tls };
    },
  };
}
