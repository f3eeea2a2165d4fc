import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Browser, type HubUnderTest, startHubUnderTest } from "@/lib/auth/testing/hub.ts";
import { Cluster } from "@/lib/cluster/index.ts";
import type { KubernetesObject } from "@/lib/model/kubernetes.ts";
import { API_VERSION } from "@/lib/model/resources.ts";
import { root as folder } from "@/scripts/runtime.mjs";
import { answer } from "./answer.test-support.ts";

let hub: HubUnderTest;
let alice: Browser;
let root: Browser;
let directory: string;
const address = "/api/administration/defaults";
const KIND = "postgresql.acid.zalan.do";
const SLOW = { timeout: 20_000 };

beforeAll(async () => {
  hub = await startHubUnderTest();
  directory = await mkdtemp(join(tmpdir(), "defaults-"));
  // A second provider of the same kind.
  const acme = join(directory, "postgres");
  await cp(join(folder, "providers/postgres"), acme, { recursive: true });
  const header = await readFile(join(acme, "app.yaml"), "utf8");
  await writeFile(join(acme, "app.yaml"), header.replace(/title: .*/, "title: Acme PostgreSQL"));
  await cp(join(folder, "images/uptime-kuma"), join(directory, "shop"), { recursive: true });
  await writeFile(
    join(directory, "shop", "manifests", "database.yaml"),
    `apiVersion: acid.zalan.do/v1
kind: postgresql
metadata: { name: acid-shop }
spec: { teamId: acid, numberOfInstances: 1, postgresql: { version: "17" }, volume: { size: 1Gi } }
`,
  );
  for (const [name, trusted] of Object.entries({ labring: true, acme: true, stranger: false }))
    await hub.admin.apply(
      { apiVersion: API_VERSION, kind: "Organization", metadata: { name }, spec: { trusted } },
      { fieldManager: "test", force: true },
    );
  await hub.publish(join(folder, "providers/postgres"), "labring/postgres:1.15.1");
  for (const org of ["acme", "stranger"]) await hub.publish(acme, `${org}/postgres:1.0.0`);
  await hub.publish(acme, "labring/hidden:1.0.0", { private: true });
  await hub.publish(join(directory, "shop"), "labring/shop:1.0.0");
  [alice, root] = [new Browser(hub.config.url, answer), new Browser(hub.config.url, answer)];
  await Promise.all([alice.signIn("alice"), root.signIn("admin")]);
});
afterAll(async () => {
  await hub?.stop();
  if (directory) await rm(directory, { recursive: true, force: true });
});

const set = (image: string | null, person = root, kind = KIND) =>
  person.fetch(`${address}/providers/${kind}`, { method: "PUT", json: { image } });
async function plan(providers?: { kind: string; image: string }[]) {
  const response = await alice.fetch("/api/namespaces/ns-alice/plan", {
    method: "POST",
    json: { image: "labring/shop:1.0.0", ...(providers && { providers }) },
  });
  return response.json();
}

test("an administrator sets the default of a kind, and every plan says so until a person chooses", async () => {
  const offers = ["acme/postgres:1.0.0", "labring/postgres:1.15.1"];
  const before = await vi.waitFor(async () => {
    const made = await plan();
    expect(made.providers?.[0]?.offers.map(({ image }: { image: string }) => image)).toEqual(offers);
    return made;
  }, SLOW);
  expect(before.providers[0]).toMatchObject({ kind: KIND, taken: offers[0], reason: "offer-first" });
  expect((await set("labring/postgres")).status).toBe(204);
  await vi.waitFor(async () => {
    const { providers } = await plan();
    expect(providers[0]).toMatchObject({ taken: offers[1], reason: "offer-default" });
  }, SLOW);
  const view = await (await root.fetch(address)).json();
  expect(view.kinds.find(({ kind }: { kind: string }) => kind === KIND)).toMatchObject({
    ...{ preset: "labring/postgres", fits: true },
    offers: [{ image: offers[0] }, { image: offers[1], i18n: { zh: { title: expect.any(String) } } }],
  });
  const chosen = await plan([{ kind: KIND, image: "acme/postgres:1.0.0" }]);
  expect(chosen.providers[0]).toMatchObject({ taken: offers[0], reason: "offer-chosen" });
  expect(chosen.brings[0].image).toBe(offers[0]);
  expect((await set(null)).status).toBe(204);
  await vi.waitFor(async () => expect((await plan()).providers[0].reason).toBe("offer-first"), SLOW);
});

test("a default or a choice that is not trusted or brings something else is refused with what fits", async () => {
  for (const image of [
    "stranger/postgres:1.0.0",
    "labring/hidden:1.0.0",
    "labring/shop:1.0.0",
    "labring/none",
  ]) {
    const refused = await set(image);
    expect(refused.status).toBe(422);
    expect((await refused.json()).fields).toMatchObject([
      { field: "image", message: expect.stringContaining("acme/postgres:1.0.0") },
    ]);
    const made = await plan([{ kind: KIND, image }]);
    expect(made).toMatchObject({ possible: false, blockers: [{ code: "input-invalid" }] });
    expect(made.blockers[0].message).toContain("spec.providers[0].image");
    const asked = { image: "labring/shop:1.0.0", providers: [{ kind: KIND, image }] };
    const installed = await alice.fetch("/api/namespaces/ns-alice/installations", {
      method: "POST",
      json: asked,
    });
    expect(installed.status).toBe(422);
  }
  expect((await set("not an image")).status).toBe(400);
  expect((await set("labring/postgres", root, "postgresql")).status).toBe(400);
});

test("trust, defaults and quotas are administrators' alone, with the page or without", async () => {
  expect((await alice.fetch(address)).status).toBe(403);
  expect((await set("labring/postgres", alice)).status).toBe(403);
  const quota = "/api/administration/workspaces/alice/quota";
  expect((await alice.fetch(quota, { method: "PUT", json: { pods: "9999" } })).status).toBe(403);
  const account = (namespace: string, name: string) =>
    hub.cluster.accountKubeconfig(namespace, name).then((file) => Cluster.fromKubeconfig(file));
  const map = { metadata: { name: "hub-providers", namespace: "sealos-system" }, data: { [KIND]: "x/y" } };
  for (const cluster of [await account("ns-alice", "member-alice"), hub.web])
    await expect(
      cluster.apply({ apiVersion: "v1", kind: "ConfigMap", ...map }, { fieldManager: "test", force: true }),
    ).rejects.toThrow(/forbidden/i);
});

test("an administrator changes what a workspace may take; what is no amount is refused at its field", async () => {
  const quota = "/api/administration/workspaces/alice/quota";
  const put = (json: object) => root.fetch(quota, { method: "PUT", json });
  expect((await put({ "requests.cpu": "3", pods: "50" })).status).toBe(204);
  const ref = { apiVersion: "v1", kind: "ResourceQuota", name: "quota", namespace: "ns-alice" };
  const { spec } = (await hub.admin.get<KubernetesObject>(ref)) as { spec?: { hard: object } };
  expect(spec?.hard).toMatchObject({ "requests.cpu": "3", pods: "50", "requests.memory": "32Gi" });
  const refused = await put({ "requests.memory": "plenty" });
  expect(refused.status).toBe(422);
  expect((await refused.json()).fields).toMatchObject([{ field: "requests.memory" }]);
  expect((await put({ "requests.cpu": "-1" })).status).toBe(422);
  expect((await put({ secrets: "1" })).status).toBe(400);
  const nobody = "/api/administration/workspaces/nobody/quota";
  expect((await root.fetch(nobody, { method: "PUT", json: { pods: "1" } })).status).toBe(404);
});
