import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestCluster, type TestCluster } from "../../tools/testing/index.ts";
import { Cluster } from "./cluster.ts";
import { isAlreadyExists, isConflict, isForbidden, isNotFound, isUnreachable } from "./errors.ts";
import { until } from "./testing/until.ts";
import type { ApiObject } from "./types.ts";

let server: TestCluster;
let cluster: Cluster;

beforeAll(async () => {
  server = await startTestCluster();
  cluster = server.admin;
});
afterAll(() => server?.stop());

interface ConfigMap extends ApiObject {
  data?: Record<string, string>;
}

const configMap = (name: string, data: Record<string, string> = {}): ConfigMap => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "default" },
  data,
});
const ref = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", name, namespace: "default" });

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("the client", () => {
  test("creates, reads, patches, replaces and deletes", async () => {
    await cluster.create(configMap("verbs", { a: "1" }));
    await cluster.patch(ref("verbs"), { data: { b: "2" } }, { type: "merge" });
    const read = await cluster.get<ConfigMap>(ref("verbs"));
    expect(read.data).toEqual({ a: "1", b: "2" });
    const replaced = await cluster.replace({ ...read, data: { c: "3" } });
    expect(replaced.data).toEqual({ c: "3" });
    await cluster.delete(ref("verbs"), { uid: read.metadata.uid });
    expect(await cluster.find(ref("verbs"))).toBeUndefined();
  });

  test("sends an applied object exactly as given, keyword fields included", async () => {
    const policy = {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "keywords", namespace: "default" },
      spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [{ from: [{ podSelector: {} }] }] },
    };
    const applied = await cluster.apply(policy, { fieldManager: "test" });
    expect(applied.spec.ingress).toEqual(policy.spec.ingress);
    const dry = { ...policy, spec: { ...policy.spec, ingress: [] } };
    await cluster.apply(dry, { fieldManager: "test", dryRun: true });
    const live = await cluster.get<typeof policy & ApiObject>({
      ...ref("keywords"),
      ...policy,
      name: "keywords",
    });
    expect(live.spec.ingress).toEqual(policy.spec.ingress);
  });

  test.each([".", "..", "a/../b", "a%2f.."])(
    "goes nowhere else for an object that is called %s",
    async (name) => {
      expect(await failureOf(cluster.get(ref(name)))).toMatchObject({ status: 400 });
      const inside = { ...ref("errors"), namespace: name };
      expect(await failureOf(cluster.delete(inside))).toMatchObject({ status: 400 });
    },
  );

  test("tells apart what went wrong", async () => {
    const first = await cluster.create(configMap("errors"));
    expect(await failureOf(cluster.create(configMap("errors")))).toSatisfy(isAlreadyExists);
    await cluster.patch(ref("errors"), { data: { a: "1" } }, { type: "merge" });
    expect(await failureOf(cluster.replace(first))).toSatisfy(isConflict);
    expect(await failureOf(cluster.get(ref("absent")))).toSatisfy(isNotFound);
    const unserved = cluster.list({ apiVersion: "example.com/v1", kind: "Nothing" });
    expect(await failureOf(unserved)).toMatchObject({
      status: 404,
      message: expect.stringContaining("Nothing"),
    });
    const refused = cluster
      .as("system:serviceaccount:default:nobody")
      .list({ apiVersion: "v1", kind: "Secret" });
    expect(await failureOf(refused)).toSatisfy(isForbidden);
    const nowhere = Cluster.at("http://127.0.0.1:1").request("GET", "/api");
    expect(await failureOf(nowhere)).toSatisfy(isUnreachable);
  });

  test("pages through a list and names each item's kind", async () => {
    for (let index = 0; index < 5; index++) {
      await cluster.create({
        ...configMap(`page-${index}`),
        metadata: { ...configMap(`page-${index}`).metadata, labels: { page: "1" } },
      });
    }
    const names: string[] = [];
    let next: string | undefined;
    do {
      const type = { apiVersion: "v1", kind: "ConfigMap", namespace: "default", labelSelector: "page=1" };
      const page = await cluster.list({ ...type, limit: 2, continue: next });
      for (const { kind, apiVersion, metadata } of page.items)
        names.push(`${apiVersion} ${kind} ${metadata.name}`);
      next = page.continue;
    } while (next);
    expect(names).toEqual([0, 1, 2, 3, 4].map((index) => `v1 ConfigMap page-${index}`));
  });

  test("finds a kind as soon as its definition is served, and its schema", async () => {
    const schema = {
      type: "object",
      properties: { spec: { type: "object", properties: { size: { type: "integer", default: 3 } } } },
    };
    await cluster.create({
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "boxes.example.com" },
      spec: {
        group: "example.com",
        scope: "Namespaced",
        names: { kind: "Box", plural: "boxes", singular: "box", listKind: "BoxList" },
        versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: schema } }],
      },
    } as ApiObject);
    await until(cluster, { apiVersion: "example.com/v1", kind: "Box" }, () => true);
    expect(await cluster.discovery.find("example.com/v1", "Box")).toMatchObject({
      plural: "boxes",
      namespaced: true,
    });
    // An API server publishes schemas a moment after it serves the kind.
    const size = async () => {
      const found = await cluster.openapi.schema("example.com/v1", "Box");
      return found?.resolve(found.resolve(found.root).properties?.spec ?? {}).properties?.size;
    };
    await expect.poll(size, { timeout: 10_000 }).toMatchObject({ type: "integer", default: 3 });
    const deployment = await cluster.openapi.schema("apps/v1", "Deployment");
    const replicas = deployment?.resolve(deployment.root.properties?.spec ?? {}).properties?.replicas;
    expect(replicas).toMatchObject({ type: "integer" });
  });

  test("refuses to guess a cluster", () => {
    const { KUBECONFIG, KUBERNETES_SERVICE_HOST } = process.env;
    try {
      delete process.env.KUBECONFIG;
      delete process.env.KUBERNETES_SERVICE_HOST;
      expect(() => Cluster.fromEnvironment()).toThrow("KUBECONFIG");
    } finally {
      if (KUBECONFIG !== undefined) process.env.KUBECONFIG = KUBECONFIG;
      if (KUBERNETES_SERVICE_HOST !== undefined)
        process.env.KUBERNETES_SERVICE_HOST = KUBERNETES_SERVICE_HOST;
    }
  });
});
