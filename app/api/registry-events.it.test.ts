import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Browser, type HubUnderTest, startHubUnderTest } from "@/lib/auth/testing/hub.ts";
import { Cluster } from "@/lib/cluster/index.ts";
import { ContentStore, packLayer } from "@/lib/images/index.ts";
import type { Manager } from "@/lib/manager/manager.ts";
import { application } from "@/lib/manager/testing/cluster.ts";
import { testManager } from "@/lib/manager/testing/stage.ts";
import { API_VERSION, type Repository } from "@/lib/model/resources.ts";
import { descriptorOf, encodeJson, mediaTypes, Registry } from "@/lib/oci/index.ts";
import { hostPatterns } from "@/lib/sources/index.ts";
import { PUBLISHER, registryMissing, startRegistry, type TestRegistry } from "@/tools/registry/index.ts";
import { answer } from "./answer.test-support.ts";

const SECRET = "a-shared-secret";
let hub: HubUnderTest;
let manager: Manager;
let registry: TestRegistry;
let door: Server;
let alice: Browser;

beforeAll(async () => {
  const missing = registryMissing();
  if (missing) throw new Error(missing);
  hub = await startHubUnderTest({ REGISTRY_EVENTS_SECRET: SECRET, REGISTRY_ALLOW: "127.0.0.1" });
  // What the registry sends comes in as through Next.js.
  door = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { authorization = "" } = incoming.headers;
    const response = await answer(
      new Request(new URL(incoming.url ?? "/", hub.config.url), {
        method: "POST",
        headers: { authorization, "content-type": incoming.headers["content-type"] ?? "" },
        body: Buffer.concat(chunks),
      }),
    );
    outgoing.writeHead(response.status).end(await response.text());
  });
  await new Promise<void>((resolve) => door.listen(0, "127.0.0.1", resolve));
  const { port } = door.address() as AddressInfo;
  registry = await startRegistry({
    auth: "basic",
    notify: { url: `http://127.0.0.1:${port}/api/registry/events`, secret: SECRET },
  });
  manager = testManager({
    cluster: Cluster.fromKubeconfig(await hub.cluster.accountKubeconfig("sealos-system", "manager")),
    images: new ContentStore(hub.config.contentDir),
    sources: { allowed: hostPatterns("127.0.0.1") },
    // So long that only an announcement makes it look in time.
    pollSeconds: 3600,
    watchContent: false,
  });
  await manager.start();
  alice = new Browser(hub.config.url, answer);
  await alice.signIn("alice");
});
afterAll(async () => {
  await manager?.stop();
  await registry?.stop();
  door?.close();
  await hub?.stop();
});

async function push(tag: string, value: string, name = "acme/pg", readme?: string): Promise<string> {
  const manifests = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: pg }\ndata: { value: "${value}" }\n`;
  const files = new Map(application("pg", manifests));
  if (readme) files.set("README.md", Buffer.from(readme));
  const layer = await packLayer(files);
  const config = encodeJson({ architecture: "amd64", os: "linux", rootfs: { type: "layers", diff_ids: [] } });
  const client = new Registry({ registry: registry.host, credentials: async () => PUBLISHER });
  const blobs = [descriptorOf(mediaTypes.config, config), descriptorOf(mediaTypes.layer, layer)] as const;
  for (const [descriptor, data] of [
    [blobs[0], config],
    [blobs[1], layer],
  ] as const)
    await client.pushBlob(name, {
      descriptor,
      open: async function* (start) {
        yield data.subarray(start);
      },
    });
  const manifest = { schemaVersion: 2, mediaType: mediaTypes.manifest, config: blobs[0], layers: [blobs[1]] };
  return (await client.pushManifest(name, tag, encodeJson(manifest))).digest;
}

const shown = async () => {
  const response = await alice.fetch("/api/hub/repositories/acme/pg");
  if (response.status !== 200) return {};
  const { tags } = (await response.json()) as { tags: { tag: string; digest: string }[] };
  return Object.fromEntries(tags.map(({ tag, digest }) => [tag, digest]));
};

/** Alice's organization, known at the registry by a name and password. */
async function found(password: string, name = "acme"): Promise<void> {
  const made = await alice.fetch("/api/hub/organizations", { method: "POST", json: { name } });
  expect([201, 400, 422]).toContain(made.status);
  const credentials = [{ registry: registry.host, username: PUBLISHER.username, password }];
  await vi.waitFor(async () => {
    const kept = await alice.fetch(`/api/hub/organizations/${name}/credentials`, {
      method: "PUT",
      json: { credentials },
    });
    expect(kept.status).toBe(204);
  }, 20_000);
}

test("a push that the registry announces is on the page, and so is a tag that moved", async () => {
  await found("no longer this");
  await found(PUBLISHER.password);
  await hub.admin.create<Repository>({
    apiVersion: API_VERSION,
    kind: "Repository",
    metadata: { name: "acme.pg" },
    spec: {
      organization: "acme",
      repository: "pg",
      visibility: "public",
      source: `${registry.host}/acme/pg`,
    },
  });
  await vi.waitFor(
    () => expect(hub.server.hub.catalogue.repositories.get(undefined, "acme.pg")).toBeDefined(),
    20_000,
  );
  const first = await push("1.0.0", "one");
  await vi.waitFor(async () => expect(await shown()).toEqual({ "1.0.0": first }), { timeout: 20_000 });
  const about = await alice.fetch("/api/hub/repositories/acme/pg/readme");
  expect(about.status).toBe(200);
  const told = await (await alice.fetch("/api/hub/organizations/acme")).text();
  expect(told).not.toContain(PUBLISHER.password);
  const second = await push("1.0.0", "two");
  await vi.waitFor(async () => expect(await shown()).toEqual({ "1.0.0": second }), { timeout: 20_000 });

  const install = (digest: string) =>
    alice.fetch("/api/namespaces/ns-alice/installations", {
      method: "POST",
      json: { image: "acme/pg:1.0.0", digest },
    });
  const refused = await install(first);
  expect(refused.status).toBe(409);
  expect(((await refused.json()) as { detail: string }).detail).toContain("now stands for another image");
  expect((await install(second)).status).toBe(201);
});

test("words of a README in a registry are found, those of a private repository by its members only", async () => {
  await found(PUBLISHER.password, "readers");
  for (const [repository, visibility, word] of [
    ["open", "public", "archaeopteryx"],
    ["shut", "private", "quetzalcoatlus"],
  ] as const) {
    await push("1.0.0", "one", `readers/${repository}`, `# A bird\n\nIt is called ${word} here.\n`);
    await hub.admin.create<Repository>({
      apiVersion: API_VERSION,
      kind: "Repository",
      metadata: { name: `readers.${repository}` },
      spec: {
        organization: "readers",
        repository,
        visibility,
        source: `${registry.host}/readers/${repository}`,
      },
    });
  }
  const bob = new Browser(hub.config.url, answer);
  await bob.signIn("bob");
  const foundBy = async (browser: Browser, word: string) => {
    const response = await browser.fetch(`/api/hub/repositories?q=${word}`);
    const { items } = (await response.json()) as {
      items: { repo: string; marks?: { snippet?: string[] } }[];
    };
    return items.map(({ repo, marks }) => [repo, marks?.snippet?.[1]]);
  };
  const appears = { timeout: 20_000 };
  await vi.waitFor(
    async () => expect(await foundBy(alice, "quetzalcoatlus")).toEqual([["shut", "quetzalcoatlus"]]),
    appears,
  );
  await vi.waitFor(
    async () => expect(await foundBy(bob, "archaeopteryx")).toEqual([["open", "archaeopteryx"]]),
    appears,
  );
  expect(await foundBy(bob, "quetzalcoatlus")).toEqual([]);
  expect(await foundBy(bob, "quetzalcoatlas")).toEqual([]);
});

test("only who knows the secret announces anything, and not too much at a time", async () => {
  const send = (authorization: string, events: unknown) =>
    answer(
      new Request(`${hub.config.url}/api/registry/events`, {
        method: "POST",
        headers: { authorization },
        body: JSON.stringify({ events }),
      }),
    );
  const events = [{ action: "push", target: { repository: "acme/pg" } }];
  expect((await send("Bearer wrong", events)).status).toBe(403);
  expect((await send("", events)).status).toBe(403);
  expect((await send(SECRET, events)).status).toBe(202);
  expect(
    await (await send(`Bearer ${SECRET}`, [{ action: "pull", target: { repository: "acme/pg" } }])).json(),
  ).toEqual({
    repositories: 0,
  });
  expect(
    (
      await send(
        SECRET,
        Array.from({ length: 1001 }, () => ({})),
      )
    ).status,
  ).toBe(400);
  expect((await send(SECRET, [{ padding: "x".repeat(2 * 1024 * 1024) }])).status).toBe(413);
});

async function ask(method: string, path: string, json?: unknown) {
  const response = await alice.fetch(path, { method, ...(json !== undefined && { json }) });
  const text = await response.text();
  return { status: response.status, text, body: text ? JSON.parse(text) : undefined };
}

test("credentials are tried before they are kept, listed without passwords, and decide what publishers are told of a source", async () => {
  expect((await ask("POST", "/api/hub/organizations", { name: "signing" })).status).toBe(201);
  const credentials = "/api/hub/organizations/signing/credentials";
  const keep = (host: string, password: string) =>
    ask("PUT", `${credentials}/${encodeURIComponent(host)}`, { username: PUBLISHER.username, password });
  const check = async (source: string) =>
    (await ask("POST", "/api/hub/sources", { organization: "signing", source })).body;
  await push("1.0.0", "one");

  expect(await check(`${registry.host}/acme/pg`)).toMatchObject({ state: "credentials", tags: 0 });
  const refused = await keep(registry.host, "wrong");
  expect([refused.status, refused.body.fields[0].field]).toEqual([422, "password"]);
  expect((await ask("GET", credentials)).body).toEqual({ items: [] });

  expect((await keep(registry.host, PUBLISHER.password)).body).toMatchObject({ signIn: "signed-in" });
  expect((await keep("127.0.0.1:1", "anything")).body).toMatchObject({ signIn: "unreachable" });
  const inside = await keep("169.254.169.254", "anything");
  expect(inside.body.fields).toMatchObject([{ field: "registry" }]);
  expect(inside.text).toContain("REGISTRY_ALLOW");
  const { body, text } = await ask("GET", credentials);
  expect(body.items.map((each: { registry: string }) => each.registry)).toEqual([
    "127.0.0.1:1",
    registry.host,
  ]);
  expect(text).not.toContain(PUBLISHER.password);

  expect(await check(`${registry.host}/acme/pg`)).toMatchObject({ state: "found", tags: 1 });
  expect(await check(`${registry.host}/acme/nothing`)).toMatchObject({ state: "not-found" });
  expect(await check("127.0.0.1:1/acme/pg")).toMatchObject({ state: "unreachable" });
  const forbidden = await check("169.254.169.254/acme/pg");
  expect([forbidden.state, forbidden.message]).toEqual([
    "forbidden",
    expect.stringContaining("REGISTRY_ALLOW"),
  ]);

  for (const host of [registry.host, "127.0.0.1:1"])
    expect((await ask("DELETE", `${credentials}/${encodeURIComponent(host)}`)).status).toBe(204);
  expect((await ask("GET", credentials)).body).toEqual({ items: [] });
  expect(await check(`${registry.host}/acme/pg`)).toMatchObject({ state: "credentials" });
});

test("a publisher reads why a registry could not be read, has it looked at again, and nobody else learns its words", async () => {
  expect((await ask("POST", "/api/hub/organizations", { name: "watched" })).status).toBe(201);
  const published = { organization: "watched", repository: "pg", source: `${registry.host}/acme/pg` };
  await vi.waitFor(async () => {
    const { status } = await ask("POST", "/api/hub/repositories", published);
    expect([201, 422]).toContain(status);
    expect((await ask("GET", "/api/hub/repositories/watched/pg/indexing")).status).toBe(200);
  }, 20_000);
  const path = "/api/hub/repositories/watched/pg/indexing";
  await vi.waitFor(async () => expect((await ask("GET", path)).body.state).toBe("failed"), 20_000);
  const failed = (await ask("GET", path)).body;
  expect(failed).toMatchObject({ reason: "Unauthorized", mayCheck: true });
  expect(failed.message).toContain(registry.host);
  const bob = new Browser(hub.config.url, answer);
  await bob.signIn("bob");
  const told = (await (await bob.fetch(path)).json()) as object;
  expect(told).toMatchObject({ state: "failed", reason: "Unauthorized", mayCheck: false });
  expect(JSON.stringify(told)).not.toContain(registry.host);
  expect((await bob.fetch(path, { method: "POST" })).status).toBe(404);

  const credential = `/api/hub/organizations/watched/credentials/${encodeURIComponent(registry.host)}`;
  await push("1.0.0", "one");
  expect((await ask("PUT", credential, PUBLISHER)).body).toMatchObject({ signIn: "signed-in" });
  await vi.waitFor(async () => expect((await ask("GET", path)).body.state).toBe("ok"), 20_000);
  const before = (await ask("GET", path)).body.checkedAt;
  expect((await ask("POST", path)).status).toBe(202);
  await vi.waitFor(async () => expect((await ask("GET", path)).body.checkedAt > before).toBe(true), 20_000);
});
