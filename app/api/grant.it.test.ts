import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { parseAllDocuments } from "yaml";
import { Browser, type HubUnderTest, startHubUnderTest } from "@/lib/auth/testing/hub.ts";
import { API_VERSION, type Image } from "@/lib/model/resources.ts";
import { answer } from "./answer.test-support.ts";

let hub: HubUnderTest;
let alice: Browser;
let root: Browser;
const grant = "/api/hub/repositories/labring/postgres/grant";

beforeAll(async () => {
  hub = await startHubUnderTest();
  const digest = await hub.publish("providers/postgres", "labring/postgres:latest");
  await hub.publish("images/uptime-kuma", "labring/uptime-kuma:latest");
  await hub.admin.apply(
    { apiVersion: API_VERSION, kind: "Organization", metadata: { name: "labring" }, spec: { trusted: true } },
    { fieldManager: "test", force: true },
  );
  // As the manager leaves it where nobody has allowed the image.
  const name = "labring.postgres.tlatest";
  await hub.admin.create<Image>({
    apiVersion: API_VERSION,
    kind: "Image",
    metadata: { name },
    spec: { repository: "labring.postgres", tag: "latest", digest, mode: "provider" },
  });
  const objection = {
    message: "Ask an administrator.",
    reason: "not-granted",
    params: { title: "PostgreSQL", image: "labring/postgres" },
  };
  await hub.admin.patch(
    { apiVersion: API_VERSION, kind: "Image", name },
    { status: { objection } },
    { type: "merge", subresource: "status" },
  );
  alice = new Browser(hub.config.url, answer);
  root = new Browser(hub.config.url, answer);
  await alice.signIn("alice");
  await root.signIn("admin");
  await vi.waitFor(async () => expect((await root.fetch(grant)).status).toBe(200), { timeout: 30_000 });
});
afterAll(() => hub?.stop());

test("an administrator reads what a provider is given, in words and as the file to apply", async () => {
  const { file, rights } = await (await root.fetch(grant)).json();
  const kinds = parseAllDocuments(file).map((document) => document.toJS().kind);
  expect(kinds).toContain("ClusterRole");
  expect(kinds.at(-1)).toBe("ClusterRoleBinding");
  expect(rights).toContainEqual(
    expect.objectContaining({
      level: "warning",
      message: expect.stringContaining("secrets in the whole cluster"),
    }),
  );
  expect(rights).toContainEqual(expect.objectContaining({ reason: "grant-tenants" }));
});

test("nobody else reads it, and an application has none", async () => {
  expect((await alice.fetch(grant)).status).toBe(403);
  expect((await root.fetch("/api/hub/repositories/labring/uptime-kuma/grant")).status).toBe(422);
});

test("the plan says that an administrator has to allow it, and installing is refused with the same words", async () => {
  const json = { image: "labring/postgres:latest", inputs: {} };
  const asked = await alice.fetch("/api/namespaces/ns-alice/plan", { method: "POST", json });
  const plan = await asked.json();
  expect(plan).toMatchObject({ possible: false, blockers: [{ code: "not-granted", reason: "not-granted" }] });
  const refused = await alice.fetch("/api/namespaces/ns-alice/installations", { method: "POST", json });
  expect(refused.status).toBe(422);
  expect(await refused.json()).toMatchObject({ code: "not-granted", params: { title: "PostgreSQL" } });
});
