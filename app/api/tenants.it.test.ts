import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Browser, type HubUnderTest, StreamReader, startHubUnderTest } from "@/lib/auth/testing/hub.ts";
import type { ApiError, Cluster } from "@/lib/cluster/index.ts";
import { provisionAdministrators, provisionTenant } from "@/lib/install/provision.ts";
import { tenantObjects } from "@/lib/install/tenant.ts";
import { API_VERSION, APP_API_VERSION, type Installation } from "@/lib/model/resources.ts";
import type { StreamEvent } from "@/lib/model/stream.ts";
import { answer } from "./answer.test-support.ts";
import { operations } from "./openapi.json/operations.ts";

const SECRET = "a-word-that-only-alice-knows";
let hub: HubUnderTest;
let alice: Browser;
let bob: Browser;

beforeAll(async () => {
  hub = await startHubUnderTest();
  await hub.publish("images/uptime-kuma", "labring/uptime-kuma:latest");
  await hub.publish("images/vaultwarden", "secret-org/vaultwarden:latest", { private: true });
  [alice, bob] = [new Browser(hub.config.url, answer), new Browser(hub.config.url, answer)];
  await alice.signIn("alice");
  await bob.signIn("bob");
  const member = hub.web.as("system:serviceaccount:ns-alice:member-alice");
  const metadata = (name: string) => ({
    name,
    namespace: "ns-alice",
    labels: { "hub.sealos.io/installation": "mine" },
  });
  await member.create({
    apiVersion: API_VERSION,
    kind: "Installation",
    metadata: metadata("mine"),
    spec: { image: "labring/uptime-kuma:latest", inputs: { word: SECRET } },
  } as Installation);
  await member.create({
    apiVersion: APP_API_VERSION,
    kind: "App",
    metadata: metadata("mine"),
    spec: { name: SECRET, icon: "", type: "iframe", data: { url: `https://${SECRET}.apps.test` } },
  });
  await member.create({
    apiVersion: "v1",
    kind: "Secret",
    metadata: metadata("mine"),
    stringData: { word: SECRET },
  });
});
afterAll(() => hub?.stop());

/** A body that each changing route would take, if only the right person sent it. */
const bodies: Record<string, unknown> = {
  planInstallation: { image: "labring/uptime-kuma:latest" },
  createInstallation: { image: "labring/uptime-kuma:latest" },
  changeInstallation: { suspended: true },
  setBudget: { monthly: "5" },
  restoreFromBin: {},
  rollBack: {},
  cancelActionRun: { cancelled: true },
  createActionRun: { installation: "mine", action: "scale" },
  changeDesktop: { theme: "dark" },
  launchApp: { event: "ON_RUN" },
  createClusterToken: {},
  createInstance: { object: { apiVersion: "v1", kind: "Secret", metadata: { name: "mine" } } },
  replaceInstance: { object: { apiVersion: "v1", kind: "Secret", metadata: { name: "mine" } } },
};
const values: Record<string, string> = {
  ns: "ns-alice",
  name: "mine",
  app: "mine",
  pod: "mine",
  run: "mine",
  provider: "labring.postgres",
  plural: "postgresqls",
  revision: "1",
};

function address(path: string, ns: string): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => (name === "ns" ? ns : (values[name] ?? "labring")));
  if (path.includes("/statement")) return `${filled}?month=2026-01`;
  return path.includes("/usage") ? `${filled}?from=2026-01-01&to=2026-01-31` : filled;
}

const tenantRoutes = operations.filter(({ path }) => path.includes("{ns}"));

describe("what is another tenant's", () => {
  test.each(tenantRoutes.map(({ path, method, route }) => [method, path, route.definition.id] as const))(
    "%s %s answers as if there were no such workspace",
    async (method, path, id) => {
      const json = bodies[id];
      if (method !== "GET" && method !== "DELETE") expect(json).toBeDefined();
      const ask = (ns: string) =>
        bob.fetch(address(path, ns), { method, ...(json !== undefined && { json }) });
      const [there, nowhere] = await Promise.all([ask("ns-alice"), ask("ns-nobody")]);
      expect(there.status).toBe(404);
      expect(nowhere.status).toBe(404);
      const text = await there.text();
      expect(text).not.toContain(SECRET);
      const [one, other] = [JSON.parse(text), await nowhere.json()];
      expect(one.detail.replaceAll("ns-alice", "ns-nobody")).toBe(other.detail);
    },
  );

  test.each(
    operations
      .filter(({ route }) => route.definition.access !== "public")
      .map((each) => [each.method, each.path] as const),
  )("%s %s wants to know who is asking", async (method, path) => {
    const stranger = new Browser(hub.config.url, answer);
    const response = await stranger.fetch(address(path, "ns-alice"), {
      method,
      ...(method !== "GET" && { json: {} }),
    });
    expect(response.status).toBe(401);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
  });

  const topics = [
    "installations",
    "apps",
    "desktop",
    "actionruns",
    "quota",
    "budgets",
    "events",
    "catalogue",
    "providers",
  ];
  test.each([
    ...topics,
    "pods/mine",
    "instances/labring.postgres",
    "instance/labring.postgres/postgresqls/mine",
  ])("the topic %s is not opened for a namespace of somebody else", async (topic) => {
    const response = await bob.fetch(`/api/stream?namespace=ns-alice&topic=${encodeURIComponent(topic)}`);
    expect(response.status).toBe(404);
  });

  test("one's own stream shows one's own things only", async () => {
    const abort = new AbortController();
    const query = `namespace=ns-bob&${topics.map((topic) => `topic=${topic}`).join("&")}`;
    const stream = new StreamReader<StreamEvent>(
      await bob.fetch(`/api/stream?${query}`, { signal: abort.signal }),
    );
    await stream.find(({ type }) => type === "ready");
    expect(JSON.stringify(stream.events)).not.toContain(SECRET);
    expect(JSON.stringify(stream.events)).not.toContain("ns-alice");
    abort.abort();
    await stream.closed;
  });

  test("the owner sees it, by the same addresses", async () => {
    const abort = new AbortController();
    const stream = new StreamReader<StreamEvent>(
      await alice.fetch("/api/stream?namespace=ns-alice&topic=installations&topic=apps", {
        signal: abort.signal,
      }),
    );
    await stream.find(({ type }) => type === "ready");
    expect(JSON.stringify(stream.events)).toContain(SECRET);
    expect((await alice.fetch("/api/namespaces/ns-alice/installations/mine/objects")).status).toBe(200);
    abort.abort();
    await stream.closed;
  });

  test("a private repository is there for its members only, by every address", async () => {
    const list = (await (await bob.fetch("/api/hub/repositories")).json()) as { items: { repo: string }[] };
    expect(list.items.map(({ repo }) => repo)).not.toContain("vaultwarden");
    for (const rest of ["", "/readme", "/icon"])
      expect((await bob.fetch(`/api/hub/repositories/secret-org/vaultwarden${rest}`)).status).toBe(404);
    const json = { image: "secret-org/vaultwarden:latest" };
    const install = await bob.fetch("/api/namespaces/ns-bob/installations", { method: "POST", json });
    expect(install.status).toBe(404);
    expect((await bob.fetch("/api/namespaces/ns-bob/plan", { method: "POST", json })).status).toBe(404);
  });
});

describe("rights that go away", () => {
  test("close the stream", async () => {
    await provisionTenant(
      hub.admin,
      { uid: "carol", subject: '["demo","carol"]' },
      { members: [{ uid: "bob", role: "viewer" }] },
    );
    await expect
      .poll(async () => {
        const response = await bob.fetch("/api/stream?namespace=ns-carol&topic=apps");
        await response.body?.cancel();
        return response.status;
      })
      .toBe(200);
    const stream = new StreamReader<StreamEvent>(
      await bob.fetch("/api/stream?namespace=ns-carol&topic=apps"),
    );
    await stream.find(({ type }) => type === "ready");
    await hub.admin.delete({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      name: "member-bob",
      namespace: "ns-carol",
    });
    expect(await stream.find(({ type }) => type === "closed")).toEqual({
      type: "closed",
      reason: "forbidden",
    });
  });

  test("a viewer may look and not touch", async () => {
    await provisionTenant(
      hub.admin,
      { uid: "dave", subject: '["demo","dave"]' },
      { members: [{ uid: "bob", role: "viewer" }] },
    );
    const look = () => bob.fetch("/api/namespaces/ns-dave/installations/none/objects");
    await expect.poll(async () => (await (await look()).json()).detail).toContain("none");
    const touch = await bob.fetch("/api/namespaces/ns-dave/desktop", {
      method: "PATCH",
      json: { theme: "dark" },
    });
    expect(touch.status).toBe(403);
    expect((await touch.json()).detail).toMatch(/^Your role in this workspace does not allow it/);
  });
});

describe("provisioning", () => {
  test("twice, and ten times at once, gives the same objects with the same uids", async () => {
    const person = { uid: "erin", subject: '["demo","erin"]', displayName: "Erin" };
    await Promise.all(Array.from({ length: 10 }, () => provisionTenant(hub.admin, person)));
    const uids = async () =>
      Promise.all(
        tenantObjects(person).map(async ({ object: { apiVersion, kind, metadata } }) => {
          const { name, namespace } = metadata;
          return (await hub.admin.get({ apiVersion, kind, name, ...(namespace && { namespace }) })).metadata
            .uid;
        }),
      );
    const first = await uids();
    await provisionTenant(hub.admin, person);
    expect(await uids()).toEqual(first);
  });

  test("keeps a quota that an administrator has changed", async () => {
    const person = { uid: "frank", subject: '["demo","frank"]' };
    await provisionTenant(hub.admin, person);
    const ref = { apiVersion: "v1", kind: "ResourceQuota", name: "quota", namespace: "ns-frank" };
    await hub.admin.patch(ref, { spec: { hard: { pods: "7" } } }, { type: "merge" });
    await provisionTenant(hub.admin, person);
    expect((await hub.admin.get(ref)).spec).toMatchObject({ hard: { pods: "7" } });
  });

  test("makes nobody an administrator who is not named any more", async () => {
    const account = {
      apiVersion: "v1",
      kind: "ServiceAccount",
      name: "member-zoe",
      namespace: "sealos-system",
    };
    const role = async () => (await hub.admin.get(account)).metadata.labels?.["hub.sealos.io/role"];
    await provisionAdministrators(hub.admin, ["admin", "zoe"]);
    expect(await role()).toBe("administrator");
    await provisionAdministrators(hub.admin, ["admin"]);
    expect(await role()).toBeUndefined();
  });

  test("never takes over a namespace that belongs to somebody else", async () => {
    await provisionTenant(hub.admin, { uid: "grace", subject: '["one","grace"]' });
    await expect(
      provisionTenant(hub.admin, { uid: "grace", subject: '["two","grace"]' }),
    ).rejects.toMatchObject({
      code: "not-ours",
    });
  });
});

describe("the web server's own account", () => {
  const refused = async (attempt: Promise<unknown>) =>
    expect(
      (
        (await attempt.then(
          () => undefined,
          (error: unknown) => error,
        )) as ApiError | undefined
      )?.status,
    ).toBe(403);
  const list = (cluster: Cluster, kind: string, namespace?: string) =>
    cluster.list({ apiVersion: "v1", kind, ...(namespace && { namespace }) });

  test("reads no Secret, anywhere", async () => {
    await refused(list(hub.web, "Secret"));
    await refused(list(hub.web, "Secret", "ns-alice"));
    await refused(list(hub.web, "Secret", "sealos-system"));
  });

  test.each([
    "admin",
    "system:admin",
    "system:kube-controller-manager",
    "system:serviceaccount:sealos-system:manager",
    "system:serviceaccount:kube-system:default",
    "system:serviceaccount:ns-alice:installer",
    "system:serviceaccount:ns-alice:app",
    "system:serviceaccount:ns-alice:member-bob",
    "alice",
  ])("may not act as %s", (user) => refused(list(hub.web.as(user), "Pod", "ns-alice")));

  test("may act as the members that it was given, and they stay in their namespace", async () => {
    const member = hub.web.as("system:serviceaccount:ns-alice:member-alice");
    await list(member, "Secret", "ns-alice");
    await refused(list(member, "Secret", "ns-bob"));
    await refused(list(member, "Secret", "sealos-system"));
  });

  test("cannot make namespaces, roles, bindings, Secrets, tokens or pods", async () => {
    const metadata = { name: "mallory", namespace: "sealos-system" };
    const rbac = "rbac.authorization.k8s.io/v1";
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" };
    const subjects = [{ kind: "ServiceAccount", name: "web", namespace: "sealos-system" }];
    await refused(hub.web.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "ns-mallory" } }));
    await refused(
      hub.web.create({
        apiVersion: rbac,
        kind: "ClusterRoleBinding",
        metadata: { name: "x" },
        roleRef,
        subjects,
      } as never),
    );
    await refused(
      hub.web.create({ apiVersion: rbac, kind: "RoleBinding", metadata, roleRef, subjects } as never),
    );
    await refused(hub.web.create({ apiVersion: rbac, kind: "Role", metadata, rules: [] } as never));
    await refused(hub.web.create({ apiVersion: "v1", kind: "Secret", metadata } as never));
    await refused(
      hub.web.create({
        apiVersion: "v1",
        kind: "Pod",
        metadata,
        spec: { containers: [{ name: "a", image: "a" }] },
      } as never),
    );
    await refused(
      hub.web.request("POST", "/api/v1/namespaces/sealos-system/serviceaccounts/manager/token", {
        body: { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} },
      }),
    );
  });

  test("cannot change the sign-in key's Secret into another account's token", async () => {
    const ref = { apiVersion: "v1", kind: "Secret", name: "web-session", namespace: "sealos-system" };
    const patch = {
      type: "kubernetes.io/service-account-token",
      metadata: { annotations: { "kubernetes.io/service-account.name": "manager" } },
    };
    await expect(hub.web.patch(ref, patch, { type: "merge" })).rejects.toMatchObject({ status: 422 });
  });

  test("a member cannot widen their own rights or quota", async () => {
    const member = hub.web.as("system:serviceaccount:ns-alice:member-alice");
    const quota = { apiVersion: "v1", kind: "ResourceQuota", name: "quota", namespace: "ns-alice" };
    await refused(member.patch(quota, { spec: { hard: { pods: "100000" } } }, { type: "merge" }));
    await refused(member.delete(quota));
    await refused(
      member.delete({
        ...quota,
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        name: "isolation",
      }),
    );
    await refused(
      member.create({
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "Role",
        metadata: { name: "more", namespace: "ns-alice" },
        rules: [{ apiGroups: [""], resources: ["serviceaccounts"], verbs: ["impersonate"] }],
      } as never),
    );
    await refused(
      member.patch(
        { apiVersion: "v1", kind: "Namespace", name: "ns-alice" },
        { metadata: { labels: { "pod-security.kubernetes.io/enforce": "privileged" } } },
        { type: "merge" },
      ),
    );
  });
});
