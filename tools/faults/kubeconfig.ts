import { readFile, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { FaultProxy, type FaultProxyOptions } from "./proxy.ts";

interface Kubeconfig {
  "current-context": string;
  contexts: { name: string; context: { cluster: string } }[];
  clusters: {
    name: string;
    cluster: {
      server: string;
      "certificate-authority"?: string;
      "certificate-authority-data"?: string;
      "insecure-skip-tls-verify"?: boolean;
      "tls-server-name"?: string;
    };
  }[];
}

/**
 * Starts a proxy before the cluster of a kubeconfig's current context and writes another kubeconfig, the same but for
 * the way, to `file`. Only tokens and passwords get through: a client certificate ends at the proxy.
 */
export async function rerouted(
  kubeconfig: string,
  file: string,
  options: Omit<FaultProxyOptions, "upstream" | "ca"> = {},
): Promise<FaultProxy> {
  const config = parse(await readFile(kubeconfig, "utf8")) as Kubeconfig;
  const current = config.contexts.find(({ name }) => name === config["current-context"]);
  const entry = config.clusters.find(({ name }) => name === current?.context.cluster);
  if (!entry) throw new Error(`${kubeconfig}: the current context names no cluster`);
  const { cluster } = entry;
  const data = cluster["certificate-authority-data"];
  const path = cluster["certificate-authority"];
  const ca = data
    ? Buffer.from(data, "base64")
    : path && (await readFile(resolve(dirname(kubeconfig), path)));
  const proxy = await FaultProxy.start({ ...options, upstream: cluster.server, ...(ca ? { ca } : {}) });
  entry.cluster = { server: proxy.url };
  if (options.tls)
    entry.cluster["certificate-authority-data"] = Buffer.from(options.tls.cert).toString("base64");
  await writeFile(file, stringify(config), { mode: 0o600 });
  return proxy;
}
