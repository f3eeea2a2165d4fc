import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Browser, type HubUnderTest, startHubUnderTest } from "@/lib/auth/testing/hub.ts";
import { record } from "@/lib/hub/history.ts";
import { API_VERSION, type Repository } from "@/lib/model/resources.ts";
import { catalogueRoutes, type OrganizationPerson, organizationPeople } from "@/tools/tenancy/catalogue.ts";
import { routes } from "@/tools/tenancy/expected.ts";
import { answer } from "./answer.test-support.ts";
import { operations } from "./openapi.json/operations.ts";
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

describe("roles in an organization", () => {
  /** Everybody asks everything about an organization of their own making, with one private image in it. */
  test("answer everybody as the table says", async () => {
    const answers: Record<string, Partial<Record<OrganizationPerson, string>>> = {};
    const signedOut = new Browser(hub.config.url, answer);
    const everybody = { owner: alice, publisher: alice, viewer: alice, stranger: bob, administrator: admin };
    for (const person of organizationPeople) {
      const browser = { ...everybody, "signed out": signedOut }[person];
      const org = `roles-of-${person.replace(" ", "-")}`;
      const role = person === "publisher" || person === "viewer" || person === "owner" ? person : undefined;
      await makeOrganization(hub, org, [
        { user: "carol", role: "owner" },
        { user: "dave", role: "viewer" },
        ...(role ? [{ user: "alice", role }] : []),
      ]);
      const path = await repositoryIn(org);
      for (const id of Object.keys(catalogueRoutes)) {
        const [method, where, json] = asked(id, org, path, person);
        const { status, body } = await ask(browser, method, where, json);
        answers[id] = { ...answers[id], [person]: inWords(status, body) };
      }
    }
    expect(answers).toEqual(catalogueRoutes);
  });

  test("the two tables together name every operation on the catalogue, each once", () => {
    const inBoth = Object.keys(catalogueRoutes).filter((id) => id in routes);
    expect(inBoth).toEqual([]);
    const named = new Set([
      ...Object.keys(routes).map((id) => id.split(" ")[0]),
      ...Object.keys(catalogueRoutes),
    ]);
    const ours = operations.filter(({ path }) => path.startsWith("/api/hub/"));
    expect(ours.map(({ route }) => route.definition.id).filter((id) => !named.has(id))).toEqual([]);
  });
});

async function repositoryIn(org: string): Promise<string> {
  const made = await hub.admin.create<Repository>({
    apiVersion: API_VERSION,
    kind: "Repository",
    metadata: { name: `${org}.shop` },
    spec: { organization: org, repository: "shop", source: "registry.example/shop", visibility: "private" },
  });
  await record(hub.server.hub, made, made, { user: "carol", name: "Carol" });
  return `${REPOSITORIES}/${org}/shop`;
}

function asked(id: string, org: string, path: string, person: string): [string, string, unknown?] {
  const here = `${ORGANIZATIONS}/${org}`;
  const all: Record<string, [string, string, unknown?]> = {
    listOrganizations: ["GET", ORGANIZATIONS],
    createOrganization: ["POST", ORGANIZATIONS, { name: `made-by-${person.replace(" ", "-")}` }],
    acceptInvitation: ["POST", "/api/hub/invitations", { code: "nothing" }],
    previewReadme: ["POST", "/api/hub/preview", { markdown: "# Hi" }],
    getOrganization: ["GET", here],
    changeOrganization: ["PATCH", here, { displayName: "Roles" }],
    setOrganizationMember: ["PUT", `${here}/members/bob`, { role: "viewer" }],
    inviteToOrganization: ["POST", `${here}/invitations`, { role: "viewer" }],
    withdrawInvitation: ["DELETE", `${here}/invitations/abc`],
    setOrganizationCredentials: ["PUT", `${here}/credentials`, { credentials: [] }],
    listRegistryCredentials: ["GET", `${here}/credentials`],
    // The Hub may not connect there, which is said after the question who may.
    setRegistryCredential: ["PUT", `${here}/credentials/127.0.0.1`, { username: "bot", password: "secret" }],
    forgetRegistryCredential: ["DELETE", `${here}/credentials/registry.example`],
    addOrganizationKey: ["POST", `${here}/keys`, { publicKey: PUBLIC_KEY }],
    setOrganizationSignatures: ["PUT", `${here}/signatures`, { required: false }],
    removeOrganizationKey: ["DELETE", `${here}/keys/sha256:${"0".repeat(64)}`],
    setOrganizationTrust: ["PUT", `${here}/trust`, { trusted: false }],
    publishRepository: [
      "POST",
      REPOSITORIES,
      { organization: org, repository: "other", source: "registry.example/other", visibility: "private" },
    ],
    checkSource: ["POST", "/api/hub/sources", { organization: org, source: "127.0.0.1/other" }],
    getIndexing: ["GET", `${path}/indexing`],
    checkRepository: ["POST", `${path}/indexing`],
    getRepositoryWords: ["GET", `${path}/edit`],
    saveRepositoryWords: ["PUT", `${path}/edit`, { base: {}, words: { title: "Shop" } }],
    getRepositoryHistory: ["GET", `${path}/history`],
    restoreRepositoryWords: ["POST", `${path}/history/1`],
    changeRepository: ["PATCH", path, { visibility: "private" }],
    unpublishRepository: ["DELETE", path],
    removeOrganizationMember: ["DELETE", `${here}/members/dave`],
    deleteOrganization: ["DELETE", here],
  };
  const found = all[id];
  if (!found) throw new Error(`${id} is not asked here`);
  return found;
}

/** Conflicts, wrong codes and wrong fields come after the question who may ask. */
function inWords(status: number, body: { code?: string } | undefined): string {
  if (status < 300 || status === 409 || status === 422 || status === 429) return "yes";
  if (status === 401) return "sign in first";
  if (status === 403) return "refused";
  return status === 404 ? "no such workspace" : `${status} ${body?.code}`;
}
