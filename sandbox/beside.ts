import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Cluster } from "../lib/cluster/index.ts";
import * as operators from "./operators/index.ts";
import * as workloads from "./workloads/index.ts";

export interface BesideOptions {
  /** How many times faster than life pods start; default 1. */
  speed?: number;
  /** Absent: any free port. */
  port?: number;
  /** Whether the cluster has a kube-scheduler; one is simulated otherwise. */
  scheduler: boolean;
  /** For the endpoint that answers for the simulated kubelets. */
  tls: { key: string; cert: string };
  /** What went wrong in a simulated component, which tries again by itself. */
  onError?: (error: unknown) => void;
}

export interface Beside {
  /** Loopback port at which the hosts of all Ingresses answer over HTTP. */
  port: number;
  stop(): Promise<void>;
}

/**
 * Runs what the sandbox simulates beside a control plane elsewhere: two nodes with their kubelets and logs, volumes,
 * addresses, the pages of Ingresses, and third-party operators. All of it are ordinary clients of that API server.
 */
export async function simulateBeside(cluster: Cluster, options: BesideOptions): Promise<Beside> {
  const { speed = 1, scheduler, tls, onError } = options;
  const running = await workloads.start(cluster, { speed, onError, beside: { scheduler, tls } });
  const operating = await operators.start(cluster, { speed, onError });
  const pages = createServer((request, response) => running.handleIngress(request, response));
  await new Promise<void>((resolve, reject) => {
    pages.once("error", reject);
    pages.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  return {
    port: (pages.address() as AddressInfo).port,
    async stop() {
      await new Promise((resolve) => {
        pages.close(resolve);
        pages.closeAllConnections();
      });
      await operating.stop();
      await running.stop();
    },
  };
}
