import { Cluster } from "../../lib/cluster/index.ts";
import { type RunningCluster, startCluster } from "../cluster/index.ts";
import { auditFile } from "./audit.ts";
import { simulate } from "./beside.ts";
import { applyDefinitions } from "./definitions.ts";
import type { Backend, TestClusterOptions } from "./index.ts";

/** A fresh control plane of Kubernetes' own programs, with simulated machines beside it. */
export async function startControlPlane(
  nodes: "fake" | "real",
  { speed, bare }: TestClusterOptions,
): Promise<Backend> {
  const audit = await auditFile();
  const simulated = nodes === "fake";
  const cluster = await startCluster({
    // Pods that fail, crash and log when a test wants it are more than nodes which only pretend can give.
    nodes: simulated ? "none" : "real",
    auditFile: audit,
  });
  try {
    if (!bare) await applyDefinitions(Cluster.fromKubeconfig(cluster.kubeconfig));
    // It looks for new kinds every 30 s, and until then counts no quota of them and collects none of their garbage.
    // People install the console before they use it; tests do both at once.
    if (!bare) await cluster.processes["kube-controller-manager"]?.restart();
    const beside = speed && simulated ? await simulate(cluster.kubeconfig, speed, cluster.sign) : undefined;
    return {
      kubeconfig: cluster.kubeconfig,
      audit,
      ...(beside && { appsPort: beside.port }),
      processes: cluster.processes,
      ...faultsOf(cluster),
      async stop() {
        await beside?.stop();
        await cluster.stop();
      },
    };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

/** How the API server of a cluster of one's own is taken away, and how it is made to hang. */
export function faultsOf({ processes }: Pick<RunningCluster, "processes">): Pick<Backend, "outage" | "hang"> {
  const server = processes["kube-apiserver"];
  return {
    async outage() {
      server?.kill("SIGKILL");
      return { end: async () => server?.restart() };
    },
    hang() {
      server?.kill("SIGSTOP");
      return { end: () => server?.kill("SIGCONT") };
    },
  };
}
