import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client, type Thing } from "../testing/client.ts";

let client: Client;
beforeAll(async () => {
  client = await Client.start();
});
afterAll(() => client.stop());

let count = 0;
async function family(block = false) {
  count += 1;
  const name = `gc-${count}`;
  await client.post("/api/v1/namespaces", { metadata: { name } });
  const path = `/api/v1/namespaces/${name}/configmaps`;
  const owner = (await client.post(path, { metadata: { name: "owner" } })).body;
  const reference = {
    apiVersion: "v1",
    kind: "ConfigMap",
    name: "owner",
    uid: owner.metadata.uid,
    blockOwnerDeletion: block,
  };
  await client.post(path, { metadata: { name: "child", ownerReferences: [reference] } });
  return { path, owner, name };
}
const gone = ({ status }: { status: number }) => status === 404;

describe("deleting an owner", () => {
  it("in the background takes its dependents with it", async () => {
    const { path } = await family();
    expect((await client.delete(`${path}/owner`, { propagationPolicy: "Background" })).body.status).toBe(
      "Success",
    );
    await client.until(`${path}/child`, gone);
  });

  it("in the foreground keeps it until its dependents are gone", async () => {
    const { path } = await family(true);
    await client.merge(`${path}/child`, { metadata: { finalizers: ["example.org/hold"] } });
    const { body } = await client.delete(`${path}/owner`, { propagationPolicy: "Foreground" });
    expect(body.metadata.finalizers).toEqual(["foregroundDeletion"]);
    await client.until(`${path}/child`, ({ body }) => body.metadata.deletionTimestamp !== undefined);
    expect((await client.get(`${path}/owner`)).status).toBe(200);
    await client.merge(`${path}/child`, { metadata: { finalizers: null } });
    await client.until(`${path}/owner`, gone);
    expect((await client.get(`${path}/child`)).status).toBe(404);
  });

  it("with Orphan leaves its dependents, without the reference", async () => {
    const { path } = await family();
    await client.delete(`${path}/owner`, { propagationPolicy: "Orphan" });
    await client.until(`${path}/owner`, gone);
    expect((await client.get(`${path}/child`)).body.metadata.ownerReferences).toBeUndefined();
  });

  it("that never was takes the dependent too", async () => {
    const { path, owner } = await family();
    const uid = "00000000-0000-0000-0000-000000000000";
    const ownerReferences = [{ apiVersion: "v1", kind: "ConfigMap", name: owner.metadata.name, uid }];
    await client.post(path, { metadata: { name: "stray", ownerReferences } });
    await client.until(`${path}/stray`, gone);
  });
});

describe("deleting an object", () => {
  it("waits for its finalizers, which may then only be taken away", async () => {
    const { path } = await family();
    await client.post(path, { metadata: { name: "held", finalizers: ["example.org/hold"] } });
    expect((await client.delete(`${path}/held`)).body.metadata.deletionTimestamp).toBeDefined();
    const refused = await client.merge(`${path}/held`, {
      metadata: { finalizers: ["example.org/hold", "example.org/x"] },
    });
    expect(refused.status).toBe(422);
    await client.merge(`${path}/held`, { metadata: { finalizers: [] } });
    expect((await client.get(`${path}/held`)).status).toBe(404);
  });

  it("of another uid or revision is refused", async () => {
    const { path, owner } = await family();
    for (const preconditions of [{ uid: "x" }, { resourceVersion: "1" }]) {
      const { status, body } = await client.delete(`${path}/owner`, { preconditions });
      expect([status, body.reason]).toEqual([409, "Conflict"]);
    }
    const { uid, resourceVersion } = owner.metadata;
    expect((await client.delete(`${path}/owner`, { preconditions: { uid, resourceVersion } })).status).toBe(
      200,
    );
  });

  it("as a dry run changes nothing", async () => {
    const { path } = await family();
    await client.delete(`${path}/owner?dryRun=All`);
    expect((await client.get(`${path}/owner`)).body.metadata.deletionTimestamp).toBeUndefined();
  });
});

describe("deleting a namespace", () => {
  it("takes everything in it, refuses new things meanwhile, and says what it waits for", async () => {
    const { path, name } = await family();
    await client.merge(`${path}/child`, { metadata: { finalizers: ["example.org/hold"] } });
    await client.delete(`/api/v1/namespaces/${name}`);
    const refused = await client.post(path, { metadata: { name: "late" } });
    expect(refused.status).toBe(403);
    expect(refused.body.details?.causes?.[0]?.reason).toBe("NamespaceTerminating");
    const waits = await client.until(`/api/v1/namespaces/${name}`, ({ body }) =>
      JSON.stringify(body.status).includes("example.org/hold"),
    );
    expect((waits.body.status as Thing).phase).toBe("Terminating");
    await client.merge(`${path}/child`, { metadata: { finalizers: null } });
    await client.until(`/api/v1/namespaces/${name}`, gone);
    expect((await client.get(path)).body.items).toEqual([]);
  });
});

describe("deleting a definition", () => {
  it("takes its objects and its API with it", async () => {
    const plural = "widgets";
    const crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    await client.post(crds, {
      metadata: { name: `${plural}.example.org` },
      spec: {
        group: "example.org",
        names: { plural, kind: "Widget" },
        scope: "Namespaced",
        versions: [
          {
            name: "v1",
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: {
                type: "object",
                properties: {
                  spec: { type: "object", properties: { size: { type: "integer", default: 3 } } },
                },
              },
            },
          },
        ],
      },
    });
    const path = `/apis/example.org/v1/namespaces/default/${plural}`;
    await client.until(path, ({ status }) => status === 200);
    const widget = {
      apiVersion: "example.org/v1",
      kind: "Widget",
      metadata: { name: "w" },
      spec: { colour: "red" },
    };
    const made = await client.post(path, widget);
    expect(made.body.spec).toEqual({ size: 3 });
    expect(made.headers.get("warning")).toContain('unknown field \\"spec.colour\\"');
    expect(
      (await client.post(`${path}?fieldValidation=Strict`, { ...widget, metadata: { name: "x" } })).status,
    ).toBe(400);
    await client.delete(`${crds}/${plural}.example.org`);
    await client.until(`${crds}/${plural}.example.org`, gone);
    expect((await client.get(path)).status).toBe(404);
  });
});
