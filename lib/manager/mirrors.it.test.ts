import { afterAll, beforeAll, expect, test } from "vitest";
import type { AnyObject } from "../cluster/index.ts";
import { parseMirrors } from "../install/mirrors.ts";
import { application, install, makeTenant, putImage, untilPhase } from "./testing/cluster.ts";
import { openStage, type Stage } from "./testing/stage.ts";

let stage: Stage;

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
  stage = await openStage({ speed: 200 });
  await putImage(stage.images, "labring/web:1", application("web", deployment));
  await stage.begin({ imageMirrors: parseMirrors("*=mirror.internal:5000") });
});
afterAll(() => stage?.close());

test("an application's containers come from the mirror of the cluster, and stay so", async () => {
  await makeTenant(stage.admin, "alice");
  await install(stage.admin, "ns-alice", "labring/web:1");
  await untilPhase(stage.admin, "ns-alice", "web", "Running");
  const reference = { apiVersion: "apps/v1", kind: "Deployment", namespace: "ns-alice", name: "web" };
  const containers = [{ name: "web", image: "mirror.internal:5000/docker.io/library/nginx:1.27" }];
  expect(await stage.admin.get<AnyObject>(reference)).toMatchObject({
    metadata: { generation: 1 },
    spec: { template: { spec: { containers } } },
  });
});
