import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestCluster, type TestCluster } from "../../tools/testing/index.ts";
import { type AnyObject, Cluster } from "../cluster/index.ts";
import { ContentStore } from "../images/index.ts";
import { parseMirrors } from "../install/mirrors.ts";
import { Manager } from "./manager.ts";
import {
  application,
  cloud,
  install,
  makeTenant,
  prepareCluster,
  putImage,
  quiet,
  untilPhase,
} from "./testing/cluster.ts";

let cluster: TestCluster;
let folder: string;
let manager: Manager;

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: web, image: "nginx:1.27", resources: { requests: { cpu: 10m, memory: 16Mi }, limits: { cpu: 20m, memory: 32Mi } } }
`;

beforeAll(async () => {
  cluster = await startTestCluster({ speed: 200 });
  await prepareCluster(cluster.admin);
  folder = await mkdtemp(join(tmpdir(), "manager-mirrors-"));
  const images = new ContentStore(folder);
  await putImage(images, "labring/web:1", application("web", deployment));
  manager = new Manager({
    cluster: Cluster.fromKubeconfig(await cluster.accountKubeconfig("sealos-system", "manager")),
    images,
    cloud,
    consoleHosts: ["localhost"],
    imageMirrors: parseMirrors("*=mirror.internal:5000"),
    systemNamespace: "sealos-system",
    identity: "test",
    log: quiet,
    watchContent: false,
  });
  await manager.start();
});
afterAll(async () => {
  await manager?.stop();
  await cluster?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("an application's containers come from the mirror of the cluster, and stay so", async () => {
  await makeTenant(cluster.admin, "alice");
  await install(cluster.admin, "ns-alice", "labring/web:1");
  await untilPhase(cluster.admin, "ns-alice", "web", "Running");
  const reference = { apiVersion: "apps/v1", kind: "Deployment", namespace: "ns-alice", name: "web" };
  const containers = [{ name: "web", image: "mirror.internal:5000/docker.io/library/nginx:1.27" }];
  expect(await cluster.admin.get<AnyObject>(reference)).toMatchObject({
    metadata: { generation: 1 },
    spec: { template: { spec: { containers } } },
  });
});
