import type { ApiObject } from "../../../lib/cluster/index.ts";

interface FakeNode extends ApiObject {
  status: {
    conditions?: { type: string; status: string }[];
    [field: string]: unknown;
  };
}

/** A node as a kubelet of its size would register it. */
export function nodeOf(name: string, size: { cpu?: string; memory?: string; pods?: string }): FakeNode {
  const { cpu = "32", memory = "128Gi", pods = "250" } = size;
  const capacity = { cpu, memory, pods, "ephemeral-storage": "500Gi" };
  const labels = {
    "kubernetes.io/hostname": name,
    "kubernetes.io/os": "linux",
    "kubernetes.io/arch": "amd64",
    type: "kwok",
  };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels, annotations: { "kwok.x-k8s.io/node": "fake" } },
    status: {
      capacity,
      allocatable: capacity,
      nodeInfo: {
        architecture: "amd64",
        bootID: "",
        containerRuntimeVersion: "kwok",
        kernelVersion: "kwok",
        kubeletVersion: "v1.36.3",
        kubeProxyVersion: "",
        machineID: "",
        operatingSystem: "linux",
        osImage: "pretended node",
        systemUUID: "",
      },
    },
  };
}

export function isReady(node: FakeNode): boolean {
  return node.status.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
}
