import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiObject, Cluster } from "../../lib/cluster/index.ts";
import { until } from "../../lib/cluster/testing/until.ts";
import { startTestCluster, type TestCluster } from "../../tools/testing/index.ts";
import type { Instance } from "./context.ts";
import { installProviderKinds, runOperator } from "./testing.ts";

let server: TestCluster;
let cluster: Cluster;

beforeAll(async () => {
  server = await startTestCluster({ speed: 40 });
  cluster = server.admin;
  await installProviderKinds(cluster);
});
afterAll(() => server?.stop());

const BUCKET = { apiVersion: "objectstorage.sealos.io/v1", kind: "ObjectStorageBucket" };
const REDIS = { apiVersion: "redis.redis.opstreelabs.in/v1beta2", kind: "Redis" };

test("objects of an operator that is not there stay as they were made, and go on when it comes", async () => {
  const namespace = "ns-demo";
  await cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  const spec = { kubernetesConfig: { image: "quay.io/opstree/redis:v7.0.15" } };
  await cluster.create({ ...REDIS, metadata: { name: "cache", namespace }, spec } as ApiObject);
  // Another operator's work, on an object made later, shows that there was time.
  await runOperator(cluster, "ghcr.io/labring/sealos-objectstorage-controller:v5.0.1");
  await cluster.create({ ...BUCKET, metadata: { name: "files", namespace }, spec: {} } as ApiObject);
  const [bucket] = await until<Instance>(cluster, { ...BUCKET, namespace }, (all) =>
    all.some(({ status }) => status?.name),
  );
  expect(bucket?.status).toMatchObject({ name: "demo-files" });
  const secrets = await until(
    cluster,
    { apiVersion: "v1", kind: "Secret", namespace },
    (all) => all.length >= 2,
  );
  expect(secrets.map(({ metadata }) => metadata.name).sort()).toEqual([
    "object-storage-key",
    "object-storage-key-demo-files",
  ]);
  const untouched = await cluster.get({ ...REDIS, name: "cache", namespace });
  expect(untouched.metadata.finalizers).toBeUndefined();
  await runOperator(cluster, "quay.io/opstree/redis-operator:v0.22.2");
  await until(cluster, { apiVersion: "apps/v1", kind: "StatefulSet", namespace }, (all) => all.length === 1);
});
