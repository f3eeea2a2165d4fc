import { afterAll, beforeAll, expect, test } from "vitest";
import { Browser, type HubUnderTest, StreamReader, startHubUnderTest } from "@/lib/auth/testing/hub.ts";
import type { KubernetesObject } from "@/lib/model/kubernetes.ts";
import { API_VERSION, type Installation } from "@/lib/model/resources.ts";
import type { StreamEvent } from "@/lib/model/stream.ts";
import { answer } from "./answer.test-support.ts";

const amounts = { cpu: "10m", memory: "8Mi" };
const MODEST = { requests: amounts, limits: amounts };

let hub: HubUnderTest;
let alice: Browser;

beforeAll(async () => {
  hub = await startHubUnderTest();
  await hub.publish("images/uptime-kuma", "labring/uptime-kuma:latest");
  await hub.publish("providers/postgres", "labring/postgres:latest");
  alice = new Browser(hub.config.url, answer);
  await alice.signIn("alice");
});
afterAll(() => hub?.stop());

async function open(...topics: string[]): Promise<StreamReader<StreamEvent> & { abort(): void }> {
  const abort = new AbortController();
  const query = topics.map((topic) => `&topic=${encodeURIComponent(topic)}`).join("");
  const response = await alice.fetch(`/api/stream?namespace=ns-alice${query}`, { signal: abort.signal });
  const stream = new StreamReader<StreamEvent>(response);
  await stream.find(({ type }) => type === "ready");
  return Object.assign(stream, { abort: () => abort.abort() });
}

const installation = (name: string) =>
  ({
    apiVersion: API_VERSION,
    kind: "Installation",
    metadata: { name, namespace: "ns-alice" },
    spec: { image: "labring/uptime-kuma:latest" },
  }) as Installation;

test("what happens in the cluster arrives on the page: made, changed, gone", async () => {
  const stream = await open("installations");
  const ref = { apiVersion: API_VERSION, kind: "Installation", name: "seen", namespace: "ns-alice" };
  await hub.admin.create(installation("seen"));
  await stream.find((event) => event.type === "upsert" && event.item.key === "seen");
  await hub.admin.patch(ref, { status: { phase: "Running" } }, { type: "merge", subresource: "status" });
  await stream.find(
    (event) => event.type === "upsert" && JSON.stringify(event.item.value).includes('"Running"'),
  );
  await hub.admin.delete(ref);
  await stream.find((event) => event.type === "remove" && event.key === "seen");
  stream.abort();
  await stream.closed;
});

test("the pods of an installation arrive as they come, and go when they are its own no more; others never do", async () => {
  const ref = { apiVersion: API_VERSION, kind: "Installation", name: "podded", namespace: "ns-alice" };
  await hub.admin.create(installation("podded"));
  const inventory = (names: string[]) =>
    hub.admin.patch(
      ref,
      { status: { inventory: names.map((name) => ({ apiVersion: "apps/v1", kind: "Deployment", name })) } },
      { type: "merge", subresource: "status" },
    );
  await inventory(["podded"]);
  const stream = await open("pods/podded");
  const pod = (name: string) =>
    hub.admin.create({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace: "ns-alice" },
      spec: { containers: [{ name: "main", image: "nginx:1", resources: MODEST }] },
    } as KubernetesObject);
  await pod("stranger-7d4-x1");
  await pod("podded-7d4-x1");
  const arrived = await stream.find((event) => event.type === "upsert");
  expect(arrived).toMatchObject({ topic: "pods/podded", item: { key: "podded-7d4-x1" } });
  await inventory([]);
  await stream.find((event) => event.type === "remove" && event.key === "podded-7d4-x1");
  stream.abort();
  await stream.closed;
});

test("a change of the catalogue is told, without its content", async () => {
  const stream = await open("catalogue");
  await hub.admin.patch(
    { apiVersion: API_VERSION, kind: "Repository", name: "labring.uptime-kuma" },
    { status: { installs: 5 } },
    { type: "merge", subresource: "status" },
  );
  await stream.find((event) => event.type === "changed" && event.topic === "catalogue");
  stream.abort();
  await stream.closed;
});

test("when the cluster is away the page is told, keeps what it knows, and goes on by itself", async () => {
  const stream = await open("installations");
  const outage = await hub.cluster.outage();
  await stream.find((event) => event.type === "cluster" && !event.reachable);
  expect((await alice.fetch("/api/session")).status).toBe(200);
  expect((await alice.fetch("/api/hub/repositories")).status).toBe(200);
  const write = await alice.fetch("/api/namespaces/ns-alice/desktop", {
    method: "PATCH",
    json: { theme: "dark" },
  });
  expect(write.status).toBe(503);
  expect(await write.json()).toMatchObject({ code: "cluster-unreachable" });
  const before = stream.events.length;
  await outage.end();
  await stream.find(
    (event) => event.type === "cluster" && event.reachable && stream.events.indexOf(event) >= before,
  );
  await hub.admin.create(installation("after"));
  await stream.find((event) => event.type === "upsert" && event.item.key === "after");
  stream.abort();
  await stream.closed;
});

test("a topic that does not exist is a bad request, and nothing is opened", async () => {
  const response = await alice.fetch("/api/stream?namespace=ns-alice&topic=secrets");
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ code: "bad-request" });
});

test("instances of a provider that is not installed yet are an empty list that fills later", async () => {
  const stream = await open("instances/labring.postgres");
  const snapshot = stream.events.find(({ type }) => type === "snapshot");
  expect(snapshot).toEqual({ type: "snapshot", topic: "instances/labring.postgres", items: [] });
  stream.abort();
  await stream.closed;
});

test("installing twice, also at once, is one installation", async () => {
  const json = { image: "labring/uptime-kuma:latest", name: "twice" };
  const install = () => alice.fetch("/api/namespaces/ns-alice/installations", { method: "POST", json });
  const [one, two] = await Promise.all([install(), install()]);
  expect([one.status, two.status].sort()).toEqual([200, 201]);
  const again = await install();
  expect(again.status).toBe(200);
  expect((await again.json()).metadata.uid).toBe((await one.json()).metadata.uid);
});

test("a secret input is kept in a Secret that goes with the installation, and nowhere else", async () => {
  await hub.publish("images/open-webui", "labring/open-webui:latest");
  const json = { image: "labring/open-webui:latest", inputs: { api_key: "sk-very-secret" } };
  const install = () => alice.fetch("/api/namespaces/ns-alice/installations", { method: "POST", json });
  await expect.poll(async () => (await install()).status).toBeLessThan(202);
  const made = await (await install()).text();
  expect(made).not.toContain("sk-very-secret");
  const { metadata, spec } = JSON.parse(made);
  expect(spec.inputsFrom).toEqual([{ secretRef: { name: "open-webui-inputs" } }]);
  const ref = { apiVersion: "v1", kind: "Secret", name: "open-webui-inputs", namespace: "ns-alice" };
  const secret = await hub.admin.get(ref);
  expect(secret.data).toEqual({ api_key: Buffer.from("sk-very-secret").toString("base64") });
  expect(secret.metadata.ownerReferences).toMatchObject([{ kind: "Installation", uid: metadata.uid }]);
});

test.each([
  ["an unknown image", { image: "labring/nothing:latest" }, 404, "image-unknown"],
  ["an unknown tag", { image: "labring/uptime-kuma:9" }, 404, "image-unknown"],
  ["no image reference at all", { image: "../../etc" }, 404, "image-unknown"],
  [
    "an input that the image does not have",
    { image: "labring/uptime-kuma:latest", inputs: { nonsense: "1" } },
    422,
    "input-invalid",
  ],
  [
    "an input that is no text",
    { image: "labring/uptime-kuma:latest", inputs: { storage: 5 } },
    400,
    "bad-request",
  ],
  [
    "a name that no object may have",
    { image: "labring/uptime-kuma:latest", name: "../x" },
    400,
    "bad-request",
  ],
  ["a field that does not exist", { image: "labring/uptime-kuma:latest", root: true }, 400, "bad-request"],
])("%s is refused with a problem, and nothing is made", async (_, json, status, code) => {
  const before = (await hub.admin.list({ ...installation(""), namespace: "ns-alice" })).items.length;
  for (const route of ["plan", "installations"]) {
    const response = await alice.fetch(`/api/namespaces/ns-alice/${route}`, { method: "POST", json });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({
      code,
      requestId: expect.any(String),
      detail: expect.any(String),
    });
  }
  expect((await hub.admin.list({ ...installation(""), namespace: "ns-alice" })).items.length).toBe(before);
});

test("a body that is too large or no JSON is refused", async () => {
  const patch = (body: string) =>
    alice.fetch("/api/namespaces/ns-alice/desktop", {
      method: "PATCH",
      body,
      headers: { "content-type": "application/json" },
    });
  expect((await patch("{")).status).toBe(400);
  expect((await patch(JSON.stringify({ wallpaper: "x".repeat(1_100_000) }))).status).toBe(413);
});

test("the plan tells what an install would make, and makes nothing", async () => {
  const json = { image: "labring/uptime-kuma:latest", name: "planned" };
  const response = await alice.fetch("/api/namespaces/ns-alice/plan", { method: "POST", json });
  expect(response.status).toBe(200);
  const plan = await response.json();
  expect(plan).toMatchObject({ possible: true, mode: "application", blockers: [] });
  expect(plan.objects.length).toBeGreaterThan(2);
  for (const { kind, apiVersion, name } of plan.objects)
    expect(await hub.admin.find({ apiVersion, kind, name, namespace: "ns-alice" })).toBeUndefined();
});
