import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Browser, type HubUnderTest, startHubUnderTest } from "@/lib/auth/testing/hub.ts";
import { API_VERSION, type Organization, type Repository } from "@/lib/model/resources.ts";
import {
  ask,
  makeOrganization,
  ORGANIZATIONS,
  PUBLIC_KEY,
  REPOSITORIES,
  signedIn,
} from "./publishing.test-support.ts";

let hub: HubUnderTest;
let admin: Browser;
let alice: Browser;
let bob: Browser;

beforeAll(async () => {
  hub = await startHubUnderTest();
  [admin, alice, bob] = (await Promise.all(
    ["admin", "alice", "bob"].map((account) => signedIn(hub, account)),
  )) as [Browser, Browser, Browser];
  await vi.waitFor(async () => expect((await ask(bob, "GET", "/api/session")).status).toBe(200), 30_000);
});
afterAll(() => hub?.stop());

/** An organization of alice's with one image, which the manager has indexed. */
async function shop(org: string, repo: string, visibility: "public" | "private" = "public") {
  await makeOrganization(hub, org, [{ user: "alice", role: "owner" }]);
  const source = `registry.example/${org}/${repo}`;
  const made = await ask(alice, "POST", REPOSITORIES, {
    organization: org,
    repository: repo,
    source,
    visibility,
  });
  expect(made.status).toBe(201);
  const tag = (name: string) => ({
    name,
    digest: `sha256:${"a".repeat(64)}`,
    size: 1,
    createdAt: "2026-01-01T00:00:00Z",
  });
  await hub.admin.patch(
    { apiVersion: API_VERSION, kind: "Repository", name: `${org}.${repo}` },
    { status: { tags: [tag("2.0"), tag("1.0")], latestTag: "2.0", mode: "application", title: "Shop" } },
    { type: "merge", subresource: "status" },
  );
  return `${REPOSITORIES}/${org}/${repo}`;
}
const repositoryOf = (name: string) =>
  hub.admin.get<Repository>({ apiVersion: API_VERSION, kind: "Repository", name });

describe("organizations", () => {
  test("whoever makes one is its owner, and others do not learn that it is there", async () => {
    expect(
      (await ask(alice, "POST", ORGANIZATIONS, { name: "acme", displayName: "Acme" })).body,
    ).toMatchObject({
      name: "acme",
      role: "owner",
      trusted: false,
    });
    const there = await ask(bob, "GET", `${ORGANIZATIONS}/acme`);
    const nowhere = await ask(bob, "GET", `${ORGANIZATIONS}/nowhere`);
    expect([there.status, there.body.detail.replace("acme", "nowhere")]).toEqual([404, nowhere.body.detail]);
    expect((await ask(bob, "GET", ORGANIZATIONS)).body.items).toEqual([]);
  });

  test.for([
    ["Acme Inc", "name"],
    ["a--b", "name"],
    ["", "name"],
    ["../x", "name"],
    ["x".repeat(64), "name"],
    ["labring", "name"],
    ["admin", "name"],
  ])("the name %s is refused at its field, and nothing is made", async ([name, field]) => {
    const refused = await ask(bob, "POST", ORGANIZATIONS, { name });
    expect([refused.status, refused.body.fields[0].field]).toEqual([422, field]);
    expect((await ask(bob, "GET", ORGANIZATIONS)).body.items).toEqual([]);
  });

  test("a taken name is said at its field, and a person owns five at most", async () => {
    const dave = await signedIn(hub, "bob");
    for (const n of [1, 2, 3, 4, 5])
      expect((await ask(dave, "POST", ORGANIZATIONS, { name: `many-${n}` })).status).toBe(201);
    expect((await ask(dave, "POST", ORGANIZATIONS, { name: "many-6" })).status).toBe(429);
    for (const n of [1, 2, 3, 4, 5])
      expect((await ask(dave, "DELETE", `${ORGANIZATIONS}/many-${n}`)).status).toBe(204);
    await makeOrganization(hub, "taken", [{ user: "alice", role: "owner" }]);
    const again = await ask(dave, "POST", ORGANIZATIONS, { name: "taken" });
    expect(again.body.fields).toEqual([expect.objectContaining({ field: "name" })]);
  });

  test("an invitation lets one person in, once", async () => {
    await makeOrganization(hub, "guests", [{ user: "alice", role: "owner" }]);
    const { body } = await ask(alice, "POST", `${ORGANIZATIONS}/guests/invitations`, { role: "publisher" });
    const kept = await hub.admin.get<Organization>({
      apiVersion: API_VERSION,
      kind: "Organization",
      name: "guests",
    });
    expect(JSON.stringify(kept)).not.toContain(body.code);
    const accept = (browser: Browser, code: string) => ask(browser, "POST", "/api/hub/invitations", { code });
    expect((await accept(bob, `guests.${"x".repeat(32)}`)).status).toBe(404);
    expect((await accept(bob, body.code)).body).toMatchObject({ name: "guests", role: "publisher" });
    expect((await accept(admin, body.code)).status).toBe(404);
  });

  test("a withdrawn or old invitation opens nothing", async () => {
    await makeOrganization(hub, "late", [{ user: "alice", role: "owner" }]);
    const invitations = `${ORGANIZATIONS}/late/invitations`;
    const first = (await ask(alice, "POST", invitations, { role: "viewer" })).body;
    await ask(alice, "DELETE", `${invitations}/${first.organization.invitations[0].id}`);
    const second = (await ask(alice, "POST", invitations, { role: "viewer" })).body;
    const ref = { apiVersion: API_VERSION, kind: "Organization", name: "late" };
    const { spec } = await hub.admin.get<Organization>(ref);
    const old = (spec.invitations ?? []).map((each) => ({ ...each, expiresAt: "2026-01-01T00:00:00Z" }));
    await hub.admin.patch(ref, { spec: { invitations: old } }, { type: "merge" });
    for (const { code } of [first, second])
      expect((await ask(bob, "POST", "/api/hub/invitations", { code })).status).toBe(404);
  });

  test("the last owner can neither leave nor become less", async () => {
    await makeOrganization(hub, "lonely", [
      { user: "alice", role: "owner" },
      { user: "bob", role: "viewer" },
    ]);
    const self = `${ORGANIZATIONS}/lonely/members/alice`;
    expect((await ask(alice, "DELETE", self)).status).toBe(409);
    expect((await ask(alice, "PUT", self, { role: "viewer" })).status).toBe(409);
    await ask(alice, "PUT", `${ORGANIZATIONS}/lonely/members/bob`, { role: "owner" });
    expect((await ask(alice, "DELETE", self)).status).toBe(204);
    expect((await ask(alice, "GET", `${ORGANIZATIONS}/lonely`)).status).toBe(404);
  });

  test("two owners who leave at the same moment leave one behind", async () => {
    await makeOrganization(hub, "pair", [
      { user: "alice", role: "owner" },
      { user: "bob", role: "owner" },
    ]);
    const leave = (browser: Browser, uid: string) =>
      ask(browser, "DELETE", `${ORGANIZATIONS}/pair/members/${uid}`);
    const left = await Promise.all([leave(alice, "alice"), leave(bob, "bob")]);
    expect(left.map(({ status }) => status).sort()).toEqual([204, 409]);
  });

  test("trust is an administrator's word, and the web server's own account cannot say it for anybody", async () => {
    await makeOrganization(hub, "honest", [{ user: "alice", role: "owner" }]);
    const trust = (browser: Browser) =>
      ask(browser, "PUT", `${ORGANIZATIONS}/honest/trust`, { trusted: true });
    expect((await trust(alice)).status).toBe(403);
    expect((await trust(admin)).body).toMatchObject({ name: "honest", trusted: true });
    await ask(alice, "PATCH", `${ORGANIZATIONS}/honest`, { description: "We sell things" });
    const ref = { apiVersion: API_VERSION, kind: "Organization", name: "honest" };
    expect((await hub.admin.get<Organization>(ref)).spec).toMatchObject({
      trusted: true,
      description: "We sell things",
    });
  });
});

describe("an organization's keys", () => {
  test("are public ones that owners add and take away, and there is one while signatures are required", async () => {
    await makeOrganization(hub, "signing", [{ user: "alice", role: "owner" }]);
    const at = `${ORGANIZATIONS}/signing`;
    const demand = (required: boolean) => ask(alice, "PUT", `${at}/signatures`, { required });
    expect((await demand(true)).body).toMatchObject({ code: "conflict" });
    const secret = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" });
    for (const publicKey of [secret.toString(), "nonsense"])
      expect((await ask(alice, "POST", `${at}/keys`, { publicKey })).body).toMatchObject({
        code: "input-invalid",
        fields: [{ field: "publicKey" }],
      });
    const added = await ask(alice, "POST", `${at}/keys`, { publicKey: PUBLIC_KEY });
    expect(added).toMatchObject({ status: 201, body: { keys: [{ kind: "ECDSA P-256" }] } });
    expect((await ask(alice, "POST", `${at}/keys`, { publicKey: PUBLIC_KEY })).body.keys).toHaveLength(1);
    expect((await demand(true)).body).toMatchObject({ requireSignature: true });
    const ref = { apiVersion: API_VERSION, kind: "Organization", name: "signing" };
    expect((await hub.admin.get<Organization>(ref)).spec).toMatchObject({
      publicKeys: [PUBLIC_KEY],
      requireSignature: true,
    });
    const remove = () => ask(alice, "DELETE", `${at}/keys/${added.body.keys[0].fingerprint}`);
    expect((await remove()).status).toBe(409);
    await demand(false);
    expect((await remove()).status).toBe(204);
    expect((await ask(alice, "GET", at)).body).toMatchObject({ keys: [], requireSignature: false });
  });
});

describe("publishing and editing", () => {
  test("a private image is nobody's but its members': list, search, page, README, icon and editing", async () => {
    const path = await shop("closed", "secret-shop", "private");
    await vi.waitFor(
      async () => expect((await ask(alice, "GET", `${REPOSITORIES}?q=secret`)).body.total).toBe(1),
      20_000,
    );
    for (const browser of [bob, admin]) {
      expect((await ask(browser, "GET", `${REPOSITORIES}?q=secret-shop`)).body.nearest ?? []).toEqual([]);
      expect(JSON.stringify((await ask(browser, "GET", REPOSITORIES)).body)).not.toContain("secret-shop");
    }
    for (const part of ["", "/readme", "/icon", "/edit", "/history"])
      expect([part, (await ask(bob, "GET", `${path}${part}`)).status]).toEqual([part, 404]);
    expect((await ask(bob, "PATCH", path, { visibility: "public" })).status).toBe(404);
    expect((await ask(bob, "DELETE", path)).status).toBe(404);
  });

  test.for([
    ["registry.example/acme/shop:1.0"],
    ["not a place"],
    ["http://"],
    ["content"],
    ["registry.example/Acme/Shop"],
  ])("the source %s is refused at its field", async ([source]) => {
    if ((await ask(alice, "GET", `${ORGANIZATIONS}/wrong`)).status !== 200)
      await makeOrganization(hub, "wrong", [{ user: "alice", role: "owner" }]);
    const refused = await ask(alice, "POST", REPOSITORIES, {
      organization: "wrong",
      repository: "shop",
      source: source === "content" ? "content:latest" : source,
    });
    expect([refused.status, refused.body.fields?.[0]?.field]).toEqual([422, "source"]);
  });

  test("what is saved is what is shown, with who and when, and can be undone", async () => {
    const path = await shop("edits", "shop");
    const save = (base: object, words: object) => ask(alice, "PUT", `${path}/edit`, { base, words });
    const first = { title: "My shop", titleZh: "我的商店", readmeEn: "# Shop", keywords: ["buy"] };
    expect((await save({}, first)).body).toMatchObject({ words: first, taken: [] });
    const second = { ...first, title: "Our shop", latest: "1.0", tags: [{ name: "1.0", deprecated: true }] };
    await save(first, second);
    const { items } = (await ask(alice, "GET", `${path}/history`)).body;
    expect(items[0]).toMatchObject({
      user: "alice",
      changed: ["title", "latest", "tags"],
      before: { title: "My shop" },
      after: { title: "Our shop", latest: "1.0" },
    });
    const restored = await ask(alice, "POST", `${path}/history/${items[1].revision}`);
    expect(restored.body.words).toEqual(first);
    const after = (await ask(alice, "GET", `${path}/history`)).body.items;
    expect(after[0]).toMatchObject({ user: "alice", restored: items[1].revision });
    expect((await repositoryOf("edits.shop")).spec.source).toBe("registry.example/edits/shop");
  });

  test("a change that came past the Hub is in the history too", async () => {
    const path = await shop("besides", "shop");
    await ask(alice, "PUT", `${path}/edit`, { base: {}, words: { title: "One" } });
    const ref = { apiVersion: API_VERSION, kind: "Repository", name: "besides.shop" };
    await hub.admin.patch(ref, { spec: { title: "By kubectl" } }, { type: "merge" });
    await ask(alice, "PUT", `${path}/edit`, { base: { title: "By kubectl" }, words: { title: "Three" } });
    const { items } = (await ask(alice, "GET", `${path}/history`)).body;
    expect(items.slice(0, 2)).toMatchObject([
      { user: "alice", before: { title: "By kubectl" }, after: { title: "Three" } },
      { user: "", before: { title: "One" }, after: { title: "By kubectl" } },
    ]);
  });

  test("of a long history the newest thirty are kept", async () => {
    const path = await shop("long", "shop");
    const words = (count: number) => (count === 0 ? {} : { title: `Title ${count}` });
    for (let count = 1; count <= 32; count++)
      expect(
        (await ask(alice, "PUT", `${path}/edit`, { base: words(count - 1), words: words(count) })).status,
      ).toBe(200);
    const { items } = (await ask(alice, "GET", `${path}/history`)).body;
    expect(items).toHaveLength(30);
    expect(items[0].after).toEqual(words(32));
    expect(items[29].after).toEqual(words(3));
  });

  test("two who save at once both keep their words where they differ; the same field twice is said, and lost by nobody", async () => {
    const path = await shop("both", "shop");
    await ask(alice, "PUT", `${ORGANIZATIONS}/both/members/bob`, { role: "publisher" });
    const base = { title: "Shop", description: "Sells" };
    await ask(alice, "PUT", `${path}/edit`, { base: {}, words: base });
    const save = (browser: Browser, words: object) => ask(browser, "PUT", `${path}/edit`, { base, words });
    const at = await Promise.all([
      save(alice, { ...base, title: "Alice's" }),
      save(bob, { ...base, description: "Bob's" }),
    ]);
    expect(at.map(({ status }) => status)).toEqual([200, 200]);
    expect((await repositoryOf("both.shop")).spec).toMatchObject({ title: "Alice's", description: "Bob's" });
    const late = await save(bob, { ...base, title: "Bob's" });
    expect([late.status, late.body.fields.map(({ field }: { field: string }) => field)]).toEqual([
      409,
      ["title"],
    ]);
    expect((await repositoryOf("both.shop")).spec.title).toBe("Alice's");
  });

  const svg = (inside: string) =>
    `data:image/svg+xml;base64,${Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${inside}</svg>`).toString("base64")}`;
  test.for<[string, object, string]>([
    ["a drawing with a script", { icon: svg("<script>alert(1)</script>") }, "icon"],
    ["a drawing with an event handler", { icon: svg('<g onload="alert(1)"/>') }, "icon"],
    ["a drawing that claims to be a photograph", { icon: svg("").replace("svg+xml", "png") }, "icon"],
    ["a page for an icon", { icon: "data:text/html;base64,PGI+" }, "icon"],
    ["an icon elsewhere", { icon: "https://evil.example/icon.png" }, "icon"],
    ["an icon of 300 KiB", { icon: svg(`<!--${"x".repeat(300_000)}-->`) }, "icon"],
    ["a README of 300 KiB", { readmeEn: "word ".repeat(60_000).replaceAll(/(.{500})/g, "$1\n") }, "readmeEn"],
    ["a table of 3,000 rows", { readmeZh: `|a|\n|-|\n${"|b|\n".repeat(3_000)}` }, "readmeZh"],
    ["a link that is a program", { links: [{ name: "x", url: "javascript:alert(1)" }] }, "links.0"],
    ["a link without a name", { links: [{ name: " ", url: "https://a.example" }] }, "links.0"],
    ["a title that turns the line around", { title: "safe\u202egnp.exe" }, "title"],
    ["a title of 200 characters", { title: "x".repeat(200) }, "title"],
    ["a latest that is no tag of it", { latest: "9.9" }, "latest"],
    ["notes of a tag that is not there", { tags: [{ name: "9.9", releaseNotes: "x" }] }, "tags.9.9"],
  ])(
    "%s is refused at its field, in the reader's language, and nothing is changed",
    async ([, words, field]) => {
      const path = `${REPOSITORIES}/bad/shop`;
      if ((await ask(alice, "GET", `${path}/edit`)).status !== 200) await shop("bad", "shop");
      const before = (await repositoryOf("bad.shop")).metadata.resourceVersion;
      const headers = { "accept-language": "zh" };
      const response = await alice.fetch(`${path}/edit`, {
        method: "PUT",
        headers,
        json: { base: {}, words },
      });
      const problem = await response.json();
      expect([response.status, problem.fields?.[0]?.field]).toEqual([422, field]);
      expect(problem.fields[0].message).toMatch(/[\u4e00-\u9fff]/);
      expect((await repositoryOf("bad.shop")).metadata.resourceVersion).toBe(before);
    },
  );

  test("a README with scripts is previewed as the harmless page it will be", async () => {
    const bad = "<script>alert(1)</script><img src=x onerror=alert(1)>";
    const markdown = ["# Hi", bad, "[a](javascript:alert(1))"].join("\n\n");
    const { html } = (await ask(bob, "POST", "/api/hub/preview", { markdown })).body;
    expect(html).toContain("Hi");
    expect(html).not.toMatch(/script|onerror|javascript/i);
  });

  test("what is installed cannot be unpublished; what is not can", async () => {
    const path = await shop("gone", "shop");
    const ref = { apiVersion: API_VERSION, kind: "Repository", name: "gone.shop" };
    await hub.admin.patch(ref, { status: { installs: 2 } }, { type: "merge", subresource: "status" });
    expect((await ask(alice, "DELETE", path)).status).toBe(409);
    await hub.admin.patch(ref, { status: { installs: 0 } }, { type: "merge", subresource: "status" });
    expect((await ask(alice, "DELETE", path)).status).toBe(204);
    expect(await hub.admin.find(ref)).toBeUndefined();
  });
});
