import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AnyObject, Cluster } from "../cluster/index.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { API_VERSION, APP_API_VERSION, type Installation, type Provider } from "../model/resources.ts";
import { install, makeTenant, putImage, shipped, until, untilPhase } from "./testing/cluster.ts";
import { openStage, type Stage } from "./testing/stage.ts";

/** What is installed once for the whole cluster, because tenants ask for it. */
let stage: Stage;
let admin: Cluster;
let tenants = 0;

const installation = (namespace: string, name: string) => ({
  apiVersion: API_VERSION,
  kind: "Installation",
  namespace,
  name,
});
const find = (apiVersion: string, kind: string, namespace: string, name: string) =>
  admin.find<KubernetesObject & { spec?: unknown }>({ apiVersion, kind, namespace, name });

beforeAll(async () => {
  stage = await openStage();
  admin = stage.admin;
  const { images } = stage;
  await putImage(images, "labring/postgres:1.15.1", await shipped("providers/postgres"));
  await putImage(images, "labring/kubernetes-dashboard:2.7.0", await shipped("images/kubernetes-dashboard"));
  await stage.begin();
});

afterAll(() => stage?.close());

async function tenant(): Promise<string> {
  tenants++;
  return makeTenant(admin, `tenant-${tenants}`);
}

describe("a provider", () => {
  test("is installed once, when two tenants ask for it at the same moment", async () => {
    const [a, b] = [await tenant(), await tenant()];
    await Promise.all([
      install(admin, a, "labring/postgres:1.15.1"),
      install(admin, b, "labring/postgres:1.15.1"),
    ]);
    await Promise.all([
      untilPhase(admin, a, "postgres", "Running"),
      untilPhase(admin, b, "postgres", "Running"),
    ]);
    const { items } = await admin.list<Provider>({ apiVersion: API_VERSION, kind: "Provider" });
    expect(items.filter(({ metadata }) => metadata.name === "labring.postgres")).toHaveLength(1);
    const provider = await until<Provider>(
      admin,
      { apiVersion: API_VERSION, kind: "Provider", name: "labring.postgres" },
      (each) => each?.status?.phase === "Ready" && each.status.tenants === 2,
    );
    expect(provider?.status?.instanceKinds).toEqual([{ apiVersion: "acid.zalan.do/v1", kind: "postgresql" }]);
    expect(provider?.status?.counted).toEqual([{ resource: "count/postgresqls.acid.zalan.do" }]);
    const entry = await find(APP_API_VERSION, "App", a, "postgres");
    expect(entry?.spec).toMatchObject({ type: "app", data: { url: "/providers/labring.postgres" } });
  });

  test("is not taken from a tenant who has instances, and names them", async () => {
    const ns = await tenant();
    await install(admin, ns, "labring/postgres:1.15.1");
    await untilPhase(admin, ns, "postgres", "Running");
    const shop = { apiVersion: "acid.zalan.do/v1", kind: "postgresql", namespace: ns, name: "acid-shop" };
    await admin.create({
      apiVersion: shop.apiVersion,
      kind: shop.kind,
      metadata: { name: shop.name, namespace: ns },
      spec: { teamId: "acid", numberOfInstances: 1, postgresql: { version: "17" }, volume: { size: "1Gi" } },
    });
    await admin.delete(installation(ns, "postgres"));
    const refused = await until<Installation>(
      admin,
      installation(ns, "postgres"),
      (each) => each?.status?.code === "instances-exist",
    );
    expect(refused?.status?.message).toContain('postgresql "acid-shop"');
    await admin.delete(shop);
    await until(admin, installation(ns, "postgres"), (each) => each === undefined);
    expect(
      await admin.find({ apiVersion: API_VERSION, kind: "Provider", name: "labring.postgres" }),
    ).toBeDefined();
  });

  test("is not brought by an organization that is not trusted", async () => {
    await stage.end();
    await putImage(stage.images, "stranger/postgres:1.0.0", await shipped("providers/postgres"));
    await stage.begin();
    const ns = await tenant();
    await until(
      admin,
      { apiVersion: API_VERSION, kind: "Repository", name: "stranger.postgres" },
      (each) => each !== undefined,
    );
    await admin.patch(
      { apiVersion: API_VERSION, kind: "Repository", name: "stranger.postgres" },
      { spec: { visibility: "public" } },
      { type: "merge" },
    );
    await install(admin, ns, "stranger/postgres:1.0.0");
    const { status } = await until<Installation>(
      admin,
      installation(ns, "postgres"),
      (each) => each?.status?.code === "forbidden",
    ).then((each) => each as Installation);
    expect(status?.message).toContain("not trusted");
    expect(
      await admin.find({ apiVersion: API_VERSION, kind: "Provider", name: "stranger.postgres" }),
    ).toBeUndefined();
  });
});

describe("a shared image", () => {
  test("runs once for everybody, and stays when a tenant uninstalls it", async () => {
    const [a, b] = [await tenant(), await tenant()];
    await install(admin, a, "labring/kubernetes-dashboard:2.7.0");
    const first = await untilPhase(admin, a, "kubernetes-dashboard", "Running");
    expect(first.status?.address).toBe("https://kubernetes-dashboard.apps.example.com");
    await install(admin, b, "labring/kubernetes-dashboard:2.7.0");
    await untilPhase(admin, b, "kubernetes-dashboard", "Running");
    const { items } = await admin.list<AnyObject>({ apiVersion: "apps/v1", kind: "Deployment" });
    const running = items.filter(({ metadata }) => metadata.name === "kubernetes-dashboard");
    expect(running.map(({ metadata }) => metadata.namespace)).toEqual(["shared-kubernetes-dashboard"]);
    await admin.delete(installation(a, "kubernetes-dashboard"));
    await until(admin, installation(a, "kubernetes-dashboard"), (each) => each === undefined);
    expect(await find(APP_API_VERSION, "App", a, "kubernetes-dashboard")).toBeUndefined();
    expect(
      await find("apps/v1", "Deployment", "shared-kubernetes-dashboard", "kubernetes-dashboard"),
    ).toBeDefined();
  });
});
