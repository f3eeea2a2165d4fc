import { Cluster } from "../../lib/cluster/index.ts";
import { type Beside, simulateBeside } from "../../sandbox/beside.ts";
import { type Authority, createAuthority } from "../cluster/index.ts";

/**
 * Simulates machines, volumes, addresses and operators beside the control plane of a kubeconfig. `sign` makes what the
 * simulated kubelets show to an API server that verifies them.
 */
export async function simulate(kubeconfig: string, speed: number, sign?: Authority["sign"]): Promise<Beside> {
  const authority = sign ?? (await createAuthority("test")).sign;
  const failures = new Set<string>();
  return simulateBeside(Cluster.fromKubeconfig(kubeconfig), {
    speed,
    scheduler: true,
    tls: await authority({ name: "simulated-kubelet", hosts: ["127.0.0.1"] }),
    onError(error) {
      const message = error instanceof Error ? error.message : String(error);
      if (!failures.has(message)) process.emitWarning(`simulation: ${message}`);
      failures.add(message);
    },
  });
}
