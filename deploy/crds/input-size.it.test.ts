import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { AnyObject } from "../../lib/cluster/index.ts";
import { installDefinitions, readDefinitions } from "../../lib/manager/definitions.ts";
import { startTestCluster, type TestCluster } from "../../tools/testing/index.ts";
import type { Definition } from "./compare.ts";

let cluster: TestCluster;
const namespace = "ns-sizes";
const apiVersion = "hub.sealos.io/v1alpha1";

beforeAll(async () => {
  cluster = await startTestCluster();
  await installDefinitions(cluster.admin, await readDefinitions(import.meta.dirname));
  await cluster.admin.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
}, 120_000);
afterAll(() => cluster?.stop());

const specs = {
  Installation: { image: "labring/demo:1.0" },
  ActionRun: { installation: "demo", action: "go" },
};
const full = (values: number, more = {}) => ({
  ...Object.fromEntries(Array.from({ length: values }, (_, index) => [`v${index}`, "x".repeat(64 * 1024)])),
  ...more,
});

test.for(Object.entries(specs))(
  "%s takes 256 KiB of inputs and not more, by any door",
  async ([kind, spec]) => {
    const make = (name: string, inputs: Record<string, string>) =>
      cluster.admin.create({ apiVersion, kind, metadata: { name, namespace }, spec: { ...spec, inputs } });
    await make("full", full(4));
    await expect(make("more", full(4, { more: "x" }))).rejects.toThrow(/spec.inputs.*at most 256 KiB/s);
    await expect(make("wide", full(3, { wide: "包".repeat(22_000) }))).rejects.toThrow(/at most 256 KiB/);
    await expect(make("long", { long: "x".repeat(64 * 1024 + 1) })).rejects.toThrow(
      /spec.inputs.long.*65536/s,
    );
    await expect(make("name", { ["x".repeat(129)]: "" })).rejects.toThrow(/at most 128 characters/);
  },
);

test("what was stored larger before goes on, until its inputs change", async () => {
  const { admin } = cluster;
  const kind = "CustomResourceDefinition";
  const definition = { apiVersion: "apiextensions.k8s.io/v1", kind, name: "installations.hub.sealos.io" };
  const today = await admin.get<Definition & AnyObject>(definition);
  const versions = structuredClone(today.spec.versions);
  const inputs = versions[0]?.schema?.openAPIV3Schema?.properties?.spec?.properties?.inputs;
  delete inputs?.["x-kubernetes-validations"];
  await admin.patch(definition, { spec: { versions } }, { type: "merge" });
  const object = {
    ...{ apiVersion, kind: "Installation", metadata: { name: "old", namespace } },
    spec: { ...specs.Installation, inputs: full(5) },
  };
  await vi.waitFor(() => admin.create(object), 20_000);
  await admin.patch(definition, { spec: { versions: today.spec.versions } }, { type: "merge" });
  const again = { ...object, metadata: { name: "new", namespace } };
  await vi.waitFor(
    () => expect(admin.create(again, { dryRun: true })).rejects.toThrow(/at most 256 KiB/),
    20_000,
  );

  const reference = { apiVersion, kind: "Installation", namespace, name: "old" };
  const merge = { type: "merge" } as const;
  await admin.patch(reference, { status: { phase: "Running" } }, { ...merge, subresource: "status" });
  await admin.patch(reference, { spec: { suspended: true } }, merge);
  await expect(admin.patch(reference, { spec: { inputs: { one: "more" } } }, merge)).rejects.toThrow(
    /at most 256 KiB/,
  );
  await admin.patch(reference, { spec: { inputs: { v0: null, v1: null } } }, merge);
});
