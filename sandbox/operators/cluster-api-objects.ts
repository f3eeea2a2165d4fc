import { nameHash, sha256 } from "../workloads/hash.ts";
import { at, type Child, CONTROLLER, ownedBy, text } from "./children.ts";
import type { Instance } from "./context.ts";

export const CORE = "cluster.x-k8s.io/v1beta2";
export const CONTROL_PLANE = "controlplane.cluster.x-k8s.io/v1beta2";
export const INFRASTRUCTURE = "infrastructure.cluster.x-k8s.io/v1beta2";
export const NAME = "cluster.x-k8s.io/cluster-name";
export const IS_CONTROL_PLANE = "cluster.x-k8s.io/control-plane";
export const POOL = "topology.cluster.x-k8s.io/deployment-name";
const OWNED = { "topology.cluster.x-k8s.io/owned": "" };

/** One of `spec.topology.workers.machineDeployments`. */
export interface Pool {
  name: string;
  replicas: number;
}

/** What `spec.topology` asks for. */
export interface Topology {
  version: string;
  /** Machines of the control plane. */
  replicas: number;
  pools: Pool[];
}

/** Undefined for a cluster that is not made from a class: people put such a one together from its parts. */
export function topologyOf({ spec = {} }: Instance): Topology | undefined {
  const version = text(at(spec, "topology", "version"));
  if (!version) return undefined;
  const pools = (at(spec, "topology", "workers", "machineDeployments") ?? []) as Partial<Pool>[];
  return {
    version,
    replicas: Number(at(spec, "topology", "controlPlane", "replicas") ?? 1),
    pools: pools.map(({ name = "", replicas = 1 }) => ({ name, replicas })),
  };
}

/** Five letters that stay the same for the same thing, where Cluster API draws them at random. */
export const suffixOf = (...of: string[]) => nameHash(of, 5);

/** Whether it has the address of its API server, which its infrastructure gives it. */
export const isConnected = (cluster: Instance) =>
  at(cluster.spec, "controlPlaneEndpoint", "host") !== undefined;

export const labelsOf = (cluster: Instance) => ({ [NAME]: cluster.metadata.name, ...OWNED });

const machineTemplate = (name: string) => ({
  ...{ apiGroup: "infrastructure.cluster.x-k8s.io", kind: "DevMachineTemplate", name },
});

/** Names of a cluster's parts. */
export function namesOf(cluster: Instance) {
  const { name, uid = "" } = cluster.metadata;
  return {
    infrastructure: `${name}-${suffixOf(uid, "infrastructure")}`,
    controlPlane: `${name}-${suffixOf(uid, "control-plane")}`,
    pool: (pool: string) => `${name}-${pool}-${suffixOf(uid, pool)}`,
    kubeconfig: `${name}-kubeconfig`,
  };
}

export function infrastructureOf(cluster: Instance): Child {
  return {
    apiVersion: INFRASTRUCTURE,
    kind: "DevCluster",
    metadata: {
      name: namesOf(cluster).infrastructure,
      namespace: cluster.metadata.namespace,
      labels: labelsOf(cluster),
      ownerReferences: ownedBy(cluster, CONTROLLER),
    },
    spec: { backend: { inMemory: {} } },
  };
}

export function controlPlaneOf(cluster: Instance, { version, replicas }: Topology): Child {
  const name = namesOf(cluster).controlPlane;
  return {
    apiVersion: CONTROL_PLANE,
    kind: "KubeadmControlPlane",
    metadata: {
      name,
      namespace: cluster.metadata.namespace,
      labels: labelsOf(cluster),
      ownerReferences: ownedBy(cluster, CONTROLLER),
    },
    spec: {
      version,
      replicas,
      machineTemplate: {
        metadata: { labels: labelsOf(cluster) },
        spec: { infrastructureRef: machineTemplate(name) },
      },
    },
  };
}

/** A pool's MachineDeployment. */
export function deploymentOf(cluster: Instance, pool: Pool, version: string): Child {
  const name = namesOf(cluster).pool(pool.name);
  return {
    ...{ apiVersion: CORE, kind: "MachineDeployment" },
    metadata: {
      name,
      namespace: cluster.metadata.namespace,
      labels: { ...labelsOf(cluster), [POOL]: pool.name },
      ownerReferences: ownedBy(cluster),
    },
    spec: {
      ...{ clusterName: cluster.metadata.name, replicas: pool.replicas },
      ...machinesOf(cluster, { ...labelsOf(cluster), [POOL]: pool.name }, name, version),
      rollout: {
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      },
    },
  };
}

/** The MachineSet of one version of a deployment. */
export function setOf(cluster: Instance, deployment: Instance, version: string, replicas: number): Child {
  const { name, namespace, labels = {} } = deployment.metadata;
  const hash = suffixOf(name, version);
  const own = {
    ...labels,
    "cluster.x-k8s.io/deployment-name": name,
    "machine-template-hash": `${Number.parseInt(sha256(version).slice(0, 7), 16)}-${hash}`,
  };
  return {
    ...{ apiVersion: CORE, kind: "MachineSet" },
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels: own,
      ownerReferences: ownedBy(deployment, CONTROLLER),
    },
    spec: { clusterName: cluster.metadata.name, replicas, ...machinesOf(cluster, own, name, version) },
  };
}

function machinesOf(cluster: Instance, labels: Record<string, string>, template: string, version: string) {
  const bootstrap = { apiGroup: "bootstrap.cluster.x-k8s.io", kind: "KubeadmConfigTemplate", name: template };
  return {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        ...{ clusterName: cluster.metadata.name, version },
        bootstrap: { configRef: bootstrap },
        infrastructureRef: machineTemplate(template),
      },
    },
  };
}

/** A machine of a control plane or a MachineSet, with a name of its own. */
export function machineOf(cluster: Instance, owner: Instance, version: string, number: string): Child {
  const { name, namespace, labels = {}, uid = "" } = owner.metadata;
  const own = `${name}-${suffixOf(uid, number)}`;
  const role: Record<string, string> =
    owner.kind === "KubeadmControlPlane"
      ? { [IS_CONTROL_PLANE]: "", "cluster.x-k8s.io/control-plane-name": name }
      : { "cluster.x-k8s.io/set-name": name };
  return {
    ...{ apiVersion: CORE, kind: "Machine" },
    metadata: {
      name: own,
      namespace,
      labels: { ...labels, ...role },
      finalizers: ["machine.cluster.x-k8s.io"],
      ownerReferences: ownedBy(owner, CONTROLLER),
    },
    spec: {
      ...{ clusterName: cluster.metadata.name, version },
      bootstrap: { dataSecretName: own },
      infrastructureRef: { apiGroup: "infrastructure.cluster.x-k8s.io", kind: "DevMachine", name: own },
    },
  };
}
