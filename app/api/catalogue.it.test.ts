import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Browser, type HubUnderTest, startHubUnderTest } from "@/lib/auth/testing/hub.ts";
import { API_VERSION, label } from "@/lib/model/resources.ts";
import { answer } from "./answer.test-support.ts";
import { apiDescription } from "./openapi.json/document.ts";
import { operations } from "./openapi.json/operations.ts";

let hub: HubUnderTest;
let alice: Browser;
let digest: string;

beforeAll(async () => {
  hub = await startHubUnderTest();
  digest = await hub.publish("providers/postgres", "labring/postgres:latest");
  await hub.publish("images/uptime-kuma", "labring/uptime-kuma:latest");
  await hub.publish("images/affine", "labring/affine:latest");
  await hub.publish("images/kuboard", "closed/kuboard:latest", { private: true });
  await hub.admin.create({
    apiVersion: API_VERSION,
    kind: "Organization",
    metadata: { name: "closed" },
    spec: { displayName: "Closed shop", members: [{ user: "bob", role: "publisher" }] },
  } as never);
  await hub.admin.apply(
    { apiVersion: API_VERSION, kind: "Organization", metadata: { name: "labring" }, spec: { trusted: true } },
    { fieldManager: "test", force: true },
  );
  alice = new Browser(hub.config.url, answer);
  await alice.signIn("alice");
  await vi.waitFor(async () => expect((await search("verified=true")).total).toBe(3), 20_000);
});
afterAll(() => hub?.stop());

async function search(query: string) {
  const response = await alice.fetch(`/api/hub/repositories?${query}`);
  expect(response.status).toBe(200);
  return (await response.json()) as {
    items: { repo: string; categories: string[]; mode: string }[];
    total: number;
    categories: { name: string; count: number }[];
    modes: { name: string; count: number }[];
    nearest?: { repo: string }[];
  };
}

test("finds by English and Chinese words, filters, counts and pages", async () => {
  expect((await search("q=postg")).items[0]?.repo).toBe("postgres");
  expect((await search(`q=${encodeURIComponent("数据库")}`)).items[0]?.repo).toBe("postgres");
  const providers = await search("mode=provider");
  expect(providers.items.map(({ repo }) => repo)).toEqual(["postgres"]);
  expect(providers.modes).toContainEqual({ name: "application", count: 2 });
  const byName = await search("sort=name&limit=1&offset=1");
  expect([byName.items.length, byName.total]).toEqual([1, 3]);
});

test("says what comes closest when nothing matches", async () => {
  const answered = await search("q=postgrsqll-xyz");
  expect(answered.total).toBe(0);
  expect(answered.nearest?.map(({ repo }) => repo)).toContain("postgres");
});

test("members of an organization see its private repositories", async () => {
  const bob = new Browser(hub.config.url, answer);
  await bob.signIn("bob");
  const total = async () =>
    ((await (await bob.fetch("/api/hub/repositories")).json()) as { total: number }).total;
  await expect.poll(total).toBe(4);
  expect((await bob.fetch("/api/hub/repositories/closed/kuboard")).status).toBe(200);
  expect((await alice.fetch("/api/hub/repositories/closed/kuboard")).status).toBe(404);
});

test("words of a README are found and marked, with the piece where they stand", async () => {
  await hub.server.hub.catalogue.searchable();
  const { items } = await search("q=zaland");
  const [first] = items as { repo: string; marks?: { snippet?: string[] } }[];
  expect(first?.repo).toBe("postgres");
  expect(first?.marks?.snippet?.filter((_, at) => at % 2 === 1)).toContain("Zaland");
});

test("a repository's own README is found, and what is private is found by its members only, in nothing that counts", async () => {
  const word = "quetzalcoatlus";
  const secret = { apiVersion: API_VERSION, kind: "Repository", name: "closed.kuboard" };
  const change = { spec: { readme: `# Kuboard\n\n${word}`, title: `Shop ${word}`, categories: [word] } };
  const as = async (account: string, query: string) => {
    const browser = new Browser(hub.config.url, answer);
    await browser.signIn(account);
    return JSON.parse(await (await browser.fetch(`/api/hub/repositories?${query}`)).text());
  };
  const queries = [
    "q=quetzalcoatlas",
    `q=${word}`,
    "q=",
    "q=postgras",
    "organization=closed",
    `category=${word}`,
  ];
  await hub.server.hub.catalogue.searchable();
  const before = await Promise.all(queries.map((query) => as("alice", query)));
  await hub.admin.patch(secret, change, { type: "merge" });
  await vi.waitFor(async () => expect((await as("bob", `q=${word}`)).total).toBe(1), 20_000);
  await hub.server.hub.catalogue.searchable();
  const found = await as("bob", "q=quetzalcoatlas");
  expect(found.items[0]).toMatchObject({ repo: "kuboard", marks: { title: ["Shop ", word, ""] } });
  expect(found.organizations).toEqual([{ name: "closed", title: "Closed shop", count: 1 }]);
  for (const [at, query] of queries.entries()) expect(await as("alice", query)).toEqual(before[at]);
});

test("facets say how many images a filter would leave", async () => {
  const found = (await search("verified=true&organization=labring")) as unknown as {
    total: number;
    verified: number;
    organizations: { name: string; count: number }[];
  };
  expect(found).toMatchObject({ total: 3, verified: 3 });
  expect(found.organizations).toEqual([expect.objectContaining({ name: "labring", count: 3 })]);
});

test("an image's page says what it needs and who brings it", async () => {
  const detail = await (await alice.fetch("/api/hub/repositories/labring/affine")).json();
  expect(detail.requires).toContainEqual(
    expect.objectContaining({
      requirement: { apiVersion: "acid.zalan.do/v1", kind: "postgresql" },
      satisfied: false,
      providedBy: expect.objectContaining({ repo: "postgres" }),
    }),
  );
});

test("an icon is a drawing from our own origin that can do nothing", async () => {
  const response = await alice.fetch(`/api/hub/repositories/labring/postgres/icon?digest=${digest}`);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("image/svg+xml");
  expect(response.headers.get("content-security-policy")).toMatch(/default-src 'none'.*sandbox/);
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  expect(response.headers.get("cache-control")).toContain("immutable");
});

test("a README comes in the reader's language, as harmless HTML", async () => {
  const readme = await (await alice.fetch("/api/hub/repositories/labring/postgres/readme?locale=zh")).json();
  expect(readme.locale).toBe("zh");
  expect(readme.html).toMatch(/<h2 id="readme-/);
});

test("answers are what the API description says", async () => {
  const paths: Record<string, string> = {
    getSession: "/api/session",
    getSignInOptions: "/api/auth-options",
    listRepositories: "/api/hub/repositories?q=a",
    getRepository: "/api/hub/repositories/labring/affine",
    getReadme: "/api/hub/repositories/labring/affine/readme",
  };
  for (const { route } of operations) {
    const path = paths[route.definition.id];
    if (!path || !route.definition.answer) continue;
    const body = await (await alice.fetch(path)).json();
    expect(route.definition.answer.safeParse(body).error).toBeUndefined();
  }
});

test("the description names every operation once, with its problem and its parameters", () => {
  const document = apiDescription(operations, "1.0.0") as {
    paths: Record<
      string,
      Record<string, { operationId: string; parameters: { name?: string; in?: string }[] }>
    >;
  };
  const ids = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  expect(new Set(ids).size).toBe(operations.length);
  for (const [path, methods] of Object.entries(document.paths))
    for (const [, name] of path.matchAll(/\{(\w+)\}/g))
      for (const { parameters } of Object.values(methods))
        expect(parameters).toContainEqual(expect.objectContaining({ name, in: "path", required: true }));
});

test("a provider's kinds, forms and actions come from its image", async () => {
  await hub.admin.create({
    apiVersion: API_VERSION,
    kind: "Provider",
    metadata: { name: "labring.postgres", labels: { [label.provider]: "labring.postgres" } },
    spec: { image: `labring/postgres@${digest}` },
  } as never);
  const ask = () => alice.fetch("/api/providers/labring.postgres");
  await expect.poll(async () => (await ask()).status).toBe(200);
  const provider = await (await ask()).json();
  expect(provider).toMatchObject({ name: "labring.postgres", title: "PostgreSQL", phase: "Pending" });
  expect(provider.kinds[0]).toMatchObject({ kind: "postgresql", plural: "postgresqls" });
  expect((await alice.fetch("/api/providers/labring.nothing")).status).toBe(404);
});
