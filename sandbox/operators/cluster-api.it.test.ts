import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import type { ApiObject, Cluster } from "../../lib/cluster/index.ts";
import { until } from "../../lib/cluster/testing/until.ts";
import { startTestCluster, type TestCluster } from "../../tools/testing/index.ts";
import { holds } from "./cluster-api-machines.ts";
import { describeCluster, readRecording } from "./cluster-api-testing.ts";
import type { Instance } from "./context.ts";
import { installProviderKinds, runOperator } from "./testing.ts";

const NAMESPACE = "ns-fleet";
const CLUSTER = { apiVersion: "cluster.x-k8s.io/v1beta2", kind: "Cluster", namespace: NAMESPACE };
const MACHINE = { ...CLUSTER, kind: "Machine" };

let server: TestCluster;
let cluster: Cluster;

beforeAll(async () => {
  server = await startTestCluster({ speed: 40 });
  cluster = server.admin;
  await installProviderKinds(cluster);
  for (const name of [NAMESPACE, "capi-system"])
    await cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  const file = new URL("../../providers/cluster-api/manifests/30-class.yaml", import.meta.url);
  for (const document of parseAllDocuments(await readFile(file, "utf8")))
    await cluster.apply(document.toJS() as ApiObject, { fieldManager: "test" });
  await runOperator(cluster, "gcr.io/k8s-staging-cluster-api/capd-manager:v1.14.2");
  await runOperator(cluster, "registry.k8s.io/cluster-api/cluster-api-controller:v1.14.2");
});
afterAll(() => server?.stop());

const pool = (replicas: number) => [{ class: "default-worker", name: "md-0", replicas }];
const change = (change: object) => cluster.patch({ ...CLUSTER, name: "demo" }, change, { type: "merge" });

/** Notes each version's machines as they come and go, until they are as told. */
function machines(wanted: (all: Instance[]) => boolean): Promise<Instance[]> {
  return until<Instance>(cluster, MACHINE, wanted);
}
const up = (count: number, version: string) => (all: Instance[]) =>
  all.length === count &&
  all.every(({ spec, status }) => spec?.version === version && status?.phase === "Running");

test("makes a cluster of machines, grows, upgrades and deletes it in the order that Cluster API keeps", async () => {
  const phases: unknown[] = [];
  const watched = until<Instance>(cluster, CLUSTER, ([one]) => {
    if (one?.status?.phase && phases.at(-1) !== one.status.phase) phases.push(one.status.phase);
    return one?.status?.phase === "Provisioned";
  });
  const topology = {
    classRef: { name: "in-memory", namespace: "capi-system" },
    version: "v1.34.13",
    controlPlane: { replicas: 1 },
    workers: { machineDeployments: pool(1) },
  };
  await cluster.create({
    ...CLUSTER,
    metadata: { name: "demo", namespace: NAMESPACE },
    spec: { topology },
  } as ApiObject);
  await watched;
  expect(phases).toEqual(["Pending", "Provisioning", "Provisioned"]);
  await machines(up(2, "v1.34.13"));
  await until<Instance>(cluster, CLUSTER, ([one]) => one !== undefined && holds(one, "Available"));
  const recorded = await readRecording();
  await expect.poll(() => describeCluster(cluster, NAMESPACE), { timeout: 60_000 }).toEqual(recorded);
  const secret = { apiVersion: "v1", kind: "Secret", name: "demo-kubeconfig", namespace: NAMESPACE };
  const { data, type } = await cluster.get<ApiObject & { data: { value: string }; type: string }>(secret);
  expect(type).toBe("cluster.x-k8s.io/secret");
  const [live] = (await cluster.list<Instance>(CLUSTER)).items;
  const { host, port } = (live?.spec?.controlPlaneEndpoint ?? {}) as { host?: string; port?: number };
  expect(parse(Buffer.from(data.value, "base64").toString())).toMatchObject({
    clusters: [{ name: "demo", cluster: { server: `https://${host}:${port}` } }],
    users: [{ name: "demo-admin" }],
  });

  await change({
    spec: { topology: { controlPlane: { replicas: 3 }, workers: { machineDeployments: pool(2) } } },
  });
  await machines(up(5, "v1.34.13"));
  await until<Instance>(cluster, CLUSTER, ([one]) => {
    const { controlPlane, workers } = (one?.status ?? {}) as Record<string, { availableReplicas?: number }>;
    return controlPlane?.availableReplicas === 3 && workers?.availableReplicas === 2;
  });

  const order: string[] = [];
  let most = 0;
  const upgraded = machines((all) => {
    for (const { metadata, spec } of all) {
      const role = "cluster.x-k8s.io/control-plane" in (metadata.labels ?? {}) ? "control plane" : "worker";
      if (spec?.version === "v1.35.10" && !order.includes(role)) order.push(role);
    }
    most = Math.max(most, all.length);
    return up(5, "v1.35.10")(all);
  });
  await change({ spec: { topology: { version: "v1.35.10" } } });
  await upgraded;
  expect(order).toEqual(["control plane", "worker"]);
  // One more than there are to be, in the control plane and among the workers, while each goes.
  expect(most).toBeLessThanOrEqual(7);

  await cluster.delete({ ...CLUSTER, name: "demo" });
  await until(cluster, CLUSTER, (all) => all.length === 0);
  for (const type of [MACHINE, { ...CLUSTER, kind: "MachineSet" }, { ...secret, name: undefined }])
    await until<ApiObject>(cluster, { ...type, namespace: NAMESPACE }, (all) => all.length === 0);
});

test("a version only goes up, by one minor version at a time, and a control plane has an odd number of machines", async () => {
  const topology = { classRef: { name: "absent" }, version: "v1.35.10", controlPlane: { replicas: 1 } };
  const metadata = { name: "picky", namespace: NAMESPACE };
  await cluster.create({ ...CLUSTER, metadata, spec: { topology } } as ApiObject);
  const ask = (part: object) =>
    cluster.patch({ ...CLUSTER, name: "picky" }, { spec: { topology: part } }, { type: "merge" });
  await expect(ask({ version: "v1.34.13" })).rejects.toThrow("must not be lower than it was");
  await expect(ask({ version: "v1.35.9" })).rejects.toThrow("must not be lower than it was");
  await expect(ask({ version: "v1.37.0" })).rejects.toThrow("at most one minor version above");
  await expect(ask({ controlPlane: { replicas: 2 } })).rejects.toThrow("must be odd");
  await ask({ version: "v1.36.0-rc.1" });
  await ask({ version: "v1.36.3" });
});
