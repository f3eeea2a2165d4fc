import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestCluster, type TestCluster } from "../../tools/testing/index.ts";
import type { AnyObject, Cluster } from "../cluster/index.ts";
import { ContentStore } from "../images/index.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { API_VERSION, type Installation } from "../model/resources.ts";
import {
  application,
  install,
  makeTenant,
  prepareCluster,
  putImage,
  uninstall,
  until,
} from "./testing/cluster.ts";

const KILLS = 50;
const main = fileURLToPath(new URL("./main.ts", import.meta.url));

const LEASE = {
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  namespace: "sealos-system",
  name: "app-manager",
};
type Lease = KubernetesObject & { spec?: { holderIdentity?: string } };

let cluster: TestCluster;
let managerConfig: string;
let admin: Cluster;
let folder: string;
const managers = new Set<ChildProcess>();

const manifests = `
apiVersion: v1
kind: ConfigMap
metadata: { name: "\${{ defaults.name }}" }
data: { name: "\${{ defaults.name }}" }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: "\${{ defaults.name }}" }
spec:
  selector: { matchLabels: { app: "\${{ defaults.name }}" } }
  template:
    metadata: { labels: { app: "\${{ defaults.name }}" } }
    spec: { containers: [{ name: web, image: "docker.io/library/nginx:1.27" }] }
`;
const header = 'defaults:\n  name: { type: string, value: "web-${{ random(8) }}" }';

beforeAll(async () => {
  cluster = await startTestCluster({ speed: 100 });
  admin = cluster.admin;
  await prepareCluster(admin);
  managerConfig = await cluster.accountKubeconfig("sealos-system", "manager");
  folder = await mkdtemp(join(tmpdir(), "manager-sigkill-"));
  await putImage(new ContentStore(folder), "labring/web:1.0.0", application("web", manifests, header));
});

afterAll(async () => {
  for (const manager of managers) manager.kill("SIGKILL");
  await cluster?.stop();
  await rm(folder, { recursive: true, force: true });
});

function spawnManager(): ChildProcess {
  const manager = spawn(process.execPath, [main], {
    env: {
      ...process.env,
      KUBECONFIG: managerConfig,
      CONTENT_DIR: folder,
      CLOUD_DOMAIN: "apps.example.com",
      LEASE_SECONDS: "1",
      LOG_LEVEL: "error",
      // Half of a start is reading the sources; a killed process never writes this cache, the first one does.
      NODE_COMPILE_CACHE: join(folder, "compiled"),
    },
    stdio: ["ignore", "inherit", "inherit"],
  });
  managers.add(manager);
  return manager;
}

/** Waits until another process leads than the one before. Returns its identity. */
async function nextLeader(before: string | undefined): Promise<string | undefined> {
  const lease = await until<Lease>(admin, LEASE, (each) => (each?.spec?.holderIdentity ?? before) !== before);
  return lease?.spec?.holderIdentity;
}

/** The same random numbers in every run, so that a failure can be seen again. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

test(`${KILLS} kills at random moments leave every app installed once and nothing behind`, {
  timeout: 900_000,
}, async () => {
  const draw = random(7);
  const namespace = await makeTenant(admin, "killed", { pods: "200" });
  const wanted = new Set<string>();
  const first = spawnManager();
  let leader = await nextLeader(undefined);
  first.kill("SIGTERM");
  await once(first, "exit");
  let manager = spawnManager();
  for (let round = 0; round < KILLS; round++) {
    // Work is asked for once the process leads, so that kills fall into it: beginning, middle and end.
    leader = await nextLeader(leader);
    // As in a cluster, another stands by while it leads.
    const standby = spawnManager();
    const exited = once(manager, "exit");
    const name = `app-${round}`;
    await install(admin, namespace, "labring/web:1.0.0", {}, name);
    wanted.add(name);
    const [oldest] = wanted;
    if (round % 3 === 2 && oldest) {
      await uninstall(admin, namespace, oldest);
      wanted.delete(oldest);
    }
    await delay(draw() * 600);
    manager.kill("SIGKILL");
    await exited;
    managers.delete(manager);
    // The process is gone for certain, so its lease need not be waited for; now and then it is all the same.
    if (round % 10 !== 0) await admin.delete(LEASE);
    manager = standby;
  }
  await nextLeader(leader);
  const exited = once(manager, "exit");
  for (const name of wanted) {
    const reference = { apiVersion: API_VERSION, kind: "Installation", namespace, name };
    await until<Installation>(admin, reference, (each) => each?.status?.phase === "Running", 180_000);
  }
  const deleted = Array.from({ length: KILLS }, (_, round) => `app-${round}`).filter(
    (name) => !wanted.has(name),
  );
  for (const name of deleted) {
    const reference = { apiVersion: API_VERSION, kind: "Installation", namespace, name };
    await until(admin, reference, (each) => each === undefined, 180_000);
  }
  manager.kill("SIGTERM");
  await exited;
  expect(manager.exitCode).toBe(0);
  const owners = async (apiVersion: string, kind: string) =>
    (
      await admin.list<AnyObject>({
        apiVersion,
        kind,
        namespace,
        labelSelector: "hub.sealos.io/installation",
      })
    ).items
      .map(({ metadata }) => metadata.labels?.["hub.sealos.io/installation"])
      .sort();
  const each = [...wanted].sort();
  // No manager is there any more; what it left to the garbage collector may still be going.
  for (const [apiVersion, kind] of [
    ["v1", "ConfigMap"],
    ["apps/v1", "Deployment"],
    ["apps/v1", "ControllerRevision"],
    ["v1", "Secret"],
    ["app.sealos.io/v1", "App"],
  ] as const)
    await expect.poll(() => owners(apiVersion, kind), { message: kind }).toEqual(each);
});
