import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client } from "../testing/client.ts";

let client: Client;
const configMaps = "/api/v1/namespaces/default/configmaps";
beforeAll(async () => {
  client = await Client.start();
});
afterAll(() => client.stop());

describe("writing", () => {
  it("makes a name from generateName, and another one each time", async () => {
    const made = await Promise.all(
      [1, 2, 3].map(() => client.post(configMaps, { metadata: { generateName: "some-" } })),
    );
    const names = new Set(made.map(({ body }) => body.metadata.name));
    expect(names.size).toBe(3);
    for (const name of names) expect(name).toMatch(/^some-[a-z0-9]{5}$/);
  });

  it("for an older revision is refused, and without one overwrites", async () => {
    const { body: first } = await client.post(configMaps, { metadata: { name: "contested" } });
    await client.merge(`${configMaps}/contested`, { data: { by: "somebody" } });
    const stale = await client.put(`${configMaps}/contested`, { ...first, data: { by: "me" } });
    expect([stale.status, stale.body.reason]).toEqual([409, "Conflict"]);
    expect((await client.put(`${configMaps}/contested`, { metadata: { name: "contested" } })).status).toBe(
      200,
    );
  });

  it("that changes nothing leaves the revision as it was", async () => {
    const { body } = await client.post(configMaps, { metadata: { name: "same" }, data: { a: "1" } });
    const again = await client.merge(`${configMaps}/same`, { data: { a: "1" } });
    expect(again.body.metadata.resourceVersion).toBe(body.metadata.resourceVersion);
  });

  it("as a dry run answers like the real thing and keeps nothing", async () => {
    const { status, body } = await client.post(`${configMaps}?dryRun=All`, { metadata: { name: "dry" } });
    expect([status, body.metadata.name]).toEqual([201, "dry"]);
    expect((await client.get(`${configMaps}/dry`)).status).toBe(404);
  });

  it("to no namespace, or deleting across all of them, is not allowed", async () => {
    expect((await client.post("/api/v1/configmaps", { metadata: { name: "x" } })).status).toBe(405);
    expect((await client.delete("/api/v1/configmaps")).status).toBe(405);
    expect((await client.put(configMaps, { metadata: { name: "x" } })).status).toBe(405);
  });

  it("counts a spec's changes in the generation, and a status's not", async () => {
    const path = "/apis/apps/v1/namespaces/default/deployments";
    const template = { metadata: { labels: { a: "b" } }, spec: { containers: [{ name: "c", image: "x" }] } };
    const deployment = { metadata: { name: "d" }, spec: { selector: { matchLabels: { a: "b" } }, template } };
    expect((await client.post(path, deployment)).body.metadata.generation).toBe(1);
    expect((await client.merge(`${path}/d`, { spec: { replicas: 2 } })).body.metadata.generation).toBe(2);
    const status = await client.merge(`${path}/d/status`, { status: { replicas: 2 }, spec: { replicas: 9 } });
    expect(status.body).toMatchObject({
      metadata: { generation: 2 },
      spec: { replicas: 2 },
      status: { replicas: 2 },
    });
    const scaled = await client.merge(`${path}/d/scale`, { spec: { replicas: 5 } });
    expect(scaled.body).toMatchObject({
      kind: "Scale",
      spec: { replicas: 5 },
      status: { replicas: 2, selector: "a=b" },
    });
  });
});

describe("a caller", () => {
  it("without the right to create may apply what exists, and nothing else", async () => {
    const roles = "/apis/rbac.authorization.k8s.io/v1/namespaces/default";
    await client.post("/api/v1/namespaces/default/serviceaccounts", { metadata: { name: "patcher" } });
    const rules = [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "patch"] }];
    await client.post(`${roles}/roles`, { metadata: { name: "patcher" }, rules });
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "patcher" };
    const subjects = [{ kind: "ServiceAccount", name: "patcher", namespace: "default" }];
    await client.post(`${roles}/rolebindings`, { metadata: { name: "patcher" }, roleRef, subjects });
    const token = client.sandbox.tokenFor("system:serviceaccount:default:patcher");
    await client.post(configMaps, { metadata: { name: "there" } });
    const apply = (name: string) => {
      const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { a: "b" } };
      const type = "application/apply-patch+yaml";
      return client.request("PATCH", `${configMaps}/${name}?fieldManager=me`, body, { token, type });
    };
    expect((await apply("there")).status).toBe(200);
    expect((await apply("missing")).body.message).toContain('cannot create resource "configmaps"');
  });

  it("without a token is nobody, and with a false one is refused", async () => {
    const nobody = await fetch(`${client.sandbox.url}${configMaps}`);
    expect(nobody.status).toBe(403);
    const impostor = await client.get(configMaps, { token: `${client.sandbox.adminToken}x` });
    expect(impostor.status).toBe(401);
  });

  it("loses a token's rights with its account", async () => {
    const accounts = "/api/v1/namespaces/default/serviceaccounts";
    await client.post(accounts, { metadata: { name: "gone" } });
    const request = { spec: { expirationSeconds: 600 } };
    const { body } = await client.post(`${accounts}/gone/token`, request);
    const token = (body.status as { token: string }).token;
    expect((await client.get(configMaps, { token })).status).toBe(403);
    await client.delete(`${accounts}/gone`);
    expect((await client.get(configMaps, { token })).status).toBe(401);
  });
});

describe("what is not served", () => {
  it("is refused with a Status", async () => {
    const pod = { metadata: { name: "p" }, spec: { containers: [{ name: "c", image: "x" }] } };
    await client.until("/api/v1/namespaces/default/serviceaccounts/default", ({ status }) => status === 200);
    expect((await client.post("/api/v1/namespaces/default/pods", pod)).status).toBe(201);
    const exec = await client.post("/api/v1/namespaces/default/pods/p/exec?command=ls", {});
    expect([exec.status, exec.body.kind]).toEqual([501, "Status"]);
    const nowhere = await client.get("/apis/nothing.example/v1/things");
    expect([nowhere.status, nowhere.body.text]).toEqual([404, "404 page not found\n"]);
    const hook = await client.post("/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations", {
      metadata: { name: "h" },
    });
    expect(hook.headers.get("warning")).toContain("never obeys them");
  });
});
