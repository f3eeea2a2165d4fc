import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import type { ApiObject, Cluster } from "../../lib/cluster/index.ts";
import { until } from "../../lib/cluster/testing/until.ts";
import { act, instance } from "../../providers/actions.test-support.ts";
import { findBinaries } from "../../tools/cluster/index.ts";
import { startClusterApi } from "../../tools/testing/cluster-api.ts";
import { startTestCluster, type TestCluster } from "../../tools/testing/index.ts";
import { holds } from "./cluster-api-machines.ts";
import { describeCluster, readRecording } from "./cluster-api-testing.ts";
import type { Instance } from "./context.ts";

const NAMESPACE = "ns-a";
const CLUSTER = { apiVersion: "cluster.x-k8s.io/v1beta2", kind: "Cluster", namespace: NAMESPACE };
const MACHINE = { ...CLUSTER, kind: "Machine" };
const REF = { ...CLUSTER, name: "demo" };
const SLOW_MS = 120_000;

let server: TestCluster;
let cluster: Cluster;
let managers: { stop(): Promise<void> };

async function manifests(file: string): Promise<ApiObject[]> {
  const url = new URL(`../../providers/cluster-api/manifests/${file}`, import.meta.url);
  // Machines of the class take ten seconds to start, as those of a cloud might; a test has no use for that.
  const text = (await readFile(url, "utf8")).replaceAll(/startupDuration: \d+s/g, "startupDuration: 100ms");
  return parseAllDocuments(text).flatMap((each) => (each.toJS() as ApiObject | null) ?? []);
}

beforeAll(async () => {
  server = await startTestCluster({ bare: true });
  cluster = server.admin;
  for (const object of await manifests("10-crds.yaml")) await cluster.apply(object, { fieldManager: "test" });
  for (const name of [NAMESPACE, "capi-system"])
    await cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  for (const object of await manifests("15-guard.yaml"))
    await cluster.apply(object, { fieldManager: "test" });
  for (const object of await manifests("30-class.yaml")) {
    await until(cluster, { apiVersion: object.apiVersion, kind: object.kind }, () => true, SLOW_MS);
    await cluster.apply(object, { fieldManager: "test" });
  }
  managers = await startClusterApi(server.kubeconfig);
}, 2 * SLOW_MS);
afterAll(async () => {
  await managers?.stop();
  await server?.stop();
});

const machines = (count: number, version: string) =>
  until<Instance>(
    cluster,
    MACHINE,
    (all) =>
      all.length === count &&
      all.every(({ spec, status }) => spec?.version === version && status?.phase === "Running"),
    SLOW_MS,
  );
const available = () =>
  until<Instance>(
    cluster,
    CLUSTER,
    ([one]) =>
      one !== undefined &&
      holds(one, "Available") &&
      holds(one, "TopologyReconciled") &&
      !holds(one, "RollingOut"),
    SLOW_MS,
  );

/** What kubectl prints, line by line in order. */
async function kubectl(kubeconfig: string, ...args: string[]): Promise<string[]> {
  const binaries = await findBinaries(["kubectl"]);
  if ("missing" in binaries) throw new Error(binaries.missing);
  const asked = promisify(execFile)(binaries.found.kubectl, [`--kubeconfig=${kubeconfig}`, ...args]);
  return (await asked).stdout.trim().split("\n").sort();
}

/** Lets somebody write Secrets, as the editors of a workspace may. */
async function allow(user: string): Promise<void> {
  const rbac = "rbac.authorization.k8s.io/v1";
  await cluster.create({
    ...{ apiVersion: rbac, kind: "Role", metadata: { name: user, namespace: NAMESPACE } },
    rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["*"] }],
  } as ApiObject);
  await cluster.create({
    ...{ apiVersion: rbac, kind: "RoleBinding", metadata: { name: user, namespace: NAMESPACE } },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: user },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: user }],
  } as ApiObject);
}

/** Carries out an action of the provider on the cluster as it is. */
async function run(action: string, inputs: Record<string, string>): Promise<void> {
  const live = await cluster.get<Instance>(REF);
  const { object } = await act("cluster-api", live as Parameters<typeof act>[1], action, inputs);
  await cluster.patch(REF, { spec: object.spec }, { type: "merge" });
}

test(
  "what the provider's form makes becomes a cluster, which its actions grow and upgrade and which goes when deleted",
  async () => {
    const wanted = await instance("cluster-api", "Cluster", {
      metadata: { name: "demo" },
      spec: { topology: { version: "v1.34.13" } },
    });
    await cluster.create(wanted);
    await machines(2, "v1.34.13");
    await available();
    const recorded = await readRecording();
    await expect.poll(() => describeCluster(cluster, NAMESPACE), { timeout: 60_000 }).toEqual(recorded);

    const secret = { apiVersion: "v1", kind: "Secret", name: "demo-kubeconfig", namespace: NAMESPACE };
    const { data } = await cluster.get<ApiObject & { data: { value: string } }>(secret);
    const dir = await mkdtemp(join(tmpdir(), "kubeconfig-"));
    const kubeconfig = join(dir, "demo.kubeconfig");
    await writeFile(kubeconfig, Buffer.from(data.value, "base64"), { mode: 0o600 });
    const { items } = await cluster.list(MACHINE);
    expect(await kubectl(kubeconfig, "get", "nodes", "--output=name")).toEqual(
      items.map(({ metadata }) => `node/${metadata.name}`).sort(),
    );
    await rm(dir, { recursive: true });
    await allow("mallory");
    const mallory = cluster.as("mallory");
    const other = { ...secret, name: "other-kubeconfig" };
    const forged = { stringData: { value: "users: [{ user: { tokenFile: /etc/token } }]" } };
    const refusal = "The kubeconfig of a cluster is written by Cluster API alone";
    await expect(mallory.patch(secret, forged, { type: "merge" })).rejects.toThrow(refusal);
    const labels = { "cluster.x-k8s.io/cluster-name": "other" };
    const metadata = { name: other.name, namespace: NAMESPACE, labels };
    await expect(mallory.create({ ...other, metadata, ...forged } as ApiObject)).rejects.toThrow(refusal);
    await mallory.create({ ...other, metadata: { ...metadata, labels: {} }, ...forged } as ApiObject);
    await expect(mallory.patch(other, { metadata: { labels } }, { type: "merge" })).rejects.toThrow(refusal);

    await run("scale", { replicas: "2" });
    await run("update", { version: "v1.35.10" });
    await machines(3, "v1.35.10");
    await available();

    await cluster.delete(REF);
    await until(cluster, CLUSTER, (all) => all.length === 0, SLOW_MS);
    expect((await cluster.list(MACHINE)).items).toEqual([]);
  },
  3 * SLOW_MS,
);
