import { expect, test } from "vitest";
import { Cluster } from "../../lib/cluster/index.ts";
import { until } from "../../lib/cluster/testing/until.ts";
import { startSandbox } from "../index.ts";
import { start } from "./index.ts";
import { isReady } from "./pods.ts";
import type { Deployment, Pod } from "./types.ts";

const PODS = { apiVersion: "v1", kind: "Pod", namespace: "default" };
const web: Deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "default" },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: "web" } },
    template: {
      metadata: { labels: { app: "web" } },
      spec: { containers: [{ name: "main", image: "nginx:1.27" }] },
    },
  },
};

test("a restarted simulation goes on where it was", async () => {
  const bare = await startSandbox();
  const api = Cluster.at(bare.url, { token: bare.adminToken });
  const first = await start(api, { speed: 40 });
  await api.create(web);
  const [before] = await until<Pod>(api, PODS, (all) => all.some(isReady));
  await first.stop();
  const ref = { apiVersion: web.apiVersion, kind: web.kind, ...web.metadata };
  await api.patch(ref, { spec: { replicas: 2 } }, { type: "merge" });
  const second = await start(api, { speed: 40 });
  const after = await until<Pod>(api, PODS, (all) => all.filter(isReady).length === 2);
  await second.stop();
  await bare.stop();
  const kept = after.find(({ metadata }) => metadata.uid === before?.metadata.uid);
  expect(kept?.status).toEqual(before?.status);
});
