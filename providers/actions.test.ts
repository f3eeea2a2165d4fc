import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import jsonPatch, { type Operation } from "fast-json-patch";
import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { expand } from "../lib/hub/expand.ts";
import { readFolder, readImage, type Scope } from "../lib/images/index.ts";
import { checkedAction } from "../lib/install/action.ts";
import { fileTypes } from "../lib/install/corpus.ts";
import { fittedInputs, instanceScope } from "../lib/install/fit.ts";
import { renderPatch } from "../lib/install/render.ts";
import type { ImageContent } from "../lib/model/image.ts";
import { type KubernetesObject, parseApiVersion } from "../lib/model/kubernetes.ts";
import { ProblemError } from "../lib/model/problem.ts";
import {
  applyDefaults,
  type JsonObject,
  prune,
  Schemas,
  unknownFields,
  validate,
} from "../sandbox/schema/index.ts";
import { mergePatch } from "../sandbox/server/machinery.ts";

/** What actions of the providers make of an instance, and whether its definition accepts that. */

interface Definition extends JsonObject {
  spec: {
    group: string;
    names: { kind: string };
    versions: { name: string; schema: { openAPIV3Schema: JsonObject } }[];
  };
}
type Instance = KubernetesObject & { spec: Record<string, unknown>; status?: Record<string, unknown> };
type Inputs = Record<string, string>;

const NAMESPACE = "ns-a";
const NOW = "2026-11-29T10:20:30.000Z";
const folder = new URL(".", import.meta.url);
const providers = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const definitions = providers.flatMap((provider) =>
  parseAllDocuments(readFileSync(new URL(`${provider}/manifests/10-crds.yaml`, folder), "utf8")).flatMap(
    (each) => (each.toJS() as Definition | null) ?? [],
  ),
);
const types = fileTypes(definitions);
const schemas = new Schemas(
  JSON.parse(readFileSync(new URL("../sandbox/kubernetes/schemas.json", import.meta.url), "utf8")),
);
const contents = new Map(
  await Promise.all(
    providers.map(
      async (provider) =>
        [provider, readImage(await readFolder(fileURLToPath(new URL(provider, folder))))] as const,
    ),
  ),
);

function contentOf(provider: string): ImageContent {
  const content = contents.get(provider);
  if (!content) throw new Error(`there is no provider ${provider}`);
  return content;
}

/** An instance as the provider's form begins, with these fields instead. */
async function instance(provider: string, kind: string, change: object = {}): Promise<Instance> {
  const declared = contentOf(provider).provider?.instances.find((each) => each.kind === kind);
  if (!declared) throw new Error(`${provider} declares no ${kind}`);
  const object = parse(await expand(declared.template, { name: "shop", namespace: NAMESPACE }));
  return mergePatch(object, change) as Instance;
}

/** What the API server would find wrong with an object; only custom kinds are looked at. */
function faults(object: KubernetesObject): unknown[] {
  const { group, version } = parseApiVersion(object.apiVersion);
  const definition = definitions.find(({ spec }) => spec.group === group && spec.names.kind === object.kind);
  const served = definition?.spec.versions.find(({ name }) => name === version);
  if (!served) return [];
  const schema = schemas.structural(served.schema.openAPIV3Schema);
  const data = structuredClone(object) as unknown as JsonObject;
  return [...unknownFields(schema, data), ...validate(schema, applyDefaults(schema, prune(schema, data)))];
}

interface Done {
  /** The instance afterwards. */
  object: Instance;
  created: (KubernetesObject & Record<string, unknown>)[];
  /** What was patched beside the instance: its target, and the patch. */
  others: { target: { kind: string; name?: string; selector?: object }; patch: unknown }[];
}

/** Carries an action out on an instance in memory, as the manager does on a cluster. */
async function act(provider: string, object: Instance, name: string, given: Inputs = {}): Promise<Done> {
  const { apiVersion, kind } = object;
  const run = { instance: { apiVersion, kind, name: object.metadata.name }, action: name, inputs: given };
  const { action, inputs } = await checkedAction(contentOf(provider), run, object);
  const all = Object.fromEntries(action.inputs.map((input) => [input.name, ""]));
  const scope: Scope = { ...instanceScope(object), inputs: { ...all, ...inputs }, NOW };
  const filled = (text: string, type: { apiVersion: string; kind: string }) =>
    renderPatch(
      { path: `actions/${name}.yaml`, text: text.replaceAll("$(INSTANCE)", object.metadata.name), line: 1 },
      type,
      scope,
      types,
      "seed",
    );
  const created = [];
  for (const each of action.create ?? []) created.push((await filled(each.text, each)) as Done["created"][0]);
  let after = structuredClone(object);
  const others: Done["others"] = [];
  for (const { target, type, patch: text } of action.patch ?? []) {
    const patch = await filled(text, target);
    const self = target.kind === kind && target.name === "$(INSTANCE)";
    if (!self) others.push({ target, patch });
    else if (type === "json")
      after = jsonPatch.applyPatch(after, patch as Operation[], true, false).newDocument;
    else after = mergePatch(after, patch) as Instance;
  }
  for (const each of [after, ...created]) expect(faults(each), each.kind).toEqual([]);
  return { object: after, created, others };
}

async function refusal(
  ...[provider, object, name, inputs, left]: [...Parameters<typeof act>, left?: Record<string, number>]
): Promise<ProblemError> {
  const { apiVersion, kind } = object;
  const run = {
    instance: { apiVersion, kind, name: object.metadata.name },
    action: name,
    inputs: inputs ?? {},
  };
  const error = await checkedAction(contentOf(provider), run, object, left).catch(
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ProblemError)) throw new Error(`${name} is not refused`);
  return error;
}

const fits = async (provider: string, object: Instance, name: string) => {
  const found = contentOf(provider).actions.find(
    ({ name: each, target }) => each === name && target?.kind === object.kind,
  );
  const inputs = await fittedInputs(found?.inputs ?? [], object);
  return Object.fromEntries(inputs.map((input) => [input.name, input]));
};

const spoken =
  contentOf("postgres") &&
  [...contents].flatMap(([provider, { actions }]) =>
    actions.map((action) => ({
      provider,
      action,
      title: `${provider}: ${action.name} (${action.target?.kind})`,
    })),
  );

it.each(spoken)("$title speaks English and Chinese, and says what becomes of connections", ({ action }) => {
  expect(action.title).toBeTruthy();
  expect(action.i18n?.zh?.title).toBeTruthy();
  expect(action.description).toMatch(/connect|client|restart/i);
  expect(action.i18n?.zh?.description).toMatch(/连接|客户端|重启/);
  for (const { name, title, i18n } of action.inputs)
    expect([name, Boolean(title), Boolean(i18n?.zh?.title)]).toEqual([name, true, true]);
  for (const { i18n } of action.checks ?? []) expect(i18n?.zh?.message).toBeTruthy();
});

it.each([
  ["postgres", "postgresql"],
  ["mysql", "InnoDBCluster"],
  ["redis", "Redis"],
  ["redis", "RedisReplication"],
  ["kubeblocks", "Cluster"],
])(
  "%s: a load balancer for %s is refused where the workspace's quota has no room for one",
  async (provider, kind) => {
    const object = await instance(provider, kind);
    const inputs = { how: "LoadBalancer", ...(provider === "postgres" ? { from: "10.0.0.0/8" } : {}) };
    const refused = await refusal(provider, object, "expose", inputs, { "services.loadbalancers": 0 });
    expect(refused.fields).toMatchObject([
      { field: "how", message: expect.stringContaining("choose NodePort") },
    ]);
  },
);

describe("mysql", () => {
  const mysql = (change?: object) => instance("mysql", "InnoDBCluster", change);
  const online = { status: { cluster: { status: "ONLINE" } } };

  it("scales servers and routers, and takes resources beside what else its pods are given", async () => {
    const object = await mysql();
    expect((await fits("mysql", object, "scale")).instances?.options).toEqual(["3", "5", "7", "9"]);
    expect((await act("mysql", object, "scale", { instances: "3" })).object.spec.instances).toBe(3);
    expect((await act("mysql", object, "routers", { routers: "0" })).object.spec.router).toEqual({
      instances: 0,
    });
    const limits = { cpu: "2", memory: "2Gi" };
    const wanted = { cpuLimit: "2", memoryLimit: "2Gi" };
    const resources = { requests: { cpu: "100m", memory: "512Mi" }, limits };
    const containers = async (podSpec: object | null) =>
      (await act("mysql", await mysql({ spec: { podSpec } }), "resources", wanted)).object.spec.podSpec;
    const mine = { name: "sidecar", env: [] };
    expect(await containers({})).toEqual({ containers: [{ name: "mysql", resources }] });
    expect(await containers(null)).toEqual({ containers: [{ name: "mysql", resources }] });
    expect(await containers({ dnsPolicy: "Default", containers: [mine] })).toEqual({
      dnsPolicy: "Default",
      containers: [{ name: "mysql", resources }, mine],
    });
    expect(await containers({ containers: [mine, { name: "mysql", env: [] }] })).toEqual({
      containers: [mine, { name: "mysql", env: [], resources }],
    });
  });

  it("grows the claims that there are, and says so in the cluster", async () => {
    const { object, others } = await act("mysql", await mysql(), "resize", { size: "5Gi" });
    const patch = { spec: { resources: { requests: { storage: "5Gi" } } } };
    const selector = { "mysql.oracle.com/cluster": "$(INSTANCE)", component: "mysqld" };
    expect(others).toEqual([
      { target: { apiVersion: "v1", kind: "PersistentVolumeClaim", selector }, patch },
    ]);
    expect(object.spec.datadirVolumeClaimTemplate).toMatchObject(patch.spec);
    expect((await refusal("mysql", object, "resize", { size: "5Gi" })).message).toContain("can only grow");
  });

  it("goes up one version at a time", async () => {
    const options = async (version: string) =>
      (await fits("mysql", await mysql({ spec: { version } }), "update")).version?.options;
    expect(await options("8.0.35")).toEqual(["8.0.44", "8.4.7"]);
    expect(await options("8.4.7")).toEqual(["9.5.0"]);
    expect(await options("9.1.0")).toEqual(["9.5.0"]);
    expect(await options("9.5.0")).toEqual([]);
    const old = await mysql({ spec: { version: "8.0.44" } });
    expect((await refusal("mysql", old, "update", { version: "9.5.0" })).message).toBe(
      "version: choose one of 8.4.7.",
    );
    expect((await act("mysql", old, "update", { version: "8.4.7" })).object.spec.version).toBe("8.4.7");
  });

  it("restarts, opens to the outside and closes", async () => {
    const object = await mysql();
    expect((await act("mysql", object, "restart")).object.spec.podAnnotations).toEqual({
      "hub.sealos.io/restarted-at": NOW,
    });
    const open = await act("mysql", object, "expose", { how: "NodePort" });
    expect(open.object.spec.service).toEqual({ type: "NodePort" });
    expect((await act("mysql", open.object, "close")).object.spec.service).toEqual({ type: "ClusterIP" });
    expect((await refusal("mysql", object, "close")).message).toContain("not open");
    const bare = await mysql({ spec: { router: { instances: 0 } } });
    expect((await refusal("mysql", bare, "expose")).message).toContain("no router");
  });

  it("is backed up now and on a schedule, and a backup becomes a cluster of no lower version", async () => {
    const object = { ...(await mysql()), ...online };
    const { created } = await act("mysql", object, "backup", { size: "1Gi" });
    const name = "shop-20261129102030";
    const storage = { persistentVolumeClaim: { claimName: name } };
    expect(created.map((each) => [each.kind, each.metadata.name])).toEqual([
      ["MySQLBackup", name],
      ["PersistentVolumeClaim", name],
    ]);
    expect(created[0]?.spec).toEqual({ clusterName: "shop", backupProfile: { dumpInstance: { storage } } });
    expect((await refusal("mysql", await mysql(), "backup")).message).toContain("has to be online");

    const backup = created[0] as Instance;
    expect((await refusal("mysql", backup, "restore", { version: "8.4.7" })).message).toContain("not begun");
    const done = { ...backup, status: { status: "Completed", output: `${name}-1` } };
    expect((await fits("mysql", done, "restore")).version?.options).toEqual(["8.4.7", "9.5.0"]);
    const restored = await act("mysql", done, "restore", { name: "again", version: "8.4.7" });
    expect(restored.created.map((each) => [each.kind, each.metadata.name])).toEqual([
      ["InnoDBCluster", "again"],
      ["Secret", "again-root"],
    ]);
    expect(restored.created[0]?.spec).toMatchObject({
      secretName: "again-root",
      initDB: { dump: { path: `/${name}-1`, storage } },
    });
    expect(
      (restored.created[1] as { stringData?: { rootPassword: string } }).stringData?.rootPassword,
    ).toMatch(/^\w{20}$/);

    const weekly = { schedule: "0 3 * * 0", timeZone: "Asia/Shanghai" };
    const planned = await act("mysql", object, "backup-schedule", weekly);
    expect(planned.created.map((each) => each.metadata.name)).toEqual(["shop-backups"]);
    expect(planned.object.spec.backupSchedules).toMatchObject([
      { name: "console", enabled: true, ...weekly },
    ]);
    const moved = await act("mysql", planned.object, "backup-schedule", { schedule: "0 4 * * *" });
    expect(moved.object.spec.backupSchedules).toMatchObject([
      { schedule: "0 4 * * *", timeZone: "Asia/Shanghai" },
    ]);
    const stopped = await act("mysql", moved.object, "backup-schedule-stop");
    expect(stopped.object.spec.backupSchedules).toEqual([]);
    expect((await refusal("mysql", object, "backup-schedule", { schedule: "30 2" })).fields?.[0]?.field).toBe(
      "schedule",
    );
  });
});

describe.each(["Redis", "RedisReplication"])("redis: %s", (kind) => {
  const redis = (change?: object) => instance("redis", kind, change);
  const statefulSet = { apiVersion: "apps/v1", kind: "StatefulSet", name: "$(INSTANCE)" };
  const mark = { "kubectl.kubernetes.io/restartedAt": NOW };
  const restarted = { spec: { template: { metadata: { annotations: mark } } } };

  it("takes resources and grows, and goes up in versions within its own registry", async () => {
    const object = await redis();
    const wanted = { cpuLimit: "1500m", memoryLimit: "1Gi" };
    const larger = await act("redis", object, "resources", wanted);
    expect(larger.object.spec.kubernetesConfig).toMatchObject({
      resources: { limits: { cpu: "1500m", memory: "1Gi" } },
    });
    const grown = await act("redis", object, "resize", { size: "3Gi" });
    expect(grown.object.spec.storage).toMatchObject({
      volumeClaimTemplate: { spec: { resources: { requests: { storage: "3Gi" } } } },
    });
    expect((await refusal("redis", object, "resize", { size: "1Gi" })).message).toContain("can only grow");
    const mirrored = await redis({
      spec: { kubernetesConfig: { image: "registry.test:5000/opstree/redis:v6.2.19" } },
    });
    expect((await fits("redis", mirrored, "update")).version?.options).toEqual(["7.0.15", "7.2.7"]);
    const updated = await act("redis", mirrored, "update", { version: "7.2.7" });
    expect(updated.object.spec.kubernetesConfig).toMatchObject({
      image: "registry.test:5000/opstree/redis:v7.2.7",
    });
    expect((await refusal("redis", object, "update", { version: "6.2.19" })).message).toBe(
      "version: choose one of 7.2.7.",
    );
    const memory = await redis({ spec: { storage: null } });
    expect((await refusal("redis", memory, "resize", { size: "3Gi" })).message).toContain("memory only");
  });

  it("restarts as kubectl does it, and with a new password", async () => {
    const object = await redis();
    expect((await act("redis", object, "restart")).others).toEqual([
      { target: statefulSet, patch: restarted },
    ]);
    const [secret, workload] = (await act("redis", object, "rotate-password")).others;
    expect(secret?.target).toMatchObject({ kind: "Secret" });
    const [operation] = (secret?.patch ?? []) as { op: string; path: string; value: string }[];
    expect(operation).toMatchObject({ op: "add", path: "/data/password" });
    expect(Buffer.from(operation?.value ?? "", "base64").toString()).toMatch(/^\w{20}$/);
    expect(workload).toEqual({ target: statefulSet, patch: restarted });
  });

  it("opens to the outside only with a password, and closes", async () => {
    const object = await redis();
    const open = await act("redis", object, "expose", { how: "LoadBalancer" });
    expect(open.object.spec.kubernetesConfig).toMatchObject({ service: { serviceType: "LoadBalancer" } });
    const closed = await act("redis", open.object, "close");
    expect(closed.object.spec.kubernetesConfig).toMatchObject({ service: { serviceType: "ClusterIP" } });
    const bare = await redis({ spec: { kubernetesConfig: { redisSecret: null } } });
    for (const name of ["expose", "rotate-password"])
      expect((await refusal("redis", bare, name)).message).toContain("no password");
  });
});

it("redis with replicas scales", async () => {
  const object = await instance("redis", "RedisReplication");
  expect((await act("redis", object, "scale", { servers: "5" })).object.spec.clusterSize).toBe(5);
  expect((await refusal("redis", object, "scale", { servers: "1" })).message).toBe("servers: at least 2.");
});

describe("kubeblocks", () => {
  const kubeblocks = (change?: object) => instance("kubeblocks", "Cluster", change);
  const component = ({ object }: Done) => (object.spec.componentSpecs as Record<string, unknown>[])[0];

  it("scales, takes resources and grows one component", async () => {
    const object = await kubeblocks();
    expect(component(await act("kubeblocks", object, "scale", { replicas: "3" }))?.replicas).toBe(3);
    const larger = await act("kubeblocks", object, "resources", { cpuLimit: "2" });
    expect(component(larger)?.resources).toMatchObject({ limits: { cpu: "2", memory: "512Mi" } });
    const grown = await act("kubeblocks", object, "resize", { size: "2Gi" });
    expect(component(grown)?.volumeClaimTemplates).toMatchObject([
      { spec: { resources: { requests: { storage: "2Gi" } } } },
    ]);
    expect((await refusal("kubeblocks", object, "resize", { size: "1Gi" })).message).toBe(
      "it has 1Gi now and can only grow",
    );
    const other = await refusal("kubeblocks", object, "scale", { component: "other", replicas: "2" });
    expect(other.message).toBe("choose one of its components: postgresql");
  });

  it("stops and starts, opens to the outside and closes", async () => {
    const object = await kubeblocks();
    const stopped = await act("kubeblocks", object, "stop");
    expect(component(stopped)?.stop).toBe(true);
    expect(component(await act("kubeblocks", stopped.object, "start"))?.stop).toBe(false);
    expect((await refusal("kubeblocks", object, "start")).message).toBe("shop is not stopped.");
    const open = await act("kubeblocks", object, "expose");
    expect(open.object.spec.services).toMatchObject([
      {
        componentSelector: "postgresql",
        roleSelector: "primary",
        spec: { type: "LoadBalancer", ports: [{ port: 5432 }] },
      },
    ]);
    expect((await refusal("kubeblocks", open.object, "expose")).message).toContain("already");
    expect((await act("kubeblocks", open.object, "close")).object.spec.services).toEqual([]);
  });

  it("is backed up on a schedule, by the method of its engine", async () => {
    const object = await kubeblocks();
    const planned = await act("kubeblocks", object, "backup-schedule", { schedule: "0 18 * * *" });
    expect(planned.object.spec.backup).toEqual({
      ...{ enabled: true, cronExpression: "0 18 * * *", retentionPeriod: "7d", method: "pg-basebackup" },
    });
    const stopped = await act("kubeblocks", planned.object, "backup-schedule", { enabled: "false" });
    expect(stopped.object.spec.backup).toMatchObject({ enabled: false, method: "pg-basebackup" });
    expect((await refusal("kubeblocks", object, "backup-schedule", { enabled: "false" })).message).toContain(
      "no backup",
    );
  });
});

describe("postgres", () => {
  const postgres = (change?: object) => instance("postgres", "postgresql", change);
  const users = { spec: { users: { app: [], shop: ["createdb"] }, databases: { app: "app" } } };

  it("scales, takes resources and grows", async () => {
    const object = await postgres();
    expect((await act("postgres", object, "scale", { instances: "3" })).object.spec.numberOfInstances).toBe(
      3,
    );
    const wanted = { cpuLimit: "2", memoryLimit: "1Gi" };
    expect((await act("postgres", object, "resources", wanted)).object.spec.resources).toEqual({
      requests: { cpu: "100m", memory: "256Mi" },
      limits: { cpu: "2", memory: "1Gi" },
    });
    expect((await act("postgres", object, "resize", { size: "2Gi" })).object.spec.volume).toEqual({
      size: "2Gi",
    });
  });

  it("holds what it is given to its limits", async () => {
    const object = await postgres({ spec: { volume: { size: "10Gi" }, postgresql: { version: "16" } } });
    const cases: [string, Inputs, string][] = [
      ["scale", { instances: "0" }, "instances: at least 1."],
      ["scale", { instances: "10" }, "instances: at most 9."],
      ["scale", { instances: "1.5" }, "write a whole number"],
      ["resize", { size: "10Gi" }, "size: it has 10Gi now and can only grow."],
      ["resize", { size: "9999Mi" }, "size: it has 10Gi now and can only grow."],
      ["resize", { size: "lots" }, "size: this is not an amount, such as 10Gi or 500m."],
      ["resources", { memoryLimit: "100Mi" }, "memoryLimit: at least 250Mi."],
      [
        "resources",
        { cpuRequest: "1", cpuLimit: "500m" },
        "what is guaranteed cannot be more than what is allowed, 500m",
      ],
      ["update", { version: "15" }, "version: choose one of 17, 18, latest."],
    ];
    for (const [name, inputs, message] of cases)
      expect((await refusal("postgres", object, name, inputs)).message).toBe(message);
  });

  it("shows the versions above its own, and takes the newest for latest", async () => {
    const object = await postgres({ spec: { postgresql: { version: "16" } } });
    expect((await fits("postgres", object, "update")).version?.options).toEqual(["17", "18", "latest"]);
    const { object: newest } = await act("postgres", object, "update", { version: "latest" });
    expect(newest.spec.postgresql).toEqual({ version: "18" });
    expect((await refusal("postgres", newest, "update", { version: "18" })).message).toBe(
      "version: nothing can be chosen here now.",
    );
  });

  it("restarts by its environment, again and again, and keeps what is there", async () => {
    const mark = { name: "RESTARTED_AT", value: NOW };
    const first = await act("postgres", await postgres(), "restart");
    expect(first.object.spec.env).toEqual([mark]);
    const own = { name: "TZ", value: "UTC" };
    const second = await act("postgres", await postgres({ spec: { env: [own] } }), "restart");
    expect(second.object.spec.env).toEqual([own, mark]);
    const stale = await postgres({ spec: { env: [own, { ...mark, value: "before" }] } });
    expect((await act("postgres", stale, "restart")).object.spec.env).toEqual([own, mark]);
  });

  it("makes users and databases, each once", async () => {
    const object = await postgres(users);
    const made = await act("postgres", object, "create-user", { user: "report", role: "createrole" });
    expect(made.object.spec.users).toEqual({ app: [], shop: ["createdb"], report: ["createrole"] });
    const bare = await postgres({ spec: { users: null, databases: null } });
    expect((await act("postgres", bare, "create-user", { user: "report" })).object.spec.users).toEqual({
      report: [],
    });
    const stocked = await act("postgres", object, "create-database", { database: "stock", owner: "shop" });
    expect(stocked.object.spec.databases).toEqual({ app: "app", stock: "shop" });
    for (const user of ["app", "postgres", "a/b", "a~1b", "App", 'a"', "$(id)", "a\nb"])
      expect((await refusal("postgres", object, "create-user", { user })).fields?.[0]?.field).toBe("user");
    const nobody = await refusal("postgres", object, "create-database", {
      database: "stock",
      owner: "nobody",
    });
    expect(nobody.message).toBe("choose one of its users: app, shop");
    expect(nobody.params?.["text-zh"]).toBe("请选择已有用户：app、shop");
  });

  it("rotates the password of a user that it has", async () => {
    const object = await postgres(users);
    const { object: after } = await act("postgres", object, "rotate-password", { user: "shop" });
    expect(after.spec.usersWithInPlaceSecretRotation).toEqual(["shop"]);
    const again = await act("postgres", after, "rotate-password", { user: "app" });
    expect(again.object.spec.usersWithInPlaceSecretRotation).toEqual(["shop", "app"]);
    expect((await refusal("postgres", after, "rotate-password", { user: "shop" })).message).toContain(
      "already",
    );
  });

  it("opens to the outside, only to whom it is told, and closes again", async () => {
    const object = await postgres();
    const open = await act("postgres", object, "expose", { how: "LoadBalancer", from: "203.0.113.0/24" });
    expect(open.object.spec).toMatchObject({
      enableMasterLoadBalancer: true,
      enableMasterNodePort: false,
      allowedSourceRanges: ["203.0.113.0/24"],
    });
    const port = await act("postgres", object, "expose", { how: "NodePort" });
    expect(port.object.spec).toMatchObject({ enableMasterLoadBalancer: false, enableMasterNodePort: true });
    expect(port.object.spec).not.toHaveProperty("allowedSourceRanges");
    const closed = await act("postgres", open.object, "close");
    expect(closed.object.spec).toMatchObject({
      enableMasterLoadBalancer: false,
      enableMasterNodePort: false,
    });
    expect((await refusal("postgres", closed.object, "close")).message).toBe(
      "shop is not open to the outside.",
    );
    for (const from of ["everybody", "300.0.0.0/8", "10.0.0.0/8, 1.2.3.4/32"])
      expect((await refusal("postgres", object, "expose", { how: "LoadBalancer", from })).message).toContain(
        "network",
      );
    expect((await refusal("postgres", object, "expose", { how: "LoadBalancer" })).code).toBe("input-missing");
  });

  it("is backed up on a schedule, and copied while it runs", async () => {
    const object = await postgres();
    const planned = await act("postgres", object, "backup-schedule", { schedule: "0 3 * * 0" });
    expect(planned.object.spec).toMatchObject({
      enableLogicalBackup: true,
      logicalBackupSchedule: "0 3 * * 0",
    });
    const stopped = await act("postgres", planned.object, "backup-schedule", { enabled: "false" });
    expect(stopped.object.spec.enableLogicalBackup).toBe(false);
    expect((await refusal("postgres", object, "backup-schedule", { schedule: "nightly" })).message).toContain(
      "five",
    );
    const running = { ...object, status: { PostgresClusterStatus: "Running" } };
    const { created } = await act("postgres", running, "clone", { name: "shop-two" });
    expect(created).toHaveLength(1);
    expect(created[0]).toMatchObject({
      metadata: { name: "shop-two" },
      spec: {
        clone: { cluster: "shop" },
        numberOfInstances: 1,
        postgresql: { version: "17" },
        volume: { size: "1Gi" },
      },
    });
    expect((await refusal("postgres", object, "clone", { name: "shop-two" })).message).toContain(
      "has to run",
    );
  });
});
