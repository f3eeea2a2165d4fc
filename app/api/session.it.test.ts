import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Browser, type HubUnderTest, StreamReader, startHubUnderTest } from "@/lib/auth/testing/hub.ts";
import { API_VERSION, type Session } from "@/lib/model/resources.ts";
import type { StreamEvent } from "@/lib/model/stream.ts";
import { answer } from "./answer.test-support.ts";

let hub: HubUnderTest;
beforeAll(async () => {
  hub = await startHubUnderTest();
});
afterAll(() => hub?.stop());
const browser = () => new Browser(hub.config.url, answer);

async function signedIn(account: string): Promise<Browser> {
  const tab = browser();
  await tab.signIn(account);
  return tab;
}

async function openStream(tab: Browser, query: string): Promise<StreamReader<StreamEvent>> {
  const response = await tab.fetch(`/api/stream?${query}`);
  expect(response.status).toBe(200);
  return new StreamReader<StreamEvent>(response);
}

describe("signing in", () => {
  test("makes the workspace and tells the page about it", async () => {
    const tab = await signedIn("alice");
    const response = await tab.fetch("/api/session");
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      user: { uid: "alice", name: "Alice", administrator: false },
      workspaces: [{ namespace: "ns-alice", name: "Alice", role: "owner" }],
      demo: true,
    });
    const member = hub.web.as("system:serviceaccount:ns-alice:member-alice");
    expect((await member.list({ apiVersion: "v1", kind: "Secret", namespace: "ns-alice" })).items).toEqual(
      [],
    );
  });

  test("an administrator is who the manager says", async () => {
    const tab = await signedIn("admin");
    expect(await (await tab.fetch("/api/session")).json()).toMatchObject({ user: { administrator: true } });
  });

  test("an account that does not exist gets no session", async () => {
    const tab = browser();
    await tab.signIn("mallory");
    expect([...tab.cookies.keys()]).not.toContain("sealos-session");
    expect((await tab.fetch("/api/session")).status).toBe(401);
  });

  test("the cookie is out of reach for scripts and other sites", async () => {
    const tab = browser();
    const response = await tab.signIn("alice");
    const cookie = response.headers.getSetCookie().find((text) => text.startsWith("sealos-session="));
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Lax/i);
    expect(cookie).toMatch(/Path=\//i);
  });

  test("the session in the cluster does not tell what is in the cookie", async () => {
    const tab = await signedIn("bob");
    const sessions = await hub.admin.list<Session>({
      apiVersion: API_VERSION,
      kind: "Session",
      namespace: "sealos-system",
    });
    const mine = sessions.items.filter(({ spec }) => spec.user === "bob");
    expect(mine.length).toBeGreaterThan(0);
    for (const { metadata } of mine) expect(tab.cookies.get("sealos-session")).not.toContain(metadata.name);
  });

  test("a changed cookie is worth nothing", async () => {
    const tab = await signedIn("bob");
    const cookie = tab.cookies.get("sealos-session") ?? "";
    tab.cookies.set("sealos-session", `${cookie.slice(0, -4)}AAAA`);
    const response = await tab.fetch("/api/session", {
      headers: { "accept-language": "zh-CN,zh;q=0.9,en;q=0.5" },
    });
    expect(response.status).toBe(401);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ code: "signed-out", title: "您已退出登录" });
  });

  test("all first sign-ins at once make one workspace each", async () => {
    const tabs = await Promise.all(Array.from({ length: 6 }, () => signedIn("bob")));
    for (const tab of tabs) expect((await tab.fetch("/api/session")).status).toBe(200);
    const { items } = await hub.admin.list({ apiVersion: "v1", kind: "ResourceQuota", namespace: "ns-bob" });
    expect(items.map(({ metadata }) => metadata.name)).toEqual(["quota", "records"]);
  });
});

describe("signing out", () => {
  test("ends the session on the server, its streams, and what another replica believes", async () => {
    const tab = await signedIn("alice");
    const stream = await openStream(tab, "namespace=ns-alice&topic=apps");
    await stream.find(({ type }) => type === "ready");
    const stolen = new Browser(hub.config.url, answer);
    for (const [name, value] of tab.cookies) stolen.cookies.set(name, value);
    await tab.signOut();
    expect(await stream.find(({ type }) => type === "closed")).toEqual({
      type: "closed",
      reason: "signed-out",
    });
    await stream.closed;
    expect((await stolen.fetch("/api/session")).status).toBe(401);
  });

  test("a session that an administrator deletes closes streams at once", async () => {
    const tab = await signedIn("bob");
    const stream = await openStream(tab, "namespace=ns-bob&topic=apps");
    await stream.find(({ type }) => type === "ready");
    const ref = { apiVersion: API_VERSION, kind: "Session", namespace: "sealos-system" };
    for (const { metadata } of (await hub.admin.list<Session>(ref)).items)
      await hub.admin.delete({ ...ref, name: metadata.name });
    expect(await stream.find(({ type }) => type === "closed")).toEqual({
      type: "closed",
      reason: "signed-out",
    });
    expect((await tab.fetch("/api/session")).status).toBe(401);
  });
});

test("a session that is over is no session, also before anybody removes it", async () => {
  const sid = await hub.server.hub.sessions.open("alice", -1);
  expect(await hub.server.hub.sessions.find(sid)).toBeUndefined();
});

test("a request from another site's page is refused", async () => {
  const tab = await signedIn("alice");
  const patch = (headers: Record<string, string>) =>
    tab.fetch("/api/namespaces/ns-alice/desktop", { method: "PATCH", json: { theme: "dark" }, headers });
  expect((await patch({})).status).toBe(200);
  expect((await patch({ "x-requested-with": "" })).status).toBe(403);
  expect((await patch({ "sec-fetch-site": "cross-site" })).status).toBe(403);
  expect((await patch({ origin: "https://evil.example" })).status).toBe(403);
});
