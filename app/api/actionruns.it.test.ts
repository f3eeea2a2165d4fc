import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Browser, type HubUnderTest, startHubUnderTest } from "@/lib/auth/testing/hub.ts";
import { ContentStore, readFolder } from "@/lib/images/index.ts";
import type { Manager } from "@/lib/manager/manager.ts";
import { application, until, untilPhase } from "@/lib/manager/testing/cluster.ts";
import { testManager } from "@/lib/manager/testing/stage.ts";
import type { KubernetesObject } from "@/lib/model/kubernetes.ts";
import type { Problem } from "@/lib/model/problem.ts";
import { type ActionRun, type ActionSummary, API_VERSION } from "@/lib/model/resources.ts";
import { answer } from "./answer.test-support.ts";

/** Actions of a provider through the API, as the page runs them, with a manager at work. */
const NAMESPACE = "ns-alice";
const SLOW_MS = 100_000;
const instance = { apiVersion: "acid.zalan.do/v1", kind: "postgresql", name: "acid-shop" };
let hub: HubUnderTest;
let manager: Manager;
let alice: Browser;

async function startManager(): Promise<Manager> {
  const started = testManager({
    cluster: await hub.cluster.account("sealos-system", "manager"),
    images: new ContentStore(hub.config.contentDir),
  });
  await started.start();
  return started;
}

beforeAll(async () => {
  hub = await startHubUnderTest();
  const images = new ContentStore(hub.config.contentDir);
  await images.put("labring/postgres:latest", await readFolder(join("providers", "postgres")));
  manager = await startManager();
  alice = new Browser(hub.config.url, answer);
  await alice.signIn("alice");
  const json = { image: "labring/postgres:latest" };
  await vi.waitFor(
    async () =>
      expect(
        (await alice.fetch(`/api/namespaces/${NAMESPACE}/installations`, { method: "POST", json })).ok,
      ).toBe(true),
    { timeout: SLOW_MS, interval: 100 },
  );
  await untilPhase(hub.admin, NAMESPACE, "postgres", "Running", SLOW_MS);
  await hub.admin.create({
    ...instance,
    metadata: { name: instance.name, namespace: NAMESPACE },
    spec: { teamId: "acid", volume: { size: "1Gi" }, numberOfInstances: 1, postgresql: { version: "16" } },
  });
});
afterAll(async () => {
  await manager?.stop();
  await hub?.stop();
});

const ask = (json: object, browser = alice) =>
  browser.fetch(`/api/namespaces/${NAMESPACE}/actionruns`, { method: "POST", json });

test("a provider tells which actions there are for which kind, in both languages", async () => {
  const answered = await alice.fetch("/api/providers/labring.postgres");
  const { actions } = (await answered.json()) as { actions: ActionSummary[] };
  expect(actions.map(({ name }) => name)).toEqual(expect.arrayContaining(["resize", "scale", "update"]));
  for (const { target, i18n } of actions) {
    expect(target).toEqual({ apiVersion: instance.apiVersion, kind: instance.kind });
    expect(i18n?.zh?.title).toBeTruthy();
  }
});

test("actions on an instance know its present values, and offer only what it allows", async () => {
  const path = `/api/namespaces/${NAMESPACE}/providers/labring.postgres/postgresqls/${instance.name}/actions`;
  const { actions } = (await (await alice.fetch(path)).json()) as { actions: ActionSummary[] };
  const input = (action: string) => actions.find(({ name }) => name === action)?.inputs?.[0];
  expect(input("scale")).toMatchObject({ default: "1", minimum: "1", maximum: "9" });
  expect(input("resize")).toMatchObject({ above: "1Gi" });
  expect(input("update")?.options).toEqual(["17", "18", "latest"]);
  const why = (action: string) => actions.find(({ name }) => name === action)?.unavailable?.message;
  expect([why("stop"), why("expose")]).toEqual([undefined, undefined]);
  expect(why("start")).toBe(`${instance.name} is not stopped.`);
  expect(why("close")).toBe(`${instance.name} is not open to the outside.`);
  const senseless = await ask({ instance, action: "close" });
  expect([senseless.status, ((await senseless.json()) as Problem).detail]).toEqual([422, why("close")]);
  const refused = await ask({ instance, action: "update", inputs: { version: "15" } });
  const { fields } = (await refused.json()) as Problem;
  expect(fields).toMatchObject([{ field: "version", message: "choose one of 17, 18, latest" }]);
});

test("a run that has begun or waits is cancelled by its members only, and nothing else of it changes", async () => {
  const metadata = { name: "to-cancel", namespace: NAMESPACE };
  const type = { apiVersion: API_VERSION, kind: "ActionRun" };
  await manager.stop();
  await hub.admin.create({
    ...type,
    metadata,
    spec: { instance, action: "scale", inputs: { instances: "4" } },
  });
  const path = `/api/namespaces/${NAMESPACE}/actionruns/to-cancel`;
  const cancel = (browser: Browser, json: object) => browser.fetch(path, { method: "PATCH", json });
  const bob = new Browser(hub.config.url, answer);
  await bob.signIn("bob");
  expect([403, 404]).toContain((await cancel(bob, { cancelled: true })).status);
  expect((await cancel(alice, { cancelled: false })).status).toBe(400);
  expect((await cancel(alice, { cancelled: true, action: "resize" })).status).toBe(400);
  const answered = await cancel(alice, { cancelled: true });
  expect(answered.status).toBe(200);
  expect(((await answered.json()) as ActionRun).spec.cancelled).toBe(true);
  manager = await startManager();
  const run = await until<ActionRun>(hub.admin, { ...type, ...metadata }, (each) =>
    Boolean(each?.status?.finishedAt),
  );
  expect(run?.status?.phase).toBe("Cancelled");
});

test("a member runs an action, and its outcome is in the run", async () => {
  const answered = await ask({ instance, action: "scale", inputs: { instances: "2" } });
  expect(answered.status).toBe(201);
  const { metadata } = (await answered.json()) as ActionRun;
  const reference = { apiVersion: API_VERSION, kind: "ActionRun", namespace: NAMESPACE, name: metadata.name };
  const run = await until<ActionRun>(hub.admin, reference, (each) => each?.status?.finishedAt !== undefined);
  expect(run?.status?.phase).toBe("Succeeded");
  const shop = await hub.admin.get<KubernetesObject & { spec: object }>({
    ...instance,
    namespace: NAMESPACE,
  });
  expect(shop.spec).toMatchObject({ numberOfInstances: 2 });
});

test("what kubectl asks for although it makes no sense fails with the sentence that the page gives, in both languages", async () => {
  const type = { apiVersion: API_VERSION, kind: "ActionRun" };
  const metadata = { name: "senseless", namespace: NAMESPACE };
  await hub.admin.create({ ...type, metadata, spec: { instance, action: "start" } });
  const run = await until<ActionRun>(hub.admin, { ...type, ...metadata }, (each) =>
    Boolean(each?.status?.finishedAt),
  );
  const message = `${instance.name} is not stopped.`;
  expect(run?.status).toMatchObject({
    ...{ phase: "Failed", reason: "action-check", conditions: [{ reason: "InputInvalid", message }] },
    params: { text: message, "text-zh": `${instance.name} 没有停止。` },
  });
});

test.each([
  [{ instance, action: "unheard" }, 404, "not-found"],
  [{ instance, action: "resize" }, 422, "input-missing"],
  [{ instance, action: "scale", inputs: { instances: "two" } }, 422, "input-invalid"],
  [
    { instance: { ...instance, name: "acid-gone" }, action: "resize", inputs: { size: "2Gi" } },
    404,
    "not-found",
  ],
  [{ installation: "absent", action: "scale" }, 404, "not-found"],
  [{ action: "scale" }, 400, "bad-request"],
  [{ instance, installation: "postgres", action: "scale" }, 400, "bad-request"],
] as const)("%j is refused before a run is made", async (json, status, code) => {
  const type = { apiVersion: API_VERSION, kind: "ActionRun", namespace: NAMESPACE };
  const before = (await hub.admin.list(type)).items.length;
  const answered = await ask(json);
  const problem = (await answered.json()) as Problem;
  expect([answered.status, problem.code]).toEqual([status, code]);
  expect((await hub.admin.list(type)).items.length).toBe(before);
});

test("somebody else cannot run it", async () => {
  const bob = new Browser(hub.config.url, answer);
  await bob.signIn("bob");
  const answered = await ask({ instance, action: "scale", inputs: { instances: "3" } }, bob);
  expect([403, 404]).toContain(answered.status);
});

test("opening an icon runs the image's ON_RUN actions, and ON_CLOSE ones wait for the window to close", async () => {
  const at = (phase: string) => `apiVersion: actions.sealos.io/v1
kind: Action
metadata: { name: ${phase.toLowerCase().replace("_", "-")} }
spec:
  phase: ${phase}
  patch:
    target: { apiVersion: v1, kind: ConfigMap, name: door }
    patch: "metadata: { annotations: { ${phase}: 'yes' } }"
`;
  const files = new Map(application("door", "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: door }\n"));
  for (const phase of ["ON_RUN", "ON_CLOSE"])
    files.set(`actions/${phase}.yaml`, new TextEncoder().encode(at(phase)));
  await new ContentStore(hub.config.contentDir).put("labring/door:latest", files);
  const json = { image: "labring/door:latest" };
  const install = () => alice.fetch(`/api/namespaces/${NAMESPACE}/installations`, { method: "POST", json });
  await vi.waitFor(async () => expect((await install()).ok).toBe(true), { timeout: SLOW_MS, interval: 100 });
  await untilPhase(hub.admin, NAMESPACE, "door", "Running", SLOW_MS);
  const door = { apiVersion: "v1", kind: "ConfigMap", namespace: NAMESPACE, name: "door" };
  const send = (event: string) =>
    alice.fetch(`/api/namespaces/${NAMESPACE}/apps/door/launch`, { method: "POST", json: { event } });
  expect((await send("ON_RUN")).status).toBe(202);
  const opened = await until<KubernetesObject>(hub.admin, door, (each) =>
    Boolean(each?.metadata.annotations?.ON_RUN),
  );
  expect(opened?.metadata.annotations?.ON_CLOSE).toBeUndefined();
  expect((await send("ON_CLOSE")).status).toBe(202);
  await until<KubernetesObject>(hub.admin, door, (each) => Boolean(each?.metadata.annotations?.ON_CLOSE));
});
