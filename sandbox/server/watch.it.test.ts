import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client, next } from "../testing/client.ts";

let client: Client;
beforeAll(async () => {
  client = await Client.start({ history: { events: 50 } });
});
afterAll(() => client.stop());

let count = 0;
async function namespace(): Promise<string> {
  count += 1;
  const name = `watch-${count}`;
  expect((await client.post("/api/v1/namespaces", { metadata: { name } })).status).toBe(201);
  return `/api/v1/namespaces/${name}/secrets`;
}
const secret = (name: string, labels?: Record<string, string>) => ({ metadata: { name, labels } });

describe("a watch", () => {
  it("from a list's revision tells what came after it, in order, and nothing before", async () => {
    const path = await namespace();
    await client.post(path, secret("before"));
    const { body } = await client.get(path);
    const events = client.watch(`${path}?watch=1&resourceVersion=${body.metadata.resourceVersion}`);
    await client.post(path, secret("a"));
    await client.merge(`${path}/a`, { stringData: { k: "v" } });
    await client.delete(`${path}/a`);
    expect((await next(events)).type).toBe("ADDED");
    const modified = await next(events);
    expect(modified.type).toBe("MODIFIED");
    expect(modified.object.data).toEqual({ k: "dg==" });
    const deleted = await next(events);
    expect(deleted.type).toBe("DELETED");
    expect(Number(deleted.object.metadata.resourceVersion)).toBeGreaterThan(
      Number(modified.object.metadata.resourceVersion),
    );
  });

  it("without a revision begins with what there is", async () => {
    const path = await namespace();
    await client.post(path, secret("one"));
    const events = client.watch(`${path}?watch=1`);
    expect(await next(events)).toMatchObject({
      type: "ADDED",
      object: { kind: "Secret", metadata: { name: "one" } },
    });
  });

  it("with sendInitialEvents marks the end of what there was", async () => {
    const path = await namespace();
    await client.post(path, secret("one"));
    const query = "watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
    const events = client.watch(`${path}?${query}`);
    expect((await next(events)).type).toBe("ADDED");
    const bookmark = await next(events);
    expect(bookmark.type).toBe("BOOKMARK");
    expect(bookmark.object.metadata.annotations).toEqual({ "k8s.io/initial-events-end": "true" });
  });

  it("by labels tells of objects that begin and cease to match as added and deleted", async () => {
    const path = await namespace();
    const { body } = await client.get(path);
    const events = client.watch(
      `${path}?watch=1&labelSelector=on&resourceVersion=${body.metadata.resourceVersion}`,
    );
    await client.post(path, secret("other"));
    await client.post(path, secret("a"));
    await client.merge(`${path}/a`, { metadata: { labels: { on: "1" } } });
    await client.merge(`${path}/a`, { metadata: { labels: { on: null } } });
    expect(await next(events)).toMatchObject({ type: "ADDED", object: { metadata: { name: "a" } } });
    expect(await next(events)).toMatchObject({
      type: "DELETED",
      object: { metadata: { labels: { on: "1" } } },
    });
  });

  it("from a revision that history no longer reaches answers 410, as an event", async () => {
    const path = await namespace();
    const { body } = await client.get(path);
    for (let index = 0; index < 60; index += 1) await client.post(path, secret(`s${index}`));
    const event = await next(
      client.watch(`${path}?watch=1&resourceVersion=${body.metadata.resourceVersion}`),
    );
    expect(event).toMatchObject({ type: "ERROR", object: { kind: "Status", code: 410, reason: "Expired" } });
  });

  it("ends when its time is up", async () => {
    const path = await namespace();
    const { body } = await client.get(path);
    const events = client.watch(
      `${path}?watch=1&timeoutSeconds=1&resourceVersion=${body.metadata.resourceVersion}`,
    );
    expect((await events.next()).done).toBe(true);
  });
});

describe("a list", () => {
  it("in pages gives every object once", async () => {
    const path = await namespace();
    for (let index = 0; index < 7; index += 1) await client.post(path, secret(`s${index}`));
    const names: string[] = [];
    let token = "";
    do {
      const { body } = await client.get(`${path}?limit=3&continue=${token}`);
      names.push(...body.items.map(({ metadata }) => metadata.name));
      token = body.metadata.continue ?? "";
    } while (token);
    expect(names).toEqual(["s0", "s1", "s2", "s3", "s4", "s5", "s6"]);
  });
});
