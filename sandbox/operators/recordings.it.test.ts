import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type AnyObject, type ApiObject, type Cluster, isNotFound } from "../../lib/cluster/index.ts";
import { until } from "../../lib/cluster/testing/until.ts";
import { startTestCluster, type TestCluster } from "../../tools/testing/index.ts";
import type { Instance } from "./context.ts";
import { installProviderKinds, runOperator } from "./testing.ts";

/** One child as `recordings/*.json` describe it: only the fields that matter. */
interface Recorded {
  kind: string;
  name: string;
  labels: Record<string, string>;
  owners?: string[];
  annotations?: Record<string, string>;
  finalizers?: string[];
  [field: string]: unknown;
}

const TYPES: Record<string, string> = {
  StatefulSet: "apps/v1",
  PodDisruptionBudget: "policy/v1",
  RoleBinding: "rbac.authorization.k8s.io/v1",
};
const typeOf = (kind: string, namespace: string) => ({ apiVersion: TYPES[kind] ?? "v1", kind, namespace });

let server: TestCluster;
let cluster: Cluster;

beforeAll(async () => {
  server = await startTestCluster({ speed: 40 });
  cluster = server.admin;
  await installProviderKinds(cluster);
});
afterAll(() => server?.stop());

async function namespace(name: string): Promise<string> {
  await cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  await until(cluster, typeOf("ServiceAccount", name), (accounts) => accounts.length > 0);
  return name;
}

const operator = (image: string) => runOperator(cluster, image);

const omit = (values: Record<string, string> = {}, ...keys: string[]) =>
  Object.fromEntries(Object.entries(values).filter(([key]) => !keys.includes(key)));

/** What a recording says about an object, read from the live one. */
function describeLive(live: AnyObject, recorded: Recorded): Recorded {
  const spec = (live.spec ?? {}) as Record<string, unknown>;
  const { labels = {}, annotations = {}, ownerReferences = [], finalizers = [] } = live.metadata;
  const template = spec.template as {
    metadata: { labels: object };
    spec: { containers: { name: string; ports?: { containerPort: number }[] }[] };
  };
  const selector = spec.selector as { matchLabels?: object } | undefined;
  const all: Record<string, unknown> = {
    kind: live.kind,
    name: live.metadata.name,
    // Roles come from the engines themselves, which the recording's nodes did not run.
    labels:
      live.kind === "Pod"
        ? { ...omit(labels, "spilo-role", "redis-role"), "controller-revision-hash": "<hash>" }
        : labels,
    owners: ownerReferences.map(({ kind, name }) => `${kind}/${name}`),
    annotations: omit(
      annotations,
      "endpoints.kubernetes.io/last-change-trigger-time",
      "volume.kubernetes.io/storage-provisioner",
      "volume.beta.kubernetes.io/storage-provisioner",
    ),
    finalizers,
    replicas: spec.replicas,
    serviceName: spec.serviceName,
    podManagementPolicy: spec.podManagementPolicy,
    selector: selector?.matchLabels ?? selector ?? null,
    containers: template?.spec.containers.map(({ name, ports = [] }) => ({
      name,
      ports: ports.map((port) => port.containerPort),
    })),
    volumeClaimTemplates: ((spec.volumeClaimTemplates ?? []) as ApiObject[]).map(
      ({ metadata }) => metadata.name,
    ),
    podLabels: template?.metadata.labels,
    ports: ((spec.ports ?? []) as { name: string; port: number; targetPort: number }[]).map(
      ({ name, port, targetPort }) => ({ name, port, targetPort }),
    ),
    clusterIP: spec.clusterIP === "None" ? "None" : "allocated",
    type: live.kind === "Secret" ? live.type : spec.type,
    keys: Object.keys((live.data ?? {}) as object).sort(),
    minAvailable: spec.minAvailable ?? null,
  };
  const fields = Object.keys(recorded);
  return Object.fromEntries(fields.map((field) => [field, all[field]])) as Recorded;
}

function describeRecorded(recorded: Recorded): Recorded {
  if (!recorded.annotations) return recorded;
  return {
    ...recorded,
    annotations: omit(recorded.annotations, "endpoints.kubernetes.io/last-change-trigger-time"),
  };
}

async function recording(name: string): Promise<Recorded[]> {
  const text = await readFile(new URL(`recordings/${name}.json`, import.meta.url), "utf8");
  return (JSON.parse(text) as { children: Recorded[] }).children;
}

/** Expects exactly the recorded children, of the kinds that the recording has. */
async function expectChildren(ns: string, name: string): Promise<void> {
  const children = await recording(name);
  for (const kind of new Set(children.map((child) => child.kind))) {
    const wanted = children.filter((child) => child.kind === kind);
    const names = wanted.map((child) => child.name);
    // They are made one after the other, and controllers fill in what is theirs.
    const as = async () => {
      const { items } = await cluster.list<AnyObject>(typeOf(kind, ns));
      const own = items.filter(({ metadata }) => !(kind === "ServiceAccount" && metadata.name === "default"));
      expect(own.map(({ metadata }) => metadata.name).sort(), kind).toEqual([...names].sort());
      for (const child of wanted) {
        const live = own.find(({ metadata }) => metadata.name === child.name);
        expect(live && describeLive(live, child)).toEqual(describeRecorded(child));
        if (!child.owners) expect(live?.metadata.ownerReferences ?? [], `${kind} ${child.name}`).toEqual([]);
      }
    };
    await vi.waitFor(as, { timeout: 30_000, interval: 200 });
  }
}

const storage = {
  volumeClaimTemplate: {
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  },
};

function shop(ns: string): Instance {
  return {
    apiVersion: "acid.zalan.do/v1",
    kind: "postgresql",
    metadata: { name: "acid-shop", namespace: ns },
    spec: {
      teamId: "acid",
      volume: { size: "1Gi" },
      numberOfInstances: 2,
      users: { shop: ["superuser", "createdb"], reader: [] },
      databases: { orders: "shop" },
      preparedDatabases: { bar: {} },
      postgresql: { version: "17" },
    },
  };
}

async function gone(
  type: { apiVersion: string; kind: string; namespace: string },
  name: string,
): Promise<void> {
  await until(cluster, type, (all) => all.every(({ metadata }) => metadata.name !== name));
}

describe("Zalando's postgres-operator", () => {
  const type = (ns: string) => ({ apiVersion: "acid.zalan.do/v1", kind: "postgresql", namespace: ns });
  const phase = (all: Instance[]) => String(all[0]?.status?.PostgresClusterStatus ?? "");

  beforeAll(() => operator("ghcr.io/zalando/postgres-operator:v1.15.1"));

  test("makes what was recorded, reports in the recorded order, follows changes and cleans up", async () => {
    const ns = await namespace("zalando");
    const phases: string[] = [];
    const note = (all: Instance[]) => {
      const now = phase(all);
      if (now && phases.at(-1) !== now) phases.push(now);
      return now;
    };
    const running = until<Instance>(cluster, type(ns), (all) => note(all) === "Running");
    await cluster.create(shop(ns));
    await running;
    expect(phases).toEqual(["Creating", "Running"]);
    await expectChildren(ns, "zalando-postgresql");
    const changed = until<Instance>(
      cluster,
      type(ns),
      (all) => note(all) === "Running" && phases.includes("Updating"),
    );
    const spec = {
      numberOfInstances: 3,
      volume: { size: "2Gi" },
      users: { new_user: [] },
      postgresql: { version: "18" },
    };
    await cluster.patch({ ...type(ns), name: "acid-shop" }, { spec }, { type: "merge" });
    await changed;
    expect(phases).toEqual(["Creating", "Running", "Updating", "Running"]);
    const secret = "new-user.acid-shop.credentials.postgresql.acid.zalan.do";
    expect(await cluster.find({ ...typeOf("Secret", ns), name: secret })).toBeDefined();
    const sizes = (all: AnyObject[]) =>
      all.map(({ status }) => (status as { capacity?: { storage: string } }).capacity?.storage);
    await until(cluster, typeOf("PersistentVolumeClaim", ns), (all) => sizes(all).join() === "2Gi,2Gi,2Gi");
    await cluster.delete({ ...type(ns), name: "acid-shop" });
    for (const kind of [
      "StatefulSet",
      "Service",
      "Endpoints",
      "Secret",
      "PodDisruptionBudget",
      "PersistentVolumeClaim",
      "Pod",
    ]) {
      await until(cluster, typeOf(kind, ns), (all) => all.length === 0);
    }
  });
});

describe("OT's redis-operator", () => {
  const type = (kind: string, ns: string) => ({
    apiVersion: "redis.redis.opstreelabs.in/v1beta2",
    kind,
    namespace: ns,
  });
  const config = { image: "quay.io/opstree/redis:v7.0.15" };

  beforeAll(() => operator("ghcr.io/ot-container-kit/redis-operator/redis-operator:v0.22.2"));

  test("makes a standalone Redis as recorded, says nothing about it, and lets it go", async () => {
    const ns = await namespace("redis");
    await cluster.create({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "cache-password", namespace: ns },
      stringData: { password: "p" },
    } as ApiObject);
    const redisSecret = { name: "cache-password", key: "password" };
    const spec = { kubernetesConfig: { ...config, redisSecret }, storage };
    await cluster.create({
      ...type("Redis", ns),
      metadata: { name: "cache", namespace: ns },
      spec,
    } as ApiObject);
    const isUp = ({ status }: AnyObject) =>
      (status as { readyReplicas?: number } | undefined)?.readyReplicas === 1;
    await until(cluster, typeOf("StatefulSet", ns), (all) => all.some(isUp));
    await expectChildren(ns, "ot-redis");
    const live = await cluster.get<Instance>({ ...type("Redis", ns), name: "cache" });
    expect(live.metadata.finalizers).toEqual(["redisFinalizer"]);
    expect(live.status ?? {}).toEqual({});
    await cluster.delete({ ...type("Redis", ns), name: "cache" });
    await gone(type("Redis", ns), "cache");
    await until(cluster, typeOf("PersistentVolumeClaim", ns), (all) => all.length === 0);
  });

  test("makes a RedisReplication as recorded and then names its master", async () => {
    const ns = await namespace("redis-replication");
    const spec = { clusterSize: 3, kubernetesConfig: config, storage };
    await cluster.create({
      ...type("RedisReplication", ns),
      metadata: { name: "cache", namespace: ns },
      spec,
    } as ApiObject);
    await until<Instance>(
      cluster,
      type("RedisReplication", ns),
      (all) => all[0]?.status?.masterNode === "cache-0",
    );
    await expectChildren(ns, "ot-redisreplication");
    const roles = async () =>
      (await cluster.list(typeOf("Pod", ns))).items.map(({ metadata }) => metadata.labels?.["redis-role"]);
    await expect.poll(roles).toEqual(["master", "slave", "slave"]);
  });
});

describe("Oracle's mysql-operator", () => {
  beforeAll(() => operator("container-registry.oracle.com/mysql/community-operator:9.5.0-2.2.6"));

  test("waits for the root Secret, brings the cluster online and keeps its volumes", async () => {
    const ns = await namespace("mysql");
    const type = { apiVersion: "mysql.oracle.com/v2", kind: "InnoDBCluster", namespace: ns };
    const status = (all: Instance[]) => (all[0]?.status?.cluster as { status?: string } | undefined)?.status;
    const spec = { secretName: "root", instances: 2, router: { instances: 1 }, tlsUseSelfSigned: true };
    await cluster.create({ ...type, metadata: { name: "my", namespace: ns }, spec } as ApiObject);
    await until<Instance>(cluster, type, (all) => status(all) === "PENDING");
    const seen: (string | undefined)[] = [];
    const online = until<Instance>(cluster, type, (all) => {
      if (seen.at(-1) !== status(all)) seen.push(status(all));
      return status(all) === "ONLINE";
    });
    await cluster.create({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "root", namespace: ns },
      stringData: { rootPassword: "p" },
    } as ApiObject);
    await online;
    expect(seen).toEqual(["PENDING", "INITIALIZING", "ONLINE"]);
    await until(cluster, { apiVersion: "apps/v1", kind: "Deployment", namespace: ns }, (all) =>
      all.some(
        ({ metadata, status: routers }) =>
          metadata.name === "my-router" &&
          (routers as { availableReplicas?: number })?.availableReplicas === 1,
      ),
    );
    await cluster.delete({ ...type, name: "my" });
    await gone(type, "my");
    const claims = (await cluster.list(typeOf("PersistentVolumeClaim", ns))).items.map(
      ({ metadata }) => metadata.name,
    );
    expect(claims).toEqual(["datadir-my-0", "datadir-my-1"]);
  });
});

describe("KubeBlocks", () => {
  const type = (ns: string) => ({
    apiVersion: "apps.kubeblocks.io/v1alpha1",
    kind: "Cluster",
    namespace: ns,
  });
  const phase = (all: Instance[]) => all[0]?.status?.phase;
  const claim = { name: "data", spec: storage.volumeClaimTemplate.spec };

  beforeAll(() => operator("docker.io/apecloud/kubeblocks:0.9.5"));

  async function text(ns: string, secret: string): Promise<Record<string, string>> {
    const { data } = await cluster.get<ApiObject & { data: Record<string, string> }>({
      ...typeOf("Secret", ns),
      name: secret,
    });
    return Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]),
    );
  }

  test("makes the Secrets and Services that templates read, and stops and starts a component", async () => {
    const ns = await namespace("kubeblocks");
    const component = {
      name: "postgresql",
      componentDefRef: "postgresql",
      replicas: 2,
      volumeClaimTemplates: [claim],
    };
    const spec = {
      clusterDefinitionRef: "postgresql",
      clusterVersionRef: "postgresql-14.8.0",
      terminationPolicy: "Delete",
      componentSpecs: [component],
    };
    await cluster.create({ ...type(ns), metadata: { name: "app-pg", namespace: ns }, spec } as ApiObject);
    await until<Instance>(cluster, type(ns), (all) => phase(all) === "Running");
    const credential = await text(ns, "app-pg-conn-credential");
    expect(credential).toMatchObject({
      username: "postgres",
      host: `app-pg-postgresql.${ns}.svc`,
      port: "5432",
      endpoint: `app-pg-postgresql.${ns}.svc:5432`,
    });
    expect((await text(ns, "app-pg-postgresql-account-postgres")).password).toBe(credential.password);
    const set = await cluster.get({ ...typeOf("StatefulSet", ns), name: "app-pg-postgresql" });
    expect(JSON.stringify(set.spec)).toContain("docker.io/apecloud/spilo:14.8.0");
    const ref = { ...type(ns), name: "app-pg" };
    await cluster.patch(
      ref,
      { spec: { componentSpecs: [{ ...component, replicas: 0 }] } },
      { type: "merge" },
    );
    await until<Instance>(cluster, type(ns), (all) => phase(all) === "Stopped");
    await cluster.patch(ref, { spec: { componentSpecs: [component] } }, { type: "merge" });
    await until<Instance>(cluster, type(ns), (all) => phase(all) === "Running");
    await cluster.delete(ref);
    await gone(type(ns), "app-pg");
    for (const kind of ["Secret", "PersistentVolumeClaim", "StatefulSet"]) {
      await until(cluster, typeOf(kind, ns), (all) => all.length === 0);
    }
  });

  test("refuses to delete a cluster whose policy forbids it, until the policy changes", async () => {
    const ns = await namespace("kubeblocks-kept");
    const spec = {
      clusterDefinitionRef: "redis",
      terminationPolicy: "DoNotTerminate",
      componentSpecs: [{ name: "redis", componentDef: "redis-7", replicas: 1 }],
    };
    await cluster.create({ ...type(ns), metadata: { name: "kept", namespace: ns }, spec } as ApiObject);
    await until<Instance>(cluster, type(ns), (all) => phase(all) === "Running");
    const ref = { ...type(ns), name: "kept" };
    await cluster.delete(ref);
    await until<Instance>(cluster, type(ns), (all) =>
      String(all[0]?.status?.message ?? "").includes("DoNotTerminate"),
    );
    await cluster.patch(ref, { spec: { terminationPolicy: "WipeOut" } }, { type: "merge" });
    await gone(type(ns), "kept");
    const left = await cluster.get(ref).catch((error: unknown) => error);
    expect(left).toSatisfy(isNotFound);
  });
});
