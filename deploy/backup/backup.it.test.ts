import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AnyObject, Cluster } from "../../lib/cluster/index.ts";
import { until } from "../../lib/cluster/testing/until.ts";
import { ContentStore } from "../../lib/images/index.ts";
import { provisionTenant } from "../../lib/install/provision.ts";
import { application, prepareCluster } from "../../lib/manager/testing/cluster.ts";
import { writeAccountKubeconfig } from "../../scripts/start/bootstrap.ts";
import { type RunningCluster, startCluster } from "../../tools/cluster/index.ts";
import { exportHub } from "./export.ts";
import { restoreHub } from "./restore.ts";

const root = join(import.meta.dirname, "..", "..");
const SYSTEM = "sealos-system";
const NAMESPACE = "ns-alice";
const HUB = "hub.sealos.io/v1alpha1";

/** Quotas made before the cluster knew the kinds that they bound are counted again after so long; usually 5 min. */
const COUNTING = { "kube-controller-manager": { "resource-quota-sync-period": "2s" } };

let directory: string;
const clusters: RunningCluster[] = [];
const managers: ChildProcess[] = [];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "hub-backup-"));
});
afterAll(async () => {
  for (const manager of managers) manager.kill("SIGKILL");
  await Promise.all(clusters.map((cluster) => cluster.stop()));
  await rm(directory, { recursive: true, force: true });
});

/** A fresh cluster with the Hub's kinds and accounts. */
async function fresh(): Promise<{ admin: Cluster; kubeconfig: string }> {
  const running = await startCluster({ nodes: "none", flags: COUNTING });
  clusters.push(running);
  const admin = Cluster.fromKubeconfig(running.kubeconfig);
  await prepareCluster(admin);
  return { admin, kubeconfig: running.kubeconfig };
}

/** The manager, as a process with its own account's token, as in a pod. Resolves to what ends it and waits for that. */
async function startManager(admin: Cluster, like: string): Promise<() => Promise<void>> {
  const kubeconfig = join(directory, `manager-${managers.length}`);
  await writeAccountKubeconfig(admin, "manager", kubeconfig, { namespace: SYSTEM, like });
  const child = spawn(process.execPath, ["lib/manager/main.ts"], {
    cwd: root,
    stdio: process.env.TEST_LOG ? "inherit" : "ignore",
    env: {
      ...process.env,
      KUBECONFIG: kubeconfig,
      CONTENT_DIR: join(directory, "content"),
      CLOUD_DOMAIN: "apps.test",
      LEASE_SECONDS: "5",
    },
  });
  managers.push(child);
  return () =>
    new Promise((resolve) => {
      child.once("exit", () => resolve());
      child.kill("SIGTERM");
    });
}

const MANIFESTS = `
apiVersion: v1
kind: Secret
metadata:
  name: notes
stringData:
  password: \${{ defaults.password }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: notes
spec:
  replicas: 1
  selector: { matchLabels: { app: notes } }
  template:
    metadata: { labels: { app: notes } }
    spec:
      containers:
        - name: notes
          image: registry.example.com/notes:1
          env: [{ name: PASSWORD, value: "\${{ defaults.password }}" }]
`;
const HEADER = `templateType: inline
defaults:
  password: { type: string, value: "\${{ random(24) }}" }`;

async function installed(admin: Cluster): Promise<AnyObject> {
  const [installation] = await until<
    AnyObject & { status?: { conditions?: { type: string; status: string }[] } }
  >(
    admin,
    { apiVersion: HUB, kind: "Installation", namespace: NAMESPACE },
    ([only]) => only?.status?.conditions?.find(({ type }) => type === "Applied")?.status === "True",
    60_000,
  );
  if (!installation) throw new Error("there is no installation");
  return installation;
}

/** What nobody may draw again: the app's password as its pods and its Secret have it. */
async function password(admin: Cluster): Promise<{ secret: string; pods: string }> {
  type Notes = AnyObject & {
    data: { password: string };
    spec: { template: { spec: { containers: { env: { value: string }[] }[] } } };
  };
  const of = { namespace: NAMESPACE, name: "notes" };
  const secret = await admin.get<Notes>({ apiVersion: "v1", kind: "Secret", ...of });
  const deployment = await admin.get<Notes>({ apiVersion: "apps/v1", kind: "Deployment", ...of });
  const pods = deployment.spec.template.spec.containers[0]?.env[0]?.value ?? "";
  return { secret: Buffer.from(secret.data.password, "base64").toString(), pods };
}

test("what was exported from one cluster lives on in an empty one, with the same passwords", {
  timeout: 240_000,
}, async () => {
  await new ContentStore(join(directory, "content")).put(
    "labring/notes:1.0.0",
    application("notes", MANIFESTS, HEADER),
  );
  const first = await fresh();
  let end = await startManager(first.admin, first.kubeconfig);
  await provisionTenant(first.admin, { uid: "alice", subject: "test/alice" });
  await first.admin.create({
    apiVersion: HUB,
    kind: "Tenant",
    metadata: { name: "alice" },
    spec: { subject: "test/alice" },
  } as AnyObject);
  await until(first.admin, { apiVersion: HUB, kind: "Image" }, (images) => images.length > 0, 60_000);
  // Until the cluster has counted what a new quota bounds, it refuses everything.
  type Quota = AnyObject & { spec: { hard: object }; status?: { used?: object } };
  await until<Quota>(
    first.admin,
    { apiVersion: "v1", kind: "ResourceQuota", namespace: NAMESPACE },
    (quotas) =>
      quotas.length > 0 &&
      quotas.every(({ spec, status }) =>
        Object.keys(spec.hard).every((name) => name in (status?.used ?? {})),
      ),
    90_000,
  );
  await first.admin.create({
    apiVersion: HUB,
    kind: "Installation",
    metadata: { name: "notes", namespace: NAMESPACE },
    spec: { image: "labring/notes:1.0.0" },
  } as AnyObject);
  const before = await installed(first.admin);
  const drawn = await password(first.admin);
  expect(drawn.secret).toMatch(/^.{24}$/);
  expect(drawn.pods).toBe(drawn.secret);
  await first.admin.patch(
    { apiVersion: "v1", kind: "Secret", name: "web-session", namespace: SYSTEM },
    { data: { secret: btoa("the key of everybody's sessions") } },
    { type: "merge" },
  );
  await end();

  const backup = join(directory, "backup");
  const count = await exportHub(first.admin, backup, SYSTEM);
  expect(count).toBeGreaterThan(20);

  const second = await fresh();
  const stopSecond = await startManager(second.admin, second.kubeconfig);
  await until(
    second.admin,
    { apiVersion: "coordination.k8s.io/v1", kind: "Lease", namespace: SYSTEM },
    (leases) => leases.length > 0,
    60_000,
  );
  await expect(restoreHub(second.admin, backup, SYSTEM)).rejects.toThrow(
    /The manager .* is at work. Stop it first/,
  );
  await stopSecond();

  const report = await restoreHub(second.admin, backup, SYSTEM);
  expect(report.unknown).toEqual([]);
  expect(report.created + report.present).toBe(count);
  const again = await restoreHub(second.admin, backup, SYSTEM);
  expect(again.created).toBe(0);

  end = await startManager(second.admin, second.kubeconfig);
  await until(
    second.admin,
    { apiVersion: "apps/v1", kind: "Deployment", namespace: NAMESPACE },
    ([only]) => only !== undefined,
    60_000,
  );
  const after = await installed(second.admin);
  expect(await password(second.admin)).toEqual(drawn);
  expect((after as { status?: { revision?: number } }).status?.revision).toBe(
    (before as { status?: { revision?: number } }).status?.revision,
  );
  const owners = async () => {
    const revisions = { apiVersion: "apps/v1", kind: "ControllerRevision", namespace: NAMESPACE };
    const { items } = await second.admin.list(revisions);
    return items.map(({ metadata }) => metadata.ownerReferences?.[0]?.uid);
  };
  await expect.poll(owners).toEqual([after.metadata.uid]);
  const session = (await second.admin.get({
    apiVersion: "v1",
    kind: "Secret",
    name: "web-session",
    namespace: SYSTEM,
  })) as unknown as {
    data: { secret: string };
  };
  expect(atob(session.data.secret)).toBe("the key of everybody's sessions");
  await end();
});

test("a backup is readable by its owner only", async () => {
  const folder = join(directory, "backup");
  const { stat } = await import("node:fs/promises");
  const entries = await readdir(folder, { recursive: true });
  for (const entry of entries) expect((await stat(join(folder, entry))).mode & 0o077).toBe(0);
});
