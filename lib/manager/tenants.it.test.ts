import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startTestCluster, type TestCluster } from "../../tools/testing/index.ts";
import { ApiError, type Cluster } from "../cluster/index.ts";
import { isCounted, provisionAdministrators, provisionTenant } from "../install/provision.ts";
import { tenantRequest } from "../install/tenant.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { API_VERSION, type Provider, type Tenant } from "../model/resources.ts";
import { install, prepareCluster, until } from "./testing/cluster.ts";
import { startTenants } from "./testing/tenants.ts";

const LONGEST_MS = 120_000;
let cluster: TestCluster;
let admin: Cluster;
let tenants: { stop(): Promise<void> };
const errors: unknown[] = [];

beforeAll(async () => {
  cluster = await startTestCluster({ bare: true });
  admin = cluster.admin;
  await prepareCluster(admin);
  tenants = startTenants(await cluster.account("sealos-system", "manager"), {
    systemNamespace: "sealos-system",
    administrators: [],
    onError: (error) => errors.push(error),
  });
});
afterAll(async () => {
  await tenants?.stop();
  await cluster?.stop();
});

test("a workspace that is asked for while the Hub's kinds are new is ready when something can be installed in it", {
  timeout: 180_000,
}, async () => {
  await admin.create(tenantRequest({ uid: "early", subject: "test/early" }));
  const reference = { apiVersion: API_VERSION, kind: "Tenant", name: "early" };
  await until<Tenant>(admin, reference, (tenant) => tenant?.status?.phase === "Ready", LONGEST_MS);
  expect(await isCounted(admin, "ns-early")).toBe(true);
  const made = await install(admin, "ns-early", "labring/anything:1");
  expect(made.metadata.uid).toBeTruthy();
  const quota = { apiVersion: "v1", kind: "ResourceQuota", namespace: "ns-early", name: "records" };
  expect((await admin.get(quota)).spec).toMatchObject({
    hard: { "count/installations.hub.sealos.io": "200", "count/actionruns.hub.sealos.io": "1k" },
  });
  expect(errors).toEqual([]);
});

test("workspaces and administrators that are as they should be are not written again, and what was changed is mended", async () => {
  const manager = await cluster.account("sealos-system", "manager");
  const person = { uid: "settled", subject: "test/settled", displayName: "Settled" };
  const asked = vi.spyOn(manager, "request");
  const written = () =>
    asked.mock.calls.filter(([method]) => method !== "GET").map(([method, path]) => `${method} ${path}`);
  const provision = async () => {
    await provisionTenant(manager, person);
    await provisionAdministrators(manager, ["root"], "sealos-system");
  };
  await provision();
  expect(written()).not.toEqual([]);
  asked.mockClear();
  await provision();
  expect(written()).toEqual([]);

  const policy = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", namespace: "ns-settled" };
  const open = { spec: { ingress: [{}] } };
  await admin.patch({ ...policy, name: "isolation" }, open, { type: "merge" });
  await provision();
  expect(written()).toEqual([
    expect.stringContaining(
      "PATCH /apis/networking.k8s.io/v1/namespaces/ns-settled/networkpolicies/isolation",
    ),
  ]);
  await provisionAdministrators(manager, [], "sealos-system");
});

test("a workspace has no more of a provider's kind than the provider says, unless an administrator says otherwise", {
  timeout: 180_000,
}, async () => {
  const ns = "ns-many";
  const widget = { apiVersion: "widgets.example.com/v1", kind: "Widget" };
  const definition = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" };
  const schema = { openAPIV3Schema: { type: "object" } };
  await admin.create({
    ...{ ...definition, metadata: { name: "widgets.widgets.example.com" } },
    spec: {
      group: "widgets.example.com",
      scope: "Namespaced",
      names: { kind: "Widget", listKind: "WidgetList", plural: "widgets", singular: "widget" },
      versions: [{ name: "v1", served: true, storage: true, schema }],
    },
  } as KubernetesObject);
  await admin.create(tenantRequest({ uid: "many", subject: "test/many" }));
  const reference = { apiVersion: API_VERSION, kind: "Tenant", name: "many" };
  await until<Tenant>(admin, reference, (tenant) => tenant?.status?.phase === "Ready", LONGEST_MS);
  const provider = { apiVersion: API_VERSION, kind: "Provider", name: "test.widgets" };
  await admin.create<Provider>({
    ...{ apiVersion: API_VERSION, kind: "Provider", metadata: { name: provider.name } },
    spec: { image: `test/widgets@sha256:${"0".repeat(64)}` },
  } as Provider);
  const resource = "count/widgets.widgets.example.com";
  const status = { phase: "Ready", counted: [{ resource, limit: 2 }] };
  await admin.patch(provider, { status }, { type: "merge", subresource: "status" });
  type Quota = KubernetesObject & {
    status?: { used?: Record<string, string>; hard?: Record<string, string> };
  };
  const quota = { apiVersion: "v1", kind: "ResourceQuota", namespace: ns, name: "quota" };
  const counts = (hard: string) => (each: Quota | undefined) =>
    each?.status?.used?.[resource] !== undefined && each.status.hard?.[resource] === hard;
  await until<Quota>(admin, quota, counts("2"), LONGEST_MS);
  const make = (name: string) =>
    admin.create({ ...widget, metadata: { name, namespace: ns } } as KubernetesObject);
  await make("a");
  await make("b");
  // A count that kube-controller-manager is just making may let one more in; it is taken away, and tried again.
  const refused = async () => {
    const answer: unknown = await make("c").catch((error: unknown) => error);
    if (!(answer instanceof ApiError)) await admin.delete({ ...widget, namespace: ns, name: "c" });
    expect(answer).toMatchObject({ status: 403, message: expect.stringContaining("exceeded quota: quota") });
  };
  await vi.waitFor(refused, { timeout: 60_000, interval: 1_000 });

  await admin.patch(quota, { spec: { hard: { [resource]: "3" } } }, { type: "merge" });
  await admin.patch(
    provider,
    { status: { counted: [{ resource, limit: 1 }] } },
    { type: "merge", subresource: "status" },
  );
  await until<Quota>(admin, quota, counts("3"), LONGEST_MS);
  await make("c");
  expect(errors).toEqual([]);
});
