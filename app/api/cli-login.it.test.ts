import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Browser, type HubUnderTest, startHubUnderTest } from "@/lib/auth/testing/hub.ts";
import { provisionTenant } from "@/lib/install/provision.ts";
import type { KubernetesObject } from "@/lib/model/kubernetes.ts";
import { API_VERSION, type Session } from "@/lib/model/resources.ts";
import { answer } from "./answer.test-support.ts";

const DEVICE = "urn:ietf:params:oauth:grant-type:device_code";
const CALLBACK = "http://127.0.0.1:4711/callback";

let hub: HubUnderTest;
let alice: Browser;
let bob: Browser;

beforeAll(async () => {
  hub = await startHubUnderTest({ KUBERNETES_PUBLIC_URL: "https://kubernetes.test:6443" });
  [alice, bob] = [new Browser(hub.config.url, answer), new Browser(hub.config.url, answer)];
  await alice.signIn("alice");
  await bob.signIn("bob");
});
afterAll(() => hub?.stop());

/** A command line: no cookies, a token once it has one. */
function commandLine(token?: string) {
  const client = new Browser(hub.config.url, answer);
  return (path: string, method = "GET", json?: unknown, headers: Record<string, string> = {}) =>
    client.fetch(path, {
      method,
      ...(json !== undefined && { json }),
      headers: { ...(token && { authorization: `Bearer ${token}` }), ...headers },
    });
}

interface Started {
  device_code: string;
  user_code: string;
  verification_uri_complete: string;
}

async function startDevice(host = "laptop"): Promise<Started> {
  const response = await commandLine()("/api/cli/device", "POST", { host });
  expect(response.status).toBe(200);
  return (await response.json()) as Started;
}

const redeemDevice = (device_code: string) =>
  commandLine()("/api/cli/token", "POST", { grant_type: DEVICE, device_code });

const decide = (browser: Browser, code: string, approve = true) =>
  browser.fetch(`/api/cli/requests/${code}`, { method: "POST", json: { approve } });

async function login(browser = alice): Promise<string> {
  const { device_code, user_code } = await startDevice();
  expect((await decide(browser, user_code)).status).toBe(204);
  const answered = (await (await redeemDevice(device_code)).json()) as { access_token: string };
  return answered.access_token;
}

const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;
const detailOf = async (response: Response) => ((await response.json()) as { detail: string }).detail;

function proof() {
  const verifier = randomBytes(32).toString("base64url");
  return { verifier, challenge: createHash("sha256").update(verifier).digest("base64url") };
}

const authorize = (browser: Browser, challenge: string, more: object = {}) =>
  browser.fetch("/api/cli/authorize", {
    method: "POST",
    json: {
      host: "laptop",
      redirect_uri: CALLBACK,
      code_challenge: challenge,
      state: "a-state-of-the-command-line",
      approve: true,
      ...more,
    },
  });

const redeemCode = (code: string, verifier: string, redirect_uri = CALLBACK) =>
  commandLine()("/api/cli/token", "POST", {
    grant_type: "authorization_code",
    code,
    code_verifier: verifier,
    redirect_uri,
  });

describe("with a device code", () => {
  test("a command line is who confirmed it, once they have", async () => {
    const { device_code, user_code, verification_uri_complete } = await startDevice("build-machine");
    expect(verification_uri_complete).toBe(`http://hub.test/cli?code=${user_code}`);
    const early = await redeemDevice(device_code);
    expect([early.status, await detailOf(early)]).toEqual([
      400,
      expect.stringContaining("Nobody has answered"),
    ]);
    const shown = await alice.fetch(`/api/cli/requests/${user_code.toLowerCase().replace("-", " ")}`);
    expect(await shown.json()).toEqual({ code: user_code, host: "build-machine" });
    expect((await decide(alice, user_code)).status).toBe(204);
    const redeemed = (await (await redeemDevice(device_code)).json()) as Record<string, unknown>;
    expect(redeemed).toMatchObject({ token_type: "Bearer", uid: "alice", expires_in: 7 * 24 * 3600 });
    const session = await commandLine(String(redeemed.access_token))("/api/session");
    expect(await session.json()).toMatchObject({
      user: { uid: "alice", name: "Alice", administrator: false },
      workspaces: [{ namespace: "ns-alice", role: "owner" }],
    });
  });

  test("another replica takes the next step", async () => {
    const { deviceCode, userCode } = await hub.replica().hub.cliLogins.request("laptop");
    expect((await decide(alice, userCode)).status).toBe(204);
    const taken = await hub.replica().hub.cliLogins.redeemDevice(deviceCode, 60);
    expect(taken.user).toBe("alice");
  });

  test("a code works once", async () => {
    const { device_code, user_code } = await startDevice();
    await decide(alice, user_code);
    expect((await redeemDevice(device_code)).status).toBe(200);
    expect((await redeemDevice(device_code)).status).toBe(400);
    expect((await decide(bob, user_code)).status).toBe(400);
  });

  test("of two that take the same code at once, one gets in", async () => {
    const { device_code, user_code } = await startDevice();
    await decide(alice, user_code);
    const answers = await Promise.all([redeemDevice(device_code), redeemDevice(device_code)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
  });

  test("the code that people see signs nobody in", async () => {
    const { user_code } = await startDevice();
    await decide(alice, user_code);
    for (const guess of [user_code, `${user_code}.`, `${user_code}.${"A".repeat(43)}`])
      expect((await redeemDevice(guess)).status).toBe(400);
  });

  test("who was refused is told so", async () => {
    const { device_code, user_code } = await startDevice();
    await decide(alice, user_code, false);
    const refused = await redeemDevice(device_code);
    expect([refused.status, await detailOf(refused)]).toEqual([403, expect.stringContaining("refused")]);
  });

  test("nobody confirms without being signed in, nor a command line for another", async () => {
    const { user_code } = await startDevice();
    expect((await decide(new Browser(hub.config.url, answer), user_code)).status).toBe(401);
    const stolen = commandLine(await login());
    expect((await stolen(`/api/cli/requests/${user_code}`, "POST", { approve: true })).status).toBe(403);
    const { challenge } = proof();
    const body = {
      host: "x",
      redirect_uri: CALLBACK,
      code_challenge: challenge,
      state: "a".repeat(20),
      approve: true,
    };
    expect((await stolen("/api/cli/authorize", "POST", body)).status).toBe(403);
  });

  test("another site's page cannot confirm", async () => {
    const { user_code } = await startDevice();
    const post = (headers: Record<string, string>) =>
      alice.fetch(`/api/cli/requests/${user_code}`, { method: "POST", json: { approve: true }, headers });
    expect((await post({ "x-requested-with": "" })).status).toBe(403);
    expect((await post({ "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await post({ origin: "https://evil.test" })).status).toBe(403);
  });

  test("a host that is no plain name is not asked about", async () => {
    for (const host of ["<b>bank</b>", "a\u202Eb", "", "x".repeat(65), "a\nb"])
      expect((await commandLine()("/api/cli/device", "POST", { host })).status).toBe(400);
  });

  test("asking all the time, and guessing codes, are stopped", async () => {
    const { device_code } = await startDevice();
    const polls: number[] = [];
    for (let at = 0; at < 20; at++) polls.push((await redeemDevice(device_code)).status);
    expect(polls.at(-1)).toBe(429);
    const guesser = new Browser(hub.config.url, answer);
    await guesser.signIn("admin");
    const guesses: number[] = [];
    for (let at = 0; at < 61; at++) guesses.push((await guesser.fetch("/api/cli/requests/BBBB-BBBB")).status);
    expect(guesses.at(-1)).toBe(429);
  });
});

describe("with a browser on the same machine", () => {
  test("the code goes back to where the command line listens, and is worth something with its verifier only", async () => {
    const { verifier, challenge } = proof();
    const response = await authorize(alice, challenge);
    const { redirect } = (await response.json()) as { redirect: string };
    const url = new URL(redirect);
    expect(`${url.origin}${url.pathname}`).toBe(CALLBACK);
    expect(url.searchParams.get("state")).toBe("a-state-of-the-command-line");
    const code = url.searchParams.get("code") ?? "";
    const redeemed = await redeemCode(code, verifier);
    expect(await redeemed.json()).toMatchObject({ uid: "alice", token_type: "Bearer" });
    expect((await redeemCode(code, verifier)).status).toBe(400);
  });

  test("whoever caught the code and not its verifier uses it up in vain", async () => {
    const { verifier, challenge } = proof();
    const { redirect } = (await (await authorize(alice, challenge)).json()) as { redirect: string };
    const code = new URL(redirect).searchParams.get("code") ?? "";
    expect((await redeemCode(code, proof().verifier)).status).toBe(400);
    expect((await redeemCode(code, verifier)).status).toBe(400);
  });

  test("a code is for the port that it was made for", async () => {
    const { verifier, challenge } = proof();
    const { redirect } = (await (await authorize(alice, challenge)).json()) as { redirect: string };
    const code = new URL(redirect).searchParams.get("code") ?? "";
    expect((await redeemCode(code, verifier, "http://127.0.0.1:4712/callback")).status).toBe(400);
  });

  test.each([
    "https://evil.test/callback",
    "http://localhost:4711/callback",
    "http://127.0.0.1.evil.test:4711/callback",
    "http://127.0.0.1:4711@evil.test/callback",
    "http://127.0.0.1:4711/callback#x",
    "http://127.0.0.1/callback",
    "javascript:alert(1)",
  ])("%s is no place for a code", async (redirect_uri) => {
    const { challenge } = proof();
    expect((await authorize(alice, challenge, { redirect_uri })).status).toBe(400);
  });

  test("who refuses sends no code", async () => {
    const { redirect } = (await (await authorize(alice, proof().challenge, { approve: false })).json()) as {
      redirect: string;
    };
    const { searchParams } = new URL(redirect);
    expect([searchParams.get("code"), searchParams.get("error")]).toEqual([null, "access_denied"]);
  });
});

describe("a command line's session", () => {
  test("is kept as a hash, and no step of a sign-in can be taken for one", async () => {
    const token = await login();
    const { deviceCode, userCode } = await hub.server.hub.cliLogins.request("laptop");
    const { items } = await hub.admin.list<Session>({
      apiVersion: API_VERSION,
      kind: "Session",
      namespace: "sealos-system",
    });
    const text = JSON.stringify(items);
    for (const secret of [token, token.slice(7), deviceCode, userCode]) expect(text).not.toContain(secret);
    expect(items.some(({ spec }) => spec.purpose === "cli" && spec.user === "alice")).toBe(true);
    for (const bearer of [deviceCode, userCode, items[0]?.metadata.name ?? ""])
      expect((await commandLine(bearer.replace(".", "_"))("/api/session")).status).toBe(401);
  });

  test("is no way around the header that other sites cannot send", async () => {
    const ask = commandLine(await login());
    const body = { image: "labring/none:latest" };
    const response = await ask("/api/namespaces/ns-alice/plan", "POST", body, { "x-requested-with": "" });
    expect([response.status, await codeOf(response)]).toEqual([403, "forbidden"]);
  });

  test("with a wrong token, a cookie beside it does not count", async () => {
    const response = await alice.fetch("/api/session", {
      headers: { authorization: "Bearer hubcli_wrong-wrong-wrong-wrong" },
    });
    expect(response.status).toBe(401);
  });

  test("ends with hub logout, and others stay", async () => {
    const [one, other] = [commandLine(await login()), commandLine(await login())];
    expect((await one("/api/session", "DELETE")).status).toBe(204);
    expect((await one("/api/session")).status).toBe(401);
    expect((await one("/api/namespaces/ns-alice/credential", "POST")).status).toBe(401);
    expect((await other("/api/session")).status).toBe(200);
  });

  test("ends with signing out everywhere, which leaves other people's alone", async () => {
    const [mine, bobs] = [commandLine(await login()), commandLine(await login(bob))];
    const browser = new Browser(hub.config.url, answer);
    await browser.signIn("alice");
    expect((await browser.fetch("/api/sessions", { method: "DELETE" })).status).toBe(204);
    expect((await mine("/api/session")).status).toBe(401);
    expect((await alice.fetch("/api/session")).status).toBe(401);
    expect((await bobs("/api/session")).status).toBe(200);
    await alice.signIn("alice");
  });

  test("ends when its time is over", async () => {
    const token = await hub.server.hub.sessions.open("alice", 0, undefined, { host: "laptop" });
    expect((await commandLine(token)("/api/session")).status).toBe(401);
  });
});

describe("a token of the cluster", () => {
  interface Token {
    token: string;
    expirationTimestamp: string;
  }
  const ask = async (token: string, namespace: string) =>
    commandLine(token)(`/api/namespaces/${namespace}/credential`, "POST");
  const secrets = (namespace: string) => ({ apiVersion: "v1", kind: "Secret", namespace });

  test("is of the person's own account there, for ten minutes", async () => {
    const response = await ask(await login(), "ns-alice");
    expect(response.status).toBe(201);
    const { token, expirationTimestamp } = (await response.json()) as Token;
    const minutes = (Date.parse(expirationTimestamp) - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(8);
    expect(minutes).toBeLessThanOrEqual(10.1);
    const kubernetes = hub.cluster.anonymous(token);
    const review = (await kubernetes.request("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", {
      body: { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" },
    })) as { status: { userInfo: { username: string } } };
    expect(review.status.userInfo.username).toBe("system:serviceaccount:ns-alice:member-alice");
    await expect(kubernetes.list(secrets("ns-alice"))).resolves.toBeDefined();
    await expect(kubernetes.list(secrets("ns-bob"))).rejects.toMatchObject({ status: 403 });
  });

  test("is not given to browsers", async () => {
    const response = await alice.fetch("/api/namespaces/ns-alice/credential", { method: "POST" });
    expect([response.status, await codeOf(response)]).toEqual([403, "forbidden"]);
  });

  test("of another's workspace is refused as if there were none", async () => {
    const token = await login(bob);
    const [there, nowhere] = await Promise.all([ask(token, "ns-alice"), ask(token, "ns-nobody")]);
    expect([there.status, nowhere.status]).toEqual([404, 404]);
    for (const namespace of ["sealos-system", "kube-system"])
      expect((await ask(token, namespace)).status).toBe(404);
  });

  test.each(["editor", "viewer"] as const)("gives an %s that role, and nobody else's", async (role) => {
    const owner = role === "editor" ? "carol" : "dave";
    await provisionTenant(
      hub.admin,
      { uid: owner, subject: owner },
      {
        members: [
          { uid: "bob", role },
          { uid: "eve", role: "editor" },
        ],
      },
    );
    const namespace = `ns-${owner}`;
    await expect.poll(() => hub.server.hub.members.has("bob", namespace)).toBe(true);
    const session = await login(bob);
    await expect.poll(async () => (await ask(session, namespace)).status).toBe(201);
    const { token } = (await (await ask(session, namespace)).json()) as Token;
    const kubernetes = hub.cluster.anonymous(token);
    const object = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "mine", namespace },
    } as KubernetesObject;
    const written = kubernetes.create(object);
    if (role === "editor") await expect(written).resolves.toBeDefined();
    else await expect(written).rejects.toMatchObject({ status: 403 });
    for (const account of [`member-${owner}`, "member-eve", "installer", owner])
      await expect(
        kubernetes.request("POST", `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`, {
          body: { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} },
        }),
      ).rejects.toMatchObject({ status: 403 });
  });

  test("is never the web server's to ask for itself", async () => {
    const user = "system:serviceaccount:sealos-system:web";
    const asked = { group: "", resource: "serviceaccounts", subresource: "token", namespace: "ns-alice" };
    const review = await hub.admin.create({
      apiVersion: "authorization.k8s.io/v1",
      kind: "SubjectAccessReview",
      metadata: { name: "" },
      spec: { user, resourceAttributes: { verb: "create", ...asked, name: "member-alice" } },
    } as KubernetesObject);
    expect(review.status).toMatchObject({ allowed: false });
  });

  test("comes with the address that an administrator named", async () => {
    const response = await commandLine(await login())("/api/cli/cluster");
    expect(await response.json()).toEqual({ server: "https://kubernetes.test:6443" });
  });
});
