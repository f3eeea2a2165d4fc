import { isAlreadyExists } from "../../lib/cluster/index.ts";
import { timestamp, withCondition } from "./conditions.ts";
import type { Condition, SimulatedNode } from "./types.ts";
import type { World } from "./world.ts";

const CAPACITY = { cpu: "32", memory: "128Gi", pods: "500", "ephemeral-storage": "500Gi" };

/**
 * Makes the two simulated nodes, or finds them from before, and reports them ready. `kubeletPort`: where an API server
 * elsewhere reaches what stands in for their kubelets, on this machine.
 */
export async function createNodes(world: World, kubeletPort?: number): Promise<void> {
  for (const index of [1, 2]) {
    const name = `sandbox-${index}`;
    const node: SimulatedNode & { status?: unknown } = {
      apiVersion: "v1",
      kind: "Node",
      metadata: {
        name,
        labels: {
          "kubernetes.io/arch": "amd64",
          "kubernetes.io/hostname": name,
          "kubernetes.io/os": "linux",
          "sandbox.sealos.io/simulated": "true",
        },
      },
      spec: { podCIDR: `10.244.${(index - 1) * 128}.0/17` },
    };
    await world.cluster.create(node).catch((error: unknown) => {
      if (!isAlreadyExists(error)) throw error;
    });
    const ref = { apiVersion: "v1", kind: "Node", name };
    const known = await world.cluster.get<SimulatedNode>(ref);
    const status = {
      capacity: CAPACITY,
      allocatable: CAPACITY,
      addresses: kubeletPort
        ? [{ type: "InternalIP", address: "127.0.0.1" }]
        : [
            { type: "InternalIP", address: `192.168.49.${index + 1}` },
            { type: "Hostname", address: name },
          ],
      conditions: healthy(known.status?.conditions),
      daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort ?? 10250 } },
      nodeInfo: {
        architecture: "amd64",
        bootID: "",
        containerRuntimeVersion: "simulated://1.0",
        kernelVersion: "simulated",
        kubeProxyVersion: "",
        kubeletVersion: "v1.36.3",
        machineID: "",
        operatingSystem: "linux",
        osImage: "Simulated node: no container runs here",
        systemUUID: "",
      },
    };
    await world.cluster.patch(ref, { status }, { type: "merge", subresource: "status" });
  }
}

function healthy(known: Condition[] | undefined): Condition[] {
  const verdicts: [type: string, status: "True" | "False", reason: string, message: string][] = [
    ["MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"],
    ["DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"],
    ["PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"],
    ["Ready", "True", "KubeletReady", "simulated kubelet is posting ready status"],
  ];
  return verdicts.reduce<Condition[]>((conditions, [type, status, reason, message]) => {
    const heartbeat = { type, status, reason, message, lastHeartbeatTime: timestamp() };
    return withCondition(conditions, heartbeat);
  }, known ?? []);
}
