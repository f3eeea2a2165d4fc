import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { stringify } from "yaml";
import { type FormSchema, fillTemplate, leavesOf, withDefaults } from "@/components/provider/binding.ts";
import { fromForm, fromText, objectOf } from "@/components/provider/manifest.ts";
import { Browser, type HubUnderTest, StreamReader, startHubUnderTest } from "@/lib/auth/testing/hub.ts";
import { ApiError, type Cluster } from "@/lib/cluster/index.ts";
import { createWithSecrets } from "@/lib/hub/instance-secrets.ts";
import { ContentStore, readFolder } from "@/lib/images/index.ts";
import type { Manager } from "@/lib/manager/manager.ts";
import { untilPhase } from "@/lib/manager/testing/cluster.ts";
import { testManager } from "@/lib/manager/testing/stage.ts";
import type { Budget } from "@/lib/model/budget.ts";
import type { ChangeEstimate } from "@/lib/model/estimate.ts";
import type { InstanceKind } from "@/lib/model/image.ts";
import type { KubernetesObject } from "@/lib/model/kubernetes.ts";
import type { Plan } from "@/lib/model/plan.ts";
import { type ActionRun, API_VERSION, DEPARTED, METERING } from "@/lib/model/resources.ts";
import type { ConnectionView, InstanceDetail, InstancePhase, StreamEvent } from "@/lib/model/stream.ts";
import type { Timeline } from "@/lib/model/timeline.ts";
import { answer } from "./answer.test-support.ts";

/** Every kind of every provider, made from its own form as the page does, through the API, with a manager at work. */
const NAMESPACE = "ns-alice";
/** A real garbage collector learns of a provider's kinds within half a minute. */
const SLOW_MS = 100_000;
/** What operators leave in a namespace by design, as the real ones do. */
const leftByOperators = [
  "Secret object-storage-key",
  "ServiceAccount postgres-pod",
  "RoleBinding postgres-pod",
];

let hub: HubUnderTest;
let images: ContentStore;
let manager: Manager;
let alice: Browser;
let member: Cluster;

beforeAll(async () => {
  hub = await startHubUnderTest();
  images = new ContentStore(hub.config.contentDir);
  for (const entry of await readdir("providers", { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    await images.put(`labring/${entry.name}:latest`, await readFolder(join("providers", entry.name)));
  }
  const prices = "currency: EUR\nprices: { cpu: 0.01, storage: 0.001 }";
  await hub.admin.apply(
    {
      ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: METERING, namespace: "sealos-system" } },
      data: { "prices.yaml": prices },
    },
    { fieldManager: "test" },
  );
  manager = testManager({
    cluster: await hub.cluster.account("sealos-system", "manager"),
    images,
  });
  await manager.start();
  alice = new Browser(hub.config.url, answer);
  await alice.signIn("alice");
  member = hub.web.as(`system:serviceaccount:${NAMESPACE}:member-alice`);
});
afterAll(async () => {
  await manager?.stop();
  await hub?.stop();
});

/** Installs the provider, waits for its operator, and returns the kind as its page gets it. */
async function provide(provider: string, plural: string): Promise<InstanceKind> {
  const ask = async () => {
    const json = { image: `labring/${provider}:latest` };
    const asked = await alice.fetch(`/api/namespaces/${NAMESPACE}/installations`, { method: "POST", json });
    expect(asked.ok).toBe(true);
  };
  // The catalogue lists the image once the manager has read it.
  await vi.waitFor(ask, { timeout: SLOW_MS, interval: 100 });
  await untilPhase(hub.admin, NAMESPACE, provider, "Running", SLOW_MS);
  return vi.waitFor(async () => {
    const answered = await alice.fetch(`/api/providers/labring.${provider}`);
    expect(answered.status).toBe(200);
    const { kinds } = (await answered.json()) as { kinds: InstanceKind[] };
    const kind = kinds.find((each) => each.plural === plural);
    if (!kind) throw new Error(`${provider} has no ${plural}`);
    return kind;
  }, 20_000);
}

/** What the create page sends when a person only types the name. */
function filled(kind: InstanceKind, name: string, more: Record<string, unknown> = {}): KubernetesObject {
  const leaves = leavesOf(kind.form as FormSchema);
  const start = fromText(fillTemplate(kind.template, { name, namespace: NAMESPACE }), leaves);
  const object = objectOf(fromForm(start, leaves, { ...withDefaults(leaves, start.data), ...more }));
  if (!object) throw new Error("the template is not YAML");
  return object;
}

const address = (provider: string, plural: string, rest = "") =>
  `/api/namespaces/${NAMESPACE}/providers/labring.${provider}/${plural}${rest}`;

async function create(provider: string, kind: InstanceKind, object: KubernetesObject, query = "") {
  const json = { object };
  return alice.fetch(address(provider, kind.plural, query), { method: "POST", json });
}

/** Waits on the page's own stream until the instance has the phase. */
const reaches = (provider: string, plural: string, name: string, wanted: InstancePhase) =>
  shows(`${provider}/${plural}/${name}`, ({ phase }) => phase === wanted);

/** Waits until the page's own stream has shown the instance like this. */
async function shows(topic: string, wanted: (detail: Partial<InstanceDetail>) => boolean) {
  const abort = new AbortController();
  const query = `namespace=${NAMESPACE}&topic=instance/labring.${topic}`;
  const stream = new StreamReader<StreamEvent>(
    await alice.fetch(`/api/stream?${query}`, { signal: abort.signal }),
  );
  const isWanted = (event: StreamEvent) => {
    const item =
      event.type === "snapshot" ? event.items[0] : event.type === "upsert" ? event.item : undefined;
    return item !== undefined && wanted(item.value as Partial<InstanceDetail>);
  };
  await vi.waitFor(() => expect(stream.events.some(isWanted)).toBe(true), {
    timeout: SLOW_MS,
    interval: 50,
  });
  abort.abort();
  await stream.closed;
}

async function remove(provider: string, kind: InstanceKind, name: string): Promise<void> {
  const { apiVersion, kind: own } = kind;
  const deleted = await alice.fetch(address(provider, kind.plural, `/${name}`), { method: "DELETE" });
  expect(deleted.status).toBe(202);
  await vi.waitFor(
    async () =>
      expect(await hub.admin.find({ apiVersion, kind: own, name, namespace: NAMESPACE })).toBeUndefined(),
    { timeout: SLOW_MS, interval: 50 },
  );
}

/** What the namespace holds besides volumes and reports on the past. */
async function contents(): Promise<string[]> {
  const found: string[] = [];
  await hub.admin.discovery.refresh();
  for (const { group, version, kind, namespaced, verbs } of await hub.admin.discovery.all()) {
    if (!namespaced || !verbs.includes("list") || /^(Event|PersistentVolumeClaim)$/.test(kind)) continue;
    const apiVersion = group ? `${group}/${version}` : version;
    const { items } = await hub.admin.list<KubernetesObject>({ apiVersion, kind, namespace: NAMESPACE });
    const others = items.filter(({ metadata }) => metadata.name !== DEPARTED.name);
    found.push(...others.map(({ metadata }) => `${kind} ${metadata.name}`));
  }
  return found.filter((each) => !leftByOperators.includes(each)).sort();
}

/** What the timeline says of what somebody did to an instance last. */
async function lastDone({ apiVersion, kind }: InstanceKind, name: string) {
  const query = new URLSearchParams({ apiVersion, kind, name });
  const asked = await alice.fetch(`/api/namespaces/${NAMESPACE}/timeline?${query}`);
  return ((await asked.json()) as Timeline).entries.find((entry) => entry.person);
}

const settles = (before: string[]) =>
  vi.waitFor(async () => expect(await contents()).toEqual(before), { timeout: SLOW_MS, interval: 100 });

/** What is there under an instance's name; other tests' instances may still be going meanwhile. */
const ofName = async (name: string) =>
  (await contents()).filter((each) => new RegExp(` ${name}\\b`).test(each));

const isGone = (name: string) =>
  vi.waitFor(async () => expect(await ofName(name)).toEqual([]), { timeout: SLOW_MS, interval: 100 });

const secret = (name: string) =>
  member.find<KubernetesObject & { data: Record<string, string> }>({
    apiVersion: "v1",
    kind: "Secret",
    name,
    namespace: NAMESPACE,
  });

test.each([
  ["postgres", "postgresqls"],
  ["mysql", "innodbclusters"],
  ["redis", "redis"],
  ["redis", "redisreplications"],
  ["kubeblocks", "clusters"],
  ["objectstorage", "objectstoragebuckets"],
  ["cluster-api", "clusters"],
])(
  "%s: one of the %s from the form's defaults runs, can be connected to, and leaves nothing",
  async (provider, plural) => {
    const kind = await provide(provider, plural);
    const before = await contents();
    const object = filled(kind, "shop");
    // A kind that is limited is refused until the cluster counts it, which says so.
    const asked = await vi.waitFor(
      async () => {
        const tried = await create(provider, kind, object, "?dryRun=true");
        expect(tried.status).not.toBe(429);
        return tried;
      },
      { timeout: SLOW_MS, interval: 500 },
    );
    expect(await asked.json()).toMatchObject({ object: { kind: kind.kind } });
    expect(await contents()).toEqual(before);
    expect((await create(provider, kind, object)).status).toBe(201);
    await reaches(provider, plural, "shop", "Running");
    const connection = (await (
      await alice.fetch(address(provider, plural, "/shop/connection"))
    ).json()) as ConnectionView;
    expect(connection.fields.map(({ name }) => name)).toEqual(
      kind.connection?.fields.map(({ name }) => name),
    );
    expect(connection.uris.map(({ name }) => name)).toEqual(kind.connection?.uris.map(({ name }) => name));
    for (const { value } of [...connection.fields, ...connection.uris])
      expect(value).not.toMatch(/^$|undefined|null|\$\{\{/);
    const byAlice = { door: "page", person: { uid: "alice", name: "Alice" } };
    expect(await lastDone(kind, "shop")).toMatchObject({ event: "created", ...byAlice });
    await remove(provider, kind, "shop");
    expect(await lastDone(kind, "shop")).toMatchObject({ event: "deleted", ...byAlice });
    await settles(before);
  },
);

test("a database's page shows its schedule and its backups as they go", async () => {
  const kind = await provide("postgres", "postgresqls");
  const object = filled(kind, "saved");
  const spec = { ...(object.spec as object), enableLogicalBackup: true, logicalBackupSchedule: "30 2 * * *" };
  expect((await create("postgres", kind, { ...object, spec })).status).toBe(201);
  const topic = "postgres/postgresqls/saved";
  await shows(
    topic,
    ({ backups }) => backups?.schedule?.expression === "30 2 * * *" && backups.runs.length === 0,
  );
  const { apiVersion } = kind;
  const instance = { apiVersion, kind: kind.kind, name: "saved" };
  await reaches("postgres", "postgresqls", "saved", "Running");
  await member.create({
    apiVersion: API_VERSION,
    kind: "ActionRun",
    metadata: { name: "save", namespace: NAMESPACE },
    spec: { instance, action: "backup", ttlSecondsAfterFinished: 0 },
  });
  await shows(
    topic,
    ({ backups }) => backups?.runs.some(({ phase, manual }) => phase === "Failed" && manual) === true,
  );
  await remove("postgres", kind, "saved");
});

describe("what an instance will cost", () => {
  const HOURS = 730;
  /** In millionths of a euro a month. */
  const price = (cores: number, gibibytes: number) =>
    Math.round((cores * 0.01 + gibibytes * 0.001) * HOURS * 1_000_000);
  const cost = (...of: Parameters<typeof price>) => ({ currency: "EUR", monthlyMicros: price(...of) });

  test("is told before it is made, changed or copied, by the prices in force", async () => {
    const kind = await provide("postgres", "postgresqls");
    const object = filled(kind, "priced", { instances: 2, size: "10Gi" });
    const dry = await (await create("postgres", kind, object, "?dryRun=true")).json();
    expect(dry.estimate).toEqual({
      objects: [
        {
          ...{ kind: "postgresql", name: "priced" },
          after: { cpu: 0.2, memory: 2 ** 29, storage: 20 * 2 ** 30, loadBalancers: 0, cost: cost(0.2, 20) },
        },
      ],
      unread: [],
    });
    expect((await create("postgres", kind, object)).status).toBe(201);
    await reaches("postgres", "postgresqls", "priced", "Running");
    const runs = `/api/namespaces/${NAMESPACE}/actionruns`;
    const estimate = async (action: string, inputs: Record<string, string>) => {
      const instance = { apiVersion: kind.apiVersion, kind: kind.kind, name: "priced" };
      const json = { instance, action, inputs };
      const asked = await alice.fetch(`${runs}?dryRun=true`, { method: "POST", json });
      return { status: asked.status, ...((await asked.json()) as ChangeEstimate) };
    };
    const now = { cost: cost(0.2, 20) };
    expect(await estimate("scale", { instances: "3" })).toMatchObject({
      objects: [{ before: now, after: { cost: cost(0.3, 30) } }],
    });
    expect(await estimate("resize", { size: "16Gi" })).toMatchObject({
      objects: [{ before: now, after: { storage: 32 * 2 ** 30, cost: cost(0.2, 32) } }],
    });
    const copied = await estimate("clone", { name: "copy" });
    expect(copied.objects).toEqual([
      { kind: "postgresql", name: "copy", after: expect.objectContaining(now) },
    ]);
    // A client is an app, which its plan knows.
    expect(await estimate("pgadmin", {})).toMatchObject({
      objects: [],
      unread: [{ kind: "Installation", name: "priced-pgadmin" }],
    });
    await hub.publish("images/pgadmin", "labring/pgadmin:latest");
    await vi.waitFor(
      async () =>
        expect((await estimate("pgadmin", {})).objects).toMatchObject([
          { kind: "Installation", after: { cpu: 0.05, memory: 192 * 2 ** 20, cost: { currency: "EUR" } } },
        ]),
      { timeout: 20_000, interval: 500 },
    );
    expect((await estimate("resize", { size: "1Gi" })).status).toBe(422);
    const live = await hub.admin.get<KubernetesObject>({
      ...{ apiVersion: kind.apiVersion, kind: kind.kind, name: "priced", namespace: NAMESPACE },
    });
    expect(live.spec).toMatchObject({ numberOfInstances: 2, volume: { size: "10Gi" } });
    const { items } = await member.list({
      ...{ apiVersion: API_VERSION, kind: "ActionRun", namespace: NAMESPACE },
    });
    expect(items.filter(({ spec }) => (spec as ActionRun["spec"]).instance?.name === "priced")).toEqual([]);
    await remove("postgres", kind, "priced");
  });

  test("is told of what an operator makes of a backup, as an estimate", async () => {
    const kind = await provide("kubeblocks", "backups");
    const cluster = filled(await provide("kubeblocks", "clusters"), "gone", { size: "10Gi" });
    const backup = { apiVersion: kind.apiVersion, kind: kind.kind, name: "kept" };
    const reference = { ...backup, namespace: NAMESPACE };
    const { metadata, ...rest } = filled(kind, "kept", { policy: "gone-postgresql-backup-policy" });
    const annotations = { "kubeblocks.io/cluster-snapshot": JSON.stringify(cluster) };
    await hub.admin.create<KubernetesObject>({
      ...rest,
      metadata: { ...metadata, namespace: NAMESPACE, annotations },
    } as KubernetesObject);
    const json = { instance: backup, action: "restore", inputs: { name: "back" } };
    // The operator finds no such cluster, and says so once.
    const told = await vi.waitFor(
      async () => {
        const status = { phase: "Completed" };
        await hub.admin.patch(reference, { status }, { type: "merge", subresource: "status" });
        const path = `/api/namespaces/${NAMESPACE}/actionruns?dryRun=true`;
        const asked = await alice.fetch(path, { method: "POST", json });
        expect(asked.status).toBe(200);
        return asked.json();
      },
      { timeout: 20_000, interval: 500 },
    );
    expect(told.objects).toMatchObject([
      { kind: "Cluster", name: "back", expected: true, after: { cost: cost(0.1, 10) } },
    ]);
    const made = { apiVersion: cluster.apiVersion, kind: "Cluster", name: "back", namespace: NAMESPACE };
    expect(await hub.admin.find(made)).toBe(undefined);
    await hub.admin.delete(reference);
  });

  test("is in the plan of an app that brings one, by name", async () => {
    await provide("postgres", "postgresqls");
    const database = {
      ...{ apiVersion: "acid.zalan.do/v1", kind: "postgresql", metadata: { name: "diary-pg" } },
      spec: {
        ...{ teamId: "acid", numberOfInstances: 2, postgresql: { version: "17" }, volume: { size: "5Gi" } },
        resources: { requests: { cpu: "500m", memory: "1Gi" } },
      },
    };
    const header = {
      ...{ apiVersion: "app.sealos.io/v1", kind: "Template", metadata: { name: "diary" } },
      spec: { title: "Diary", mode: "application" },
    };
    const text = (value: object) => new TextEncoder().encode(stringify(value));
    const files = { "app.yaml": text(header), "manifests/a.yaml": text(database) };
    await images.put("labring/diary:1.0", new Map(Object.entries(files)));
    await vi.waitFor(
      async () => {
        const json = { image: "labring/diary:1.0", inputs: {} };
        const asked = await alice.fetch(`/api/namespaces/${NAMESPACE}/plan`, { method: "POST", json });
        expect(((await asked.json()) as Plan).cost).toEqual({
          ...cost(1, 10),
          instances: [
            { kind: "postgresql", name: "diary-pg", monthlyMicros: price(1, 10), monthlyMicrosNow: 0 },
          ],
        });
      },
      { timeout: SLOW_MS, interval: 250 },
    );
  });
});

describe("the Secret that an instance needs", () => {
  test("follows the name that the form gives it, with a password that was drawn for it alone", async () => {
    const kind = await provide("mysql", "innodbclusters");
    for (const name of ["one", "two"])
      await create("mysql", kind, filled(kind, name, { secretName: `the-root-of-${name}` }));
    const [one, two] = [await secret("the-root-of-one"), await secret("the-root-of-two")];
    expect(Object.keys(one?.data ?? {}).sort()).toEqual(["rootHost", "rootPassword", "rootUser"]);
    const password = Buffer.from(one?.data.rootPassword ?? "", "base64").toString();
    expect(password).toMatch(/^[A-Za-z0-9]{20}$/);
    expect(two?.data.rootPassword).not.toBe(one?.data.rootPassword);
    expect(await secret("one-root")).toBeUndefined();
    for (const name of ["one", "two"]) await remove("mysql", kind, name);
    await vi.waitFor(async () => expect(await secret("the-root-of-one")).toBeUndefined(), SLOW_MS);
  });

  test("is not made for a Redis server that is to have no password, whose card then has none", async () => {
    const kind = await provide("redis", "redis");
    const object = filled(kind, "open");
    const spec = object.spec as { kubernetesConfig: { redisSecret?: object } };
    delete spec.kubernetesConfig.redisSecret;
    expect((await create("redis", kind, object)).status).toBe(201);
    expect((await ofName("open")).filter((each) => each.startsWith("Secret"))).toEqual([]);
    const card = await alice.fetch(address("redis", "redis", "/open/connection"));
    expect(((await card.json()) as ConnectionView).fields.map(({ name }) => name)).toEqual(["host", "port"]);
    await remove("redis", kind, "open");
  });

  test("stays as it was when it existed before, also when the instance goes", async () => {
    const kind = await provide("redis", "redis");
    const own = { name: "cache-password", namespace: NAMESPACE };
    await member.create({
      apiVersion: "v1",
      kind: "Secret",
      metadata: own,
      stringData: { password: "mine" },
    });
    const before = await secret("cache-password");
    await create("redis", kind, filled(kind, "cache"));
    expect(await secret("cache-password")).toEqual(before);
    await remove("redis", kind, "cache");
    expect(await secret("cache-password")).toEqual(before);
    await member.delete({ apiVersion: "v1", kind: "Secret", ...own });
  });

  test("is gone again when the cluster refuses the instance after all", async () => {
    const kind = await provide("redis", "redis");
    const object = { ...filled(kind, "late"), metadata: { name: "late", namespace: NAMESPACE } };
    const refusing = failing(kind, new ApiError(403, "exceeded quota", { reason: "Forbidden" }));
    await expect(createWithSecrets(refusing, kind, object)).rejects.toThrow("exceeded quota");
    expect(await ofName("late")).toEqual([]);
  });

  test("is taken over by the next try when nobody saw how the first one ended", async () => {
    const kind = await provide("redis", "redis");
    const object = { ...filled(kind, "again"), metadata: { name: "again", namespace: NAMESPACE } };
    const silent = failing(kind, new ApiError(0, "the connection broke"));
    await expect(createWithSecrets(silent, kind, object)).rejects.toThrow("the connection broke");
    const left = await secret("again-password");
    expect(left).toBeDefined();
    expect((await create("redis", kind, filled(kind, "again"))).status).toBe(201);
    const now = await secret("again-password");
    expect(now?.data).toEqual(left?.data);
    expect(now?.metadata.ownerReferences).toMatchObject([{ kind: "Redis", name: "again" }]);
    await remove("redis", kind, "again");
    await isGone("again");
  });

  test("is tied to an instance that was made although the answer got lost", async () => {
    const kind = await provide("redis", "redis");
    const object = { ...filled(kind, "lost"), metadata: { name: "lost", namespace: NAMESPACE } };
    const losing = failing(kind, new ApiError(0, "the connection broke"), "after");
    await expect(createWithSecrets(losing, kind, object)).rejects.toThrow("the connection broke");
    expect((await create("redis", kind, filled(kind, "lost"))).status).toBe(409);
    expect((await secret("lost-password"))?.metadata.ownerReferences).toMatchObject([{ name: "lost" }]);
    await remove("redis", kind, "lost");
    await isGone("lost");
  });

  test("is drawn anew when that of an earlier instance of the name is still about", async () => {
    const kind = await provide("redis", "redis");
    const object = filled(kind, "twice");
    const ghost = {
      apiVersion: kind.apiVersion,
      kind: kind.kind,
      name: "twice",
      uid: "an-instance-that-is-gone",
    };
    const annotations = { "hub.sealos.io/made-for": "redis.redis.opstreelabs.in/Redis/twice" };
    await hub.admin.create({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "twice-password", namespace: NAMESPACE, annotations, ownerReferences: [ghost] },
      stringData: { password: "old" },
    });
    expect((await create("redis", kind, object)).status).toBe(201);
    const fresh = await secret("twice-password");
    expect(Buffer.from(fresh?.data.password ?? "", "base64").toString()).toMatch(/^[A-Za-z0-9]{20}$/);
    await remove("redis", kind, "twice");
  });
});

/** The member's cluster, but creating an instance for good ends in an error, before or after it happened. */
function failing(kind: InstanceKind, error: ApiError, when: "before" | "after" = "before"): Cluster {
  const creating: Cluster["create"] = async (object, options) => {
    if (object.kind !== kind.kind || options?.dryRun) return member.create(object, options);
    if (when === "after") await member.create(object, options);
    throw error;
  };
  return new Proxy(member, {
    get(target, key) {
      if (key === "create") return creating;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

test(
  "once a workspace's budget is spent, no instance is created or started, and one that it has stopped is not changed",
  async () => {
    const kind = await provide("postgres", "postgresqls");
    const object = filled(kind, "spent");
    expect((await create("postgres", kind, object)).status).toBe(201);
    await reaches("postgres", "postgresqls", "spent", "Running");
    const budget = { apiVersion: API_VERSION, kind: "Budget", namespace: NAMESPACE, name: "default" };
    await hub.admin.create<Budget>({
      ...{ apiVersion: API_VERSION, kind: "Budget", metadata: { name: "default", namespace: NAMESPACE } },
      spec: { monthly: "5" },
    } as Budget);
    const asStatus = { type: "merge", subresource: "status" } as const;
    await hub.admin.patch(budget, { status: { phase: "Stopped" } }, asStatus);
    await reaches("postgres", "postgresqls", "spent", "Stopped");
    const spent = { status: 422, code: "budget-reached" };
    const answered = async (asked: Promise<Response>) => (await asked).json();
    expect(await answered(create("postgres", kind, filled(kind, "late")))).toMatchObject(spent);
    expect(await answered(create("postgres", kind, filled(kind, "late"), "?dryRun=true"))).toMatchObject(
      spent,
    );
    const { apiVersion, kind: own } = kind;
    const run = { instance: { apiVersion, kind: own, name: "spent" }, action: "start", inputs: {} };
    const runs = `/api/namespaces/${NAMESPACE}/actionruns`;
    expect(await answered(alice.fetch(runs, { method: "POST", json: run }))).toMatchObject(spent);
    const edit = { method: "PUT", json: { object } };
    expect(await answered(alice.fetch(address("postgres", kind.plural, "/spent"), edit))).toMatchObject(
      spent,
    );
    await hub.admin.delete(budget);
    await reaches("postgres", "postgresqls", "spent", "Running");
    await remove("postgres", kind, "spent");
  },
  3 * SLOW_MS,
);
