import { type ApiObject, refOf } from "../../lib/cluster/index.ts";
import { isReady } from "../workloads/pods.ts";
import { at, CONTROLLER, ensure, ensureSecret, ownedBy, remove, text } from "./children.ts";
import { makeCredentials } from "./cluster-api-kubeconfig.ts";
import {
  advance,
  counted,
  createMachine,
  isUp,
  machinesOf,
  roll,
  versionOf,
} from "./cluster-api-machines.ts";
import {
  CONTROL_PLANE,
  CORE,
  controlPlaneOf,
  deploymentOf,
  INFRASTRUCTURE,
  IS_CONTROL_PLANE,
  infrastructureOf,
  isConnected,
  labelsOf,
  NAME,
  namesOf,
  POOL,
  type Pool,
  setOf,
  type Topology,
  topologyOf,
} from "./cluster-api-objects.ts";
import { type Groups, reportCluster } from "./cluster-api-status.ts";
import {
  follow,
  type Instance,
  type OperatorContext,
  report,
  type SimulatedOperator,
  setFinalizers,
} from "./context.ts";

const TYPE = { apiVersion: CORE, kind: "Cluster" };
const MANAGER = "capi-topology";
const FINALIZER = "cluster.cluster.x-k8s.io";
const IN_MEMORY = /\/capd-manager(:|@|$)/;
const FIRST_PORT = 20_000;
const PORTS = 10_000;
const STEP_MS = 500;

/** A group of machines before there is any. */
const NOTHING = { machines: [], settled: false };

type Since = Map<string, { phase: string; at: number }>;

/** Cluster API's managers with machines in memory. Nothing answers at the addresses of such clusters here. */
export const clusterApi: SimulatedOperator = {
  name: "cluster-api",
  images: /\/cluster-api-controller(:|@|$)/,
  start(context) {
    const since: Since = new Map();
    return follow<Instance>(
      context,
      TYPE,
      () => undefined,
      (cluster) => reconcile(context, cluster, since),
    );
  },
};

async function reconcile(context: OperatorContext, cluster: Instance, since: Since) {
  const again = { requeueAfterMs: context.pace(STEP_MS) };
  const machines = await machinesOf(context, cluster);
  const topology = topologyOf(cluster);
  if (cluster.metadata.deletionTimestamp) {
    for (const machine of machines) await advance(context, machine, true, since);
    return (await terminate(context, cluster, machines)) ? undefined : again;
  }
  if (!topology || cluster.spec?.paused === true) return undefined;
  if (!cluster.metadata.finalizers?.includes(FINALIZER)) {
    await setFinalizers(context, cluster, [FINALIZER]);
    await report(context, cluster, { phase: "Pending" });
  }
  if (!(await hasClass(context, cluster))) {
    await reportCluster(context, cluster, topology, undefined);
    return { requeueAfterMs: context.pace(10_000) };
  }
  await ensure(context, MANAGER, infrastructureOf(cluster));
  await ensure(context, MANAGER, controlPlaneOf(cluster, topology));
  if (!isConnected(cluster)) {
    // Its conditions are there before it can be provisioned: it is more than that only once they say so.
    const pools = topology.pools.map((pool) => ({ ...pool, ...NOTHING, version: topology.version }));
    await reportCluster(context, cluster, topology, { controlPlane: NOTHING, pools });
    await connect(context, cluster);
    return again;
  }
  const controlPlane = await context.cluster.get<Instance>(refOf(controlPlaneOf(cluster, topology)));
  await makeSecrets(context, cluster, controlPlane);
  const initialized = machines.some((machine) => isControlPlane(machine) && isUp(machine));
  for (const machine of machines) await advance(context, machine, initialized, since);
  const masters = machines.filter(isControlPlane);
  const wanted = { replicas: topology.replicas, version: topology.version, oneByOne: true };
  const settled = await roll(context, masters, wanted, () =>
    createMachine(context, cluster, controlPlane, topology.version),
  );
  const groups: Groups = {
    controlPlane: { machines: masters, settled },
    pools: [],
  };
  await reportControlPlane(context, controlPlane, groups.controlPlane.machines, topology, initialized);
  for (const pool of topology.pools)
    groups.pools.push(await keepPool(context, cluster, pool, topology.version, machines, settled));
  await dropPools(context, cluster, topology.pools, machines);
  await reportCluster(context, cluster, topology, groups);
  const quiet = settled && groups.pools.every((pool) => pool.settled) && machines.every(isUp);
  return quiet ? undefined : again;
}

const isControlPlane = ({ metadata }: Instance) => metadata.labels?.[IS_CONTROL_PLANE] !== undefined;

async function hasClass(context: OperatorContext, cluster: Instance): Promise<boolean> {
  const name = text(at(cluster.spec, "topology", "classRef", "name"));
  const namespace = text(at(cluster.spec, "topology", "classRef", "namespace"), cluster.metadata.namespace);
  const found = await context.cluster.find({ apiVersion: CORE, kind: "ClusterClass", name, namespace });
  return found !== undefined;
}

/** Gives the cluster its references, and then an address, in the order in which it learns of them. */
async function connect(context: OperatorContext, cluster: Instance): Promise<void> {
  const { infrastructure, controlPlane } = namesOf(cluster);
  if (!at(cluster.spec, "controlPlaneRef")) {
    const [group] = CONTROL_PLANE.split("/");
    const spec = {
      infrastructureRef: { apiGroup: INFRASTRUCTURE.split("/")[0], kind: "DevCluster", name: infrastructure },
      controlPlaneRef: { apiGroup: group, kind: "KubeadmControlPlane", name: controlPlane },
    };
    await context.cluster.patch(
      refOf(cluster),
      { metadata: { labels: labelsOf(cluster) }, spec },
      { type: "merge" },
    );
    await report(context, cluster, { phase: "Provisioning" });
    return;
  }
  const host = context.pods
    .list()
    .find((pod) => isReady(pod) && pod.spec.containers.some(({ image = "" }) => IN_MEMORY.test(image)))
    ?.status?.podIP;
  if (!host) return;
  const ref = { apiVersion: INFRASTRUCTURE, kind: "DevCluster", name: infrastructure };
  const own = { ...ref, namespace: cluster.metadata.namespace };
  // The cluster may have been read before what was written of it came back; its infrastructure remembers.
  const given = at((await context.cluster.get<Instance>(own)).spec, "controlPlaneEndpoint");
  const controlPlaneEndpoint = given ?? { host, port: await freePort(context) };
  await context.cluster.patch(own, { spec: { controlPlaneEndpoint } }, { type: "merge" });
  const status = { initialization: { provisioned: true } };
  await context.cluster.patch(own, { status }, { type: "merge", subresource: "status" });
  await context.cluster.patch(refOf(cluster), { spec: { controlPlaneEndpoint } }, { type: "merge" });
}

/** The next port of the manager in whose memory the clusters live. */
async function freePort(context: OperatorContext): Promise<number> {
  const { items } = await context.cluster.list<Instance>({ apiVersion: INFRASTRUCTURE, kind: "DevCluster" });
  const used = items.map(({ spec }) => Number(at(spec, "controlPlaneEndpoint", "port") ?? 0));
  for (let port = FIRST_PORT; port < FIRST_PORT + PORTS; port++) if (!used.includes(port)) return port;
  throw new Error("no port is left for another cluster");
}

async function makeSecrets(context: OperatorContext, cluster: Instance, owner: Instance): Promise<void> {
  const { name, namespace = "" } = cluster.metadata;
  const kubeconfig = namesOf(cluster).kubeconfig;
  const ref = { apiVersion: "v1", kind: "Secret", namespace };
  if (await context.cluster.find({ ...ref, name: kubeconfig })) return;
  const endpoint = at(cluster.spec, "controlPlaneEndpoint");
  const made = await makeCredentials(
    name,
    `https://${text(at(endpoint, "host"))}:${text(at(endpoint, "port"))}`,
  );
  const metadata = { namespace, labels: { [NAME]: name }, ownerReferences: ownedBy(owner, CONTROLLER) };
  const pair = { "tls.crt": made.cert, "tls.key": made.key };
  for (const part of ["ca", "etcd", "proxy", "sa"])
    await ensureSecret(
      context,
      { ...metadata, name: `${name}-${part}` },
      () => pair,
      "cluster.x-k8s.io/secret",
    );
  const value = () => ({ value: made.kubeconfig });
  await ensureSecret(context, { ...metadata, name: kubeconfig }, value, "cluster.x-k8s.io/secret");
}

async function reportControlPlane(
  context: OperatorContext,
  controlPlane: Instance,
  machines: Instance[],
  { version }: Topology,
  initialized: boolean,
): Promise<void> {
  const before = at(controlPlane.status, "initialization", "controlPlaneInitialized") === true;
  await report(context, controlPlane, {
    ...counted(machines, version),
    ...(machines.length > 0 && { version: machines.map(versionOf).sort()[0] }),
    initialization: { controlPlaneInitialized: before || initialized },
    observedGeneration: controlPlane.metadata.generation,
  });
}

/** A pool's deployment, sets and machines. It follows the control plane's version only once that has settled. */
async function keepPool(
  context: OperatorContext,
  cluster: Instance,
  pool: Pool,
  version: string,
  all: Instance[],
  mayUpgrade: boolean,
): Promise<Groups["pools"][number]> {
  const named = deploymentOf(cluster, pool, version);
  const live = await context.cluster.find<Instance>(refOf(named));
  const now = text(at(live?.spec, "template", "spec", "version"));
  const follows = mayUpgrade || !now ? version : now;
  await ensure(context, MANAGER, deploymentOf(cluster, pool, follows));
  const deployment = await context.cluster.get<Instance>(refOf(named));
  const machines = all.filter(({ metadata }) => metadata.labels?.[POOL] === pool.name);
  const versions = new Set([follows, ...machines.map(versionOf)]);
  const sets = new Map<string, Instance>();
  for (const each of versions) {
    const own = machines.filter((machine) => versionOf(machine) === each);
    const set = setOf(cluster, deployment, each, each === follows ? pool.replicas : own.length);
    await ensure(context, MANAGER, set);
    const made = await context.cluster.get<Instance>(refOf(set));
    await report(context, made, counted(own, each));
    sets.set(each, made);
  }
  const set = sets.get(follows) ?? deployment;
  const wanted = { replicas: pool.replicas, version: follows, oneByOne: false };
  const settled = await roll(context, machines, wanted, () => createMachine(context, cluster, set, follows));
  await report(context, deployment, {
    ...counted(machines, follows),
    phase: settled ? "Running" : machines.length < pool.replicas ? "ScalingUp" : "ScalingDown",
    observedGeneration: deployment.metadata.generation,
  });
  return { ...pool, machines, settled: settled && follows === version, version: follows };
}

/** Deployments that the topology no longer names go, and their machines with them. */
async function dropPools(context: OperatorContext, cluster: Instance, pools: Pool[], machines: Instance[]) {
  const { items } = await context.cluster.list<ApiObject>({
    ...{ apiVersion: CORE, kind: "MachineDeployment", namespace: cluster.metadata.namespace },
    labelSelector: `${NAME}=${cluster.metadata.name}`,
  });
  const dropped = (labels: Record<string, string> = {}) =>
    labels[POOL] !== undefined && !pools.some(({ name }) => name === labels[POOL]);
  const gone = [...items, ...machines].filter(({ metadata }) => dropped(metadata.labels));
  await remove(context, ...gone.map(refOf));
}

/** Workers first, then the control plane, then the infrastructure. True once nothing is left. */
async function terminate(
  context: OperatorContext,
  cluster: Instance,
  machines: Instance[],
): Promise<boolean> {
  const { name, namespace, finalizers = [] } = cluster.metadata;
  if (!finalizers.includes(FINALIZER)) return true;
  await report(context, cluster, { phase: "Deleting" });
  const workers = machines.filter((machine) => !isControlPlane(machine));
  const names = namesOf(cluster);
  const leave = async (group: Instance[]) =>
    remove(context, ...group.filter(({ metadata }) => !metadata.deletionTimestamp).map(refOf));
  for (const kind of ["MachineDeployment", "MachineSet"]) {
    const type = { apiVersion: CORE, kind, namespace, labelSelector: `${NAME}=${name}` };
    await leave((await context.cluster.list<Instance>(type)).items);
  }
  await leave(workers);
  if (workers.length > 0) return false;
  await leave(machines);
  if (machines.length > 0) return false;
  await remove(
    context,
    { apiVersion: CONTROL_PLANE, kind: "KubeadmControlPlane", name: names.controlPlane, namespace },
    { apiVersion: INFRASTRUCTURE, kind: "DevCluster", name: names.infrastructure, namespace },
  );
  await setFinalizers(
    context,
    cluster,
    finalizers.filter((each) => each !== FINALIZER),
  );
  return true;
}
