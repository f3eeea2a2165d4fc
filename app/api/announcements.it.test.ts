import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { Browser, type HubUnderTest, startHubUnderTest } from "@/lib/auth/testing/hub.ts";
import { Cluster } from "@/lib/cluster/index.ts";
import { provisionAdministrators } from "@/lib/install/provision.ts";
import { type Announcement, API_VERSION } from "@/lib/model/resources.ts";
import type { AnnouncementView, StreamEvent } from "@/lib/model/stream.ts";
import { answer } from "./answer.test-support.ts";

let hub: HubUnderTest;
let alice: Browser;
let bob: Browser;
let root: Browser;
const address = "/api/administration/announcements";
const KIND = { apiVersion: API_VERSION, kind: "Announcement" };
const SLOW = { timeout: 20_000 };
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();

beforeAll(async () => {
  hub = await startHubUnderTest();
  [alice, bob, root] = [0, 1, 2].map(() => new Browser(hub.config.url, answer)) as [
    Browser,
    Browser,
    Browser,
  ];
  await Promise.all([alice.signIn("alice"), bob.signIn("bob"), root.signIn("admin")]);
});
beforeEach(async () => {
  const { items } = await hub.admin.list<Announcement>(KIND);
  await Promise.all(items.map(({ metadata }) => hub.admin.delete({ ...KIND, name: metadata.name })));
});
afterAll(() => hub?.stop());

/** What the person's desktop is told, as long as the test looks. */
async function told(person: Browser, uid: string) {
  const stop = new AbortController();
  const path = `/api/stream?namespace=ns-${uid}&topic=announcements`;
  const response = await person.fetch(path, { signal: stop.signal });
  expect(response.status).toBe(200);
  const shown = new Map<string, AnnouncementView>();
  const events: string[] = [];
  const read = async () => {
    let text = "";
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      const parts = text.split("\n\n");
      text = parts.pop() ?? "";
      for (const part of parts.filter((each) => each.startsWith("data: "))) {
        events.push(part);
        const event = JSON.parse(part.slice(6)) as StreamEvent;
        if (event.type === "snapshot")
          for (const { key, value } of event.items) shown.set(key, value as AnnouncementView);
        if (event.type === "upsert") shown.set(event.item.key, event.item.value as AnnouncementView);
        if (event.type === "remove") shown.delete(event.key);
      }
    }
  };
  read().catch(() => undefined);
  return { shown, events, stop: () => stop.abort() };
}
const post = async (words: object, person = root) => {
  const response = await person.fetch(address, { method: "POST", json: words });
  return { status: response.status, body: await response.json() };
};

describe("an announcement", () => {
  test("reaches two tenants at once, changes, and goes when it is ended", async () => {
    const [a, b] = [await told(alice, "alice"), await told(bob, "bob")];
    const zh = { title: "维护", text: "**今晚**" };
    const { status, body } = await post({ title: "Upkeep", text: "**Tonight**", zh, severity: "warning" });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      html: "<p><strong>Tonight</strong></p>",
      zhHtml: "<p><strong>今晚</strong></p>",
    });
    for (const { shown } of [a, b])
      await vi.waitFor(
        () =>
          expect(shown.get(body.name)).toMatchObject({
            ...{ severity: "warning", title: "Upkeep", html: "<p><strong>Tonight</strong></p>" },
            i18n: { zh: { title: "维护", html: "<p><strong>今晚</strong></p>" } },
          }),
        SLOW,
      );
    const before = a.shown.get(body.name)?.edition;
    const path = `${address}/${body.name}`;
    await root.fetch(path, { method: "PATCH", json: { severity: "critical" } });
    await vi.waitFor(() => expect(a.shown.get(body.name)?.severity).toBe("critical"), SLOW);
    expect(a.shown.get(body.name)?.edition).not.toBe(before);
    const ended = await root.fetch(path, { method: "PATCH", json: { end: true } });
    expect(await ended.json()).toMatchObject({ state: "ended", title: "Upkeep" });
    for (const { shown } of [a, b]) await vi.waitFor(() => expect(shown.size).toBe(0), SLOW);
    a.stop();
    b.stop();
  });

  test("is in no stream before its time, and comes and goes with it", async () => {
    const { shown, events, stop } = await told(alice, "alice");
    const { body } = await post({ title: "Secret until then", from: inHours(1) });
    expect(body.state).toBe("scheduled");
    const marker = await post({ title: "Marker" });
    await vi.waitFor(() => expect(shown.has(marker.body.name)).toBe(true), SLOW);
    expect(events.join()).not.toContain("Secret until then");
    const inASecond = () => new Date(Date.now() + 1_000).toISOString();
    const change = (times: object) => root.fetch(`${address}/${body.name}`, { method: "PATCH", json: times });
    const from = inASecond();
    expect((await change({ from })).status).toBe(200);
    await vi.waitFor(() => expect(shown.has(body.name)).toBe(true), SLOW);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(from));
    const until = inASecond();
    expect((await change({ until })).status).toBe(200);
    await vi.waitFor(() => expect(shown.has(body.name)).toBe(false), SLOW);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(until));
    stop();
  });

  test("that kubectl makes is shown as one of the page's, without scripts, forms or images", async () => {
    const { shown, stop } = await told(bob, "bob");
    const text = [
      "<script>alert(1)</script><img src=x onerror=alert(1)>",
      "[click](javascript:alert(1)) <form action=/api><button>Go</button></form>",
      "<iframe src=https://evil.example></iframe>",
    ].join("\n\n");
    await hub.admin.create<Announcement>({
      ...KIND,
      kind: "Announcement",
      metadata: { name: "by-hand" },
      spec: { title: "<b>By hand</b>", text },
    });
    const view = await vi.waitFor(() => {
      const found = shown.get("by-hand");
      expect(found).toBeDefined();
      return found as AnnouncementView;
    }, SLOW);
    expect(view.severity).toBe("info");
    expect(view.html).not.toMatch(/<(script|img|form|iframe|button)|javascript:|onerror/);
    expect((await (await root.fetch(address)).json())[0]).toMatchObject({ name: "by-hand", text });
    stop();
  });
});

describe("what is wrong with an announcement is said, and nothing is made", () => {
  test.each([
    ["an end before its beginning", { title: "T", from: inHours(2), until: inHours(1) }, 422],
    ["a severity that there is not", { title: "T", severity: "fatal" }, 400],
    ["no title", { title: " " }, 400],
    ["a text of a megabyte", { title: "T", text: "a".repeat(1024 * 1024) }, 400],
    ["a time that is none", { title: "T", from: "tomorrow" }, 400],
  ])("%s", async (_, words, status) => {
    const answered = await post(words);
    expect([400, 413, 422]).toContain(answered.status);
    expect(answered.status === status || answered.status === 413).toBe(true);
    expect((await hub.admin.list<Announcement>(KIND)).items).toEqual([]);
  });

  test("to kubectl as well", async () => {
    const make = (spec: object) =>
      hub.admin.create({ ...KIND, metadata: { name: "wrong" }, spec } as Announcement);
    await expect(make({ title: "T", from: inHours(2), until: inHours(1) })).rejects.toThrow(/until/);
    await expect(make({ title: "T", severity: "fatal" })).rejects.toThrow(/severity/);
    await expect(make({ title: "T", text: "a".repeat(1024 * 1024) })).rejects.toThrow(/text/);
  });

  test("an end that would come before its beginning, in a change", async () => {
    const { body } = await post({ title: "T", from: inHours(2) });
    const path = `${address}/${body.name}`;
    const refused = await root.fetch(path, { method: "PATCH", json: { until: inHours(1) } });
    expect(refused.status).toBe(422);
    expect((await refused.json()).fields).toMatchObject([{ field: "until" }]);
    const ended = await root.fetch(path, { method: "PATCH", json: { end: true } });
    expect(await ended.json()).toMatchObject({ state: "ended" });
  });
});

test("nobody but administrators writes or lists announcements, with the page or without", async () => {
  const { body } = await post({ title: "Mine" });
  for (const [method, path, json] of [
    ["GET", address, undefined],
    ["POST", address, { title: "Forged" }],
    ["PATCH", `${address}/${body.name}`, { title: "Forged" }],
    ["DELETE", `${address}/${body.name}`, undefined],
  ] as const)
    expect((await alice.fetch(path, { method, json })).status).toBe(403);
  const member = Cluster.fromKubeconfig(await hub.cluster.accountKubeconfig("ns-alice", "member-alice"));
  const forged = {
    ...KIND,
    kind: "Announcement" as const,
    metadata: { name: "forged" },
    spec: { title: "F" },
  };
  for (const cluster of [member, hub.web]) {
    await expect(cluster.create<Announcement>(forged)).rejects.toThrow(/forbidden/i);
    await expect(cluster.delete({ ...KIND, name: body.name })).rejects.toThrow(/forbidden/i);
  }
  await expect(member.list(KIND)).rejects.toThrow(/forbidden/i);
});

test("two administrators see and change the same announcements, and a tenant who becomes one sees them from then on", async () => {
  const { body } = await post({ title: "Ours", from: inHours(5) });
  expect((await bob.fetch(address)).status).toBe(403);
  await provisionAdministrators(hub.admin, ["admin", "bob"]);
  const seen = await vi.waitFor(async () => {
    const response = await bob.fetch(address);
    expect(response.status).toBe(200);
    return response.json();
  }, SLOW);
  expect(seen).toEqual(await (await root.fetch(address)).json());
  const path = `${address}/${body.name}`;
  const [one, other] = await Promise.all([
    root.fetch(path, { method: "PATCH", json: { severity: "critical" } }),
    bob.fetch(path, { method: "PATCH", json: { text: "By the other" } }),
  ]);
  expect([one.status, other.status]).toEqual([200, 200]);
  for (const person of [root, bob])
    expect(await (await person.fetch(address)).json()).toMatchObject([
      { title: "Ours", text: "By the other", severity: "critical", state: "scheduled" },
    ]);
  expect((await alice.fetch(address)).status).toBe(403);
  await provisionAdministrators(hub.admin, ["admin"]);
});
