import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Browser, type HubUnderTest, startHubUnderTest } from "@/lib/auth/testing/hub.ts";
import type { Cluster } from "@/lib/cluster/index.ts";
import { ContentStore, readFolder } from "@/lib/images/index.ts";
import { provisionTenant } from "@/lib/install/provision.ts";
import type { Manager } from "@/lib/manager/manager.ts";
import { install, until, untilPhase } from "@/lib/manager/testing/cluster.ts";
import { testManager } from "@/lib/manager/testing/stage.ts";
import type { KubernetesObject } from "@/lib/model/kubernetes.ts";
import { API_VERSION, label, type Session } from "@/lib/model/resources.ts";
import { catalogueRoutes } from "@/tools/tenancy/catalogue.ts";
import { climb } from "@/tools/tenancy/climb.ts";
import { heldAgainst } from "@/tools/tenancy/document.ts";
import {
  type Answer,
  clusterWide,
  namespaced,
  type Person,
  people,
  type Rights,
  routes,
  signingIn,
} from "@/tools/tenancy/expected.ts";
import { granted, inOrder, questionsAbout, servedResources } from "@/tools/tenancy/kubernetes-door.ts";
import {
  attemptTable,
  type RightsByResource,
  type RouteAnswers,
  rightsTable,
  routeTable,
  tenancyPage,
} from "@/tools/tenancy/report.ts";
import { answer } from "./answer.test-support.ts";
import { type Operation, operations } from "./openapi.json/operations.ts";

/**
 * The tenancy matrix: everybody asks everything, through the console's API and with their own Kubernetes tokens, and
 * the answers stand beside what `tools/tenancy/expected.ts` says. docs/tenancy.md is made from it.
 */
const SLOW_MS = 60_000;
const WORKSPACES = ["ns-alice", "ns-carol", "ns-dave"];
const SECRET = "a-word-that-only-members-know";

/** Which workspace each person asks about; bob is a member of carol's and dave's, and nobody's in alice's. */
const workspaceOf: Record<Person, string> = {
  owner: "ns-alice",
  editor: "ns-carol",
  viewer: "ns-dave",
  "other tenant": "ns-alice",
  administrator: "ns-alice",
  "signed out": "ns-alice",
  expired: "ns-alice",
};

let hub: HubUnderTest;
let manager: Manager;
let browsers: Record<Person, Browser>;

/** What is asked once and looked at by several tests, in whatever order they run. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}

beforeAll(async () => {
  hub = await startHubUnderTest({ KUBERNETES_PUBLIC_URL: "https://kubernetes.test" });
  const images = new ContentStore(hub.config.contentDir);
  for (const [reference, folder] of [
    ["labring/postgres:latest", "providers/postgres"],
    ["labring/uptime-kuma:latest", "images/uptime-kuma"],
  ] as const)
    await images.put(reference, await readFolder(folder));
  manager = testManager({
    cluster: await account("sealos-system", "manager"),
    images,
  });
  await manager.start();
  const signedIn = async (account: string) => {
    const browser = new Browser(hub.config.url, answer);
    await browser.signIn(account);
    return browser;
  };
  const [alice, bob, admin, gone] = await Promise.all(["alice", "bob", "admin", "alice"].map(signedIn));
  if (!alice || !bob || !admin || !gone) throw new Error("nobody could sign in");
  browsers = {
    owner: alice,
    editor: bob,
    viewer: bob,
    "other tenant": bob,
    administrator: admin,
    "signed out": new Browser(hub.config.url, answer),
    expired: gone,
  };
  for (const [uid, role] of [
    ["carol", "editor"],
    ["dave", "viewer"],
  ] as const)
    await provisionTenant(
      hub.admin,
      { uid, subject: `["demo","${uid}"]` },
      { members: [{ uid: "bob", role }] },
    );
  await expireNewestSession("alice");
  await Promise.all(WORKSPACES.map((namespace) => furnish(namespace)));
  await hub.admin.create({
    ...{ apiVersion: API_VERSION, kind: "Announcement" },
    metadata: { name: "mine" },
    spec: { title: "Mine" },
  } as KubernetesObject);
}, 3 * SLOW_MS);
afterAll(async () => {
  await manager?.stop();
  await hub?.stop();
});

/** The session ends as all do: its time is over. */
async function expireNewestSession(user: string): Promise<void> {
  const type = { apiVersion: API_VERSION, kind: "Session", namespace: "sealos-system" };
  const { items } = await hub.admin.list<Session>(type);
  const cookieOf = (browser: Browser) => browser.fetch("/api/session").then(({ status }) => status);
  for (const session of items.filter(({ spec }) => spec.user === user)) {
    const ref = { ...type, name: session.metadata.name };
    await hub.admin.patch(ref, { spec: { expiresAt: "2026-01-01T00:00:00Z" } }, { type: "merge" });
  }
  await vi.waitFor(async () => expect(await cookieOf(browsers.expired)).toBe(401), SLOW_MS);
  await browsers.owner.signIn(user);
}

/** An installed app, a database, a run of an action and a Secret in the workspace, all called `mine`. */
async function furnish(namespace: string): Promise<void> {
  await hub.admin.create({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "mine", namespace },
    stringData: { word: SECRET },
  } as KubernetesObject);
  await install(hub.admin, namespace, "labring/postgres:latest");
  await install(hub.admin, namespace, "labring/uptime-kuma:latest", {}, "mine");
  await untilPhase(hub.admin, namespace, "postgres", "Running", SLOW_MS);
  await untilPhase(hub.admin, namespace, "mine", "Running", SLOW_MS);
  await hub.admin.create(database("mine", namespace));
  await hub.admin.create({
    apiVersion: API_VERSION,
    kind: "ActionRun",
    metadata: { name: "mine", namespace },
    spec: { installation: "mine", action: "none" },
  } as KubernetesObject);
}

function database(name: string, namespace: string): KubernetesObject {
  return {
    apiVersion: "acid.zalan.do/v1",
    kind: "postgresql",
    metadata: { name, namespace },
    spec: {
      teamId: "acid",
      numberOfInstances: 1,
      volume: { size: "1Gi" },
      postgresql: { version: "16" },
    },
  } as KubernetesObject;
}

/** What an operation asks for in its address, where it must. */
const month = "?from=2026-01-01&to=2026-01-31";
const queries: Record<string, string> = {
  ...{ getUsage: month, exportUsage: month },
  ...{ getStatement: "?month=2026-01", exportStatement: "?month=2026-01" },
};

interface Asked {
  id: string;
  method: string;
  path: string;
  json?: unknown;
}

/** An uninstalled app in the bin, whatever was done with it before. */
async function binned(namespace: string): Promise<string> {
  const installation = { apiVersion: API_VERSION, kind: "Installation", namespace, name: "gone" };
  if (await hub.admin.find(installation)) await hub.admin.delete(installation);
  await until(hub.admin, installation, (each) => each === undefined);
  const { items } = await hub.admin.list<KubernetesObject>({
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    namespace,
    labelSelector: `${label.bin}=gone`,
  });
  if (items[0]) return items[0].metadata.name;
  const spec = { image: "labring/uptime-kuma:latest" };
  const { metadata } = await hub.admin.create<KubernetesObject>({
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: { name: "gone.bin.1", namespace, labels: { [label.bin]: "gone" } },
    revision: 1,
    data: { installation: { spec }, title: "Gone", kept: [] },
  } as KubernetesObject);
  return metadata.name;
}

/** What each operation is asked, with a body that the right person's request would carry. */
async function askedOf({ path, method, route }: Operation, namespace: string): Promise<Asked[]> {
  const id = route.definition.id;
  const pods = await hub.admin.list<KubernetesObject>({ apiVersion: "v1", kind: "Pod", namespace });
  const values: Record<string, string> = {
    ns: namespace,
    name: /FromBin$/.test(id) ? await binned(namespace) : "mine",
    app: "mine",
    run: "mine",
    // One that has a log: what others asked for may still be starting.
    pod:
      pods.items.find(({ status }) => (status as { phase?: string }).phase === "Running")?.metadata.name ??
      "no-pod",
    provider: "labring.postgres",
    plural: "postgresqls",
    kind: "postgresql.acid.zalan.do",
    uid: "alice",
    revision: "1",
    org: "labring",
    file: "uptime-kuma.svg",
    repo: id === "getGrant" ? "postgres" : "uptime-kuma",
  };
  const instance = { apiVersion: "acid.zalan.do/v1", kind: "postgresql", name: "mine" };
  const current = async () => {
    const ref = { ...instance, namespace };
    return { object: (await hub.admin.find<KubernetesObject>(ref)) ?? database("mine", namespace) };
  };
  const bodies: Record<string, () => unknown> = {
    planInstallation: () => ({ image: "labring/uptime-kuma:latest", name: "planned" }),
    createInstallation: () => ({ image: "labring/uptime-kuma:latest", name: "second" }),
    changeInstallation: () => ({ suspended: false }),
    restoreFromBin: () => ({}),
    rollBack: () => ({}),
    cancelActionRun: () => ({ cancelled: true }),
    createActionRun: () => ({ instance, action: "scale", inputs: { instances: "1" } }),
    changeDesktop: () => ({ theme: "dark" }),
    launchApp: () => ({ event: "ON_RUN" }),
    createInstance: () => ({ object: database("second", namespace) }),
    replaceInstance: current,
    createAnnouncement: () => ({ title: "Hello" }),
    changeAnnouncement: () => ({ severity: "info" }),
    setDefaultProvider: () => ({ image: null }),
    setWorkspaceQuota: () => ({ pods: "200" }),
    setWorkspaceLimit: () => ({ monthly: "5" }),
    setBudget: () => ({ monthly: "5" }),
    announceRegistryEvents: () => ({ events: [] }),
    createClusterToken: () => ({}),
  };
  const json = await bodies[id]?.();
  if (method !== "GET" && method !== "DELETE" && json === undefined)
    throw new Error(`${id} has no body here`);
  const address = path.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? name) + (queries[id] ?? "");
  if (id !== "openStream") return [{ id, method, path: address, json }];
  return Object.keys(routes)
    .filter((each) => each.startsWith("openStream "))
    .map((each) => {
      const topic = encodeURIComponent(each.slice("openStream ".length));
      return { id: each, method, path: `${address}?namespace=${namespace}&topic=${topic}` };
    });
}

async function ask(browser: Browser, asked: Asked, headers: Record<string, string> = {}) {
  const response = await browser.fetch(asked.path, {
    method: asked.method,
    headers,
    ...(asked.json !== undefined && { json: asked.json }),
  });
  if (response.headers.get("content-type")?.startsWith("text/event-stream")) {
    await response.body?.cancel();
    return { status: response.status, text: "" };
  }
  return { status: response.status, text: await response.text() };
}

function inWords({ status, text }: { status: number; text: string }): Answer | string {
  if (status < 300) return "yes";
  if (status === 401) return "sign in first";
  if (status === 403) return "refused";
  const detail = text && (JSON.parse(text) as { detail?: string }).detail;
  if (status === 404 && detail?.startsWith("There is no workspace ")) return "no such workspace";
  return `${status} ${text}`;
}

/** What takes something away comes last, so that the others find it. */
const inTurn = operations
  .filter(({ route }) => !(route.definition.id in catalogueRoutes))
  .filter(({ route }) => !signingIn.has(route.definition.id))
  .sort((a, b) => Number(a.method === "DELETE") - Number(b.method === "DELETE"));

/** Headers by which a proxy or Kubernetes would be told who asks. */
const disguise = {
  "impersonate-user": "system:serviceaccount:ns-alice:member-alice",
  "impersonate-group": "system:masters",
  "impersonate-uid": "alice",
  authorization: "Bearer alice",
  "x-remote-user": "alice",
  "x-forwarded-user": "alice",
};

/** Every operation, asked by everybody, and what answered differently to somebody in disguise. */
const routesAsked = once(async () => {
  const answers: RouteAnswers = new Map();
  const methods = new Map<string, string>();
  const changedByDisguise: string[] = [];
  for (const operation of inTurn)
    for (const person of people)
      for (const asked of await askedOf(operation, workspaceOf[person])) {
        methods.set(asked.id, `${operation.method} ${operation.path}${asked.id.replace(/^\w+/, "")}`);
        const disguised = /^(GET|PATCH)$/.test(asked.method)
          ? inWords(await ask(browsers[person], asked, disguise))
          : undefined;
        const real = inWords(await ask(browsers[person], asked));
        if (disguised !== undefined && disguised !== real) changedByDisguise.push(`${asked.id}: ${person}`);
        answers.set(asked.id, { ...answers.get(asked.id), [person]: real });
      }
  return { answers, methods, changedByDisguise };
});

describe("the console's API", () => {
  test(
    "answers everybody as the table says, and no header of theirs makes them somebody else",
    async () => {
      const { answers, changedByDisguise } = await routesAsked();
      expect(Object.fromEntries(answers)).toEqual(routes);
      expect(changedByDisguise).toEqual([]);
    },
    3 * SLOW_MS,
  );

  test("tells a guesser the same about a workspace that exists and one that does not", async () => {
    for (const operation of operations.filter(({ path }) => path.includes("{ns}"))) {
      const [there] = await askedOf(operation, "ns-alice");
      if (!there) continue;
      const nowhere = { ...there, path: there.path.replace("ns-alice", "ns-nobody") };
      for (const person of ["other tenant", "administrator"] as const) {
        const [one, other] = [await ask(browsers[person], there), await ask(browsers[person], nowhere)];
        const text = (each: string) => (JSON.parse(each) as { detail: string }).detail;
        expect(text(one.text).replaceAll("ns-alice", "ns-nobody")).toBe(text(other.text));
        expect([one.status, one.text.includes(SECRET)]).toEqual([other.status, false]);
      }
    }
  });
});

/** A client with a token of the account alone, as `kubectl` would use it. */
const account = (namespace: string, name: string) => hub.cluster.account(namespace, name);
/** A client that says nothing about who it is, or only what the token says. */
const anonymous = (token?: string) => hub.cluster.anonymous(token);

const roles = ["owner", "editor", "viewer", "administrator"] as const;

const tokens = once(
  async (): Promise<Record<(typeof roles)[number], Cluster>> => ({
    owner: await account("ns-alice", "member-alice"),
    editor: await account("ns-carol", "member-bob"),
    viewer: await account("ns-dave", "member-bob"),
    administrator: await account("sealos-system", "member-admin"),
  }),
);
const served = once(() => servedResources(hub.admin));

/** What questions there are: about everything in a namespace, or about everything that is in none. */
async function questions(namespace?: string) {
  return (await served())
    .filter((each) => each.namespaced === (namespace !== undefined))
    .flatMap((each) => questionsAbout(each, namespace ?? ""));
}

/** What everybody's token is granted in the workspace they ask about, or in the cluster as a whole. */
async function rightsOf(scope: "workspace" | "cluster"): Promise<RightsByResource> {
  const real: RightsByResource = new Map();
  for (const role of roles) {
    const about = await questions(scope === "workspace" ? workspaceOf[role] : undefined);
    for (const [resource, verbs] of await granted((await tokens())[role], about))
      real.set(resource, { ...real.get(resource), [role]: verbs });
  }
  return real;
}
const inWorkspace = once(() => rightsOf("workspace"));
const inCluster = once(() => rightsOf("cluster"));

const climbed = once(async () => {
  const { owner, editor, viewer, administrator } = await tokens();
  const all = [
    await climb("an owner", owner, "ns-alice"),
    await climb("an editor", editor, "ns-carol"),
    await climb("a viewer", viewer, "ns-dave"),
    await climb("an administrator", administrator, "ns-alice"),
  ];
  return all.flat();
});

describe("Kubernetes, asked with one's own token", () => {
  test(
    "grants in a workspace what the table says",
    async () => expect(plain(await inWorkspace())).toEqual(plain(tableOf(namespaced))),
    3 * SLOW_MS,
  );

  test(
    "grants of what concerns the whole cluster what the table says",
    async () => expect(plain(await inCluster())).toEqual(plain(tableOf(clusterWide))),
    3 * SLOW_MS,
  );

  test(
    "grants nothing in a workspace or in the system's namespaces to who does not belong there",
    async () => {
      const { owner, editor, administrator } = await tokens();
      const strangers: [string, Cluster][] = [
        ["a member of another workspace", await account("ns-bob", "member-bob")],
        ["an editor elsewhere", editor],
        ["nobody at all", anonymous()],
        ["a token that never was one", anonymous("eyJhbGciOiJub25lIn0.e30.")],
        ["an account that is gone", await removedAccount()],
      ];
      for (const [who, cluster] of strangers)
        for (const namespace of ["ns-alice", "sealos-system", "kube-system"])
          expect([who, namespace, ...(await granted(cluster, await questions(namespace)))]).toEqual([
            who,
            namespace,
          ]);
      expect([...(await granted(owner, await questions("kube-system")))]).toEqual([]);
      const administrators = Object.entries(plain(tableOf(namespaced)))
        .map(([resource, rights]) => [resource, rights.administrator] as const)
        .filter(([, verbs]) => verbs);
      expect([...(await granted(administrator, await questions("kube-system")))]).toEqual(administrators);
      expect([...(await granted(anonymous(), await questions()))]).toEqual([]);
    },
    5 * SLOW_MS,
  );

  test("lets nobody become more than they are", async () => {
    expect((await climbed()).filter((each) => each.answer === "let in")).toEqual([]);
  });
});

/** A token whose account was deleted a moment ago. */
async function removedAccount(): Promise<Cluster> {
  const ref = { apiVersion: "v1", kind: "ServiceAccount", name: "gone", namespace: "ns-alice" };
  await hub.admin.create({
    ...ref,
    metadata: { name: ref.name, namespace: ref.namespace },
  } as KubernetesObject);
  const binding = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name: "gone", namespace: ref.namespace },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "hub-tenant-owner" },
    subjects: [{ kind: "ServiceAccount", name: ref.name, namespace: ref.namespace }],
  };
  await hub.admin.create(binding as KubernetesObject);
  const cluster = await account(ref.namespace, ref.name);
  const list = () => cluster.list({ apiVersion: "v1", kind: "Pod", namespace: ref.namespace });
  await vi.waitFor(list, SLOW_MS);
  await hub.admin.delete(ref);
  await vi.waitFor(() => expect(list()).rejects.toMatchObject({ status: 401 }), SLOW_MS);
  return cluster;
}

function tableOf(list: Rights[]): RightsByResource {
  return new Map(
    list.flatMap(({ resources, ...rights }) => resources.map((each) => [each, rights] as const)),
  );
}

/** Sorted, with verbs always in the same order, to be compared. */
function plain(rights: RightsByResource): Record<string, Partial<Record<(typeof roles)[number], string>>> {
  const entries = [...rights].map(([resource, verbs]) => {
    const given = roles.filter((role) => verbs[role]);
    return [resource, Object.fromEntries(given.map((role) => [role, inOrder(verbs[role] ?? "")]))] as const;
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

test(
  "docs/tenancy.md says what is answered",
  async () => {
    const { answers, methods } = await routesAsked();
    const page = tenancyPage({
      routes: routeTable(answers, methods),
      workspace: rightsTable(roles, tableOf(namespaced), await inWorkspace()),
      cluster: rightsTable(roles, tableOf(clusterWide), await inCluster()),
      attempts: attemptTable(await climbed()),
    });
    const { written, measured } = heldAgainst("docs/tenancy.md", page);
    expect(written).toBe(measured);
  },
  5 * SLOW_MS,
);
