import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Browser, type HubUnderTest, startHubUnderTest } from "@/lib/auth/testing/hub.ts";
import { answer } from "./answer.test-support.ts";

let issuer: { url: string; server: HttpServer };
let hub: HubUnderTest;

/** A real issuer on loopback whose sign-in form says yes to whoever it is told. */
async function startIssuer(hubUrl: string): Promise<typeof issuer> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(url, {
    clients: [
      {
        client_id: "hub",
        client_secret: "a-secret-for-tests-only",
        redirect_uris: [`${hubUrl}/api/auth/callback/oidc`],
      },
    ],
    cookies: { keys: ["test"] },
    claims: { openid: ["sub"], email: ["email"], profile: ["name"] },
    conformIdTokenClaims: false,
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, name: `Name of ${id}`, email: `${id}@example.com` }),
    }),
  });
  server.on("request", provider.callback());
  return { url, server };
}

beforeAll(async () => {
  const url = "http://hub.test";
  issuer = await startIssuer(url);
  hub = await startHubUnderTest({
    HUB_URL: url,
    HUB_DEMO: "0",
    OIDC_ISSUER: issuer.url,
    OIDC_CLIENT_ID: "hub",
    OIDC_CLIENT_SECRET: "a-secret-for-tests-only",
    OIDC_NAME: "Test issuer",
  });
});
afterAll(async () => {
  await hub?.stop();
  issuer?.server.closeAllConnections();
  issuer?.server.close();
});

/** Follows redirects among the hub and the issuer as a browser does; fills in the issuer's two forms. */
async function signIn(login: string, tamper: (address: URL) => void = () => undefined): Promise<Browser> {
  const tab = new Browser(hub.config.url, answer);
  const atIssuer = new Browser(issuer.url, (request) => fetch(request, { redirect: "manual" }));
  const { csrfToken } = (await (await tab.fetch("/api/auth/csrf")).json()) as { csrfToken: string };
  let response = await tab.fetch("/api/auth/signin/oidc", {
    method: "POST",
    json: { csrfToken, callbackUrl: "/", json: "true" },
  });
  let next = ((await response.json()) as { url: string }).url;
  for (let hops = 0; hops < 20; hops++) {
    const address = new URL(next, next.startsWith("/") ? issuer.url : undefined);
    if (address.origin === hub.config.url) {
      if (address.pathname !== "/api/auth/callback/oidc") return tab;
      tamper(address);
      await tab.fetch(`${address.pathname}${address.search}`);
      return tab;
    }
    response = await atIssuer.fetch(`${address.pathname}${address.search}`);
    const html = response.status === 200 ? await response.text() : "";
    if (html) {
      const action = /action="([^"]+)"/.exec(html)?.[1] ?? "";
      const prompt = /name="prompt" value="(\w+)"/.exec(html)?.[1] ?? "";
      const form = new URLSearchParams({ prompt, ...(prompt === "login" && { login, password: "any" }) });
      response = await atIssuer.fetch(new URL(action, issuer.url).pathname, { method: "POST", body: form });
    }
    next = response.headers.get("location") ?? "";
  }
  throw new Error("the sign-in did not come to an end");
}

test("somebody whom the issuer vouches for gets a workspace of their own, the same every time", async () => {
  const first = (await (await (await signIn("heidi")).fetch("/api/session")).json()) as Record<
    string,
    unknown
  >;
  expect(first).toMatchObject({
    user: { name: "Name of heidi", email: "heidi@example.com", administrator: false },
    demo: false,
  });
  const again = await (await (await signIn("heidi")).fetch("/api/session")).json();
  expect(again).toEqual(first);
  const other = (await (await (await signIn("ivan")).fetch("/api/session")).json()) as typeof first;
  expect(other.workspaces).not.toEqual(first.workspaces);
  expect((first.user as { uid: string }).uid).toMatch(/^u[a-z2-7]{20}$/);
});

test("an answer with a changed state is refused", async () => {
  const tab = await signIn("mallory", (address) => address.searchParams.set("state", "another"));
  expect((await tab.fetch("/api/session")).status).toBe(401);
});

test("a code that the issuer did not give out is refused", async () => {
  const tab = await signIn("mallory", (address) => address.searchParams.set("code", "made-up"));
  expect((await tab.fetch("/api/session")).status).toBe(401);
});

test("demo accounts do not exist where they are not asked for", async () => {
  const tab = new Browser(hub.config.url, answer);
  await tab.signIn("alice");
  expect((await tab.fetch("/api/session")).status).toBe(401);
  expect(await (await tab.fetch("/api/auth-options")).json()).toEqual({
    demo: [],
    oidc: { name: "Test issuer" },
  });
});
