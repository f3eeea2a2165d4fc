import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ScriptedServer } from "../../lib/cluster/testing/scripted-server.ts";
import { evenly } from "./faults.ts";
import { FaultProxy } from "./proxy.ts";

let server: ScriptedServer;
let proxy: FaultProxy;

beforeEach(async () => {
  server = await new ScriptedServer().start();
  proxy = await FaultProxy.start({ upstream: server.url, seed: 42 });
});
afterEach(async () => {
  await proxy.stop();
  await server.stop();
});

const LIST = "/api/v1/configmaps";
const get = (path = LIST, signal?: AbortSignal) => fetch(`${proxy.url}${path}`, signal ? { signal } : {});
const post = () => fetch(`${proxy.url}${LIST}`, { method: "POST", body: "{}" });

/** Opens a watch; resolves with a reader of its text once the headers are there. */
async function watch() {
  const response = await get(`${LIST}?watch=true`);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  return {
    next: async () => {
      const { value, done } = await reader.read();
      return done ? undefined : new TextDecoder().decode(value);
    },
  };
}

const failed = (promise: Promise<unknown>) =>
  promise.then(
    () => false,
    () => true,
  );

describe("the proxy", () => {
  test("passes requests on, keeps connections, and notes what passed", async () => {
    server.put("a", "1");
    for (let round = 0; round < 10; round++) {
      expect(await (await get()).json()).toMatchObject({ items: [{ metadata: { name: "a" } }] });
    }
    expect(proxy.connections).toBeLessThan(4);
    expect(proxy.exchanges).toMatchObject(Array(10).fill({ method: "GET", path: LIST, status: 200 }));
  });

  test("passes each event of a watch on when it comes", async () => {
    const events = await watch();
    server.send({ type: "ADDED", object: { n: 1 } });
    expect(await events.next()).toContain('"n":1');
    server.send({ type: "ADDED", object: { n: 2 } });
    expect(await events.next()).toContain('"n":2');
    expect(proxy.openWatches).toEqual([`${LIST}?watch=true`]);
  });

  test("makes the requests fail that it is told to, and no others", async () => {
    proxy.next({
      matches: ({ method }) => method === "POST",
      fault: { kind: "answer", status: 429, reason: "TooManyRequests", retryAfterSeconds: 7 },
    });
    expect((await get()).status).toBe(200);
    const refused = await post();
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "7"]);
    expect(server.requests).toHaveLength(1);
    await post();
    expect(server.requests).toHaveLength(2);
  });

  test("loses an answer after the server has carried the request out", async () => {
    proxy.next({ matches: () => true, fault: { kind: "lost", how: "reset" } });
    expect(await failed(get())).toBe(true);
    expect(server.requests).toHaveLength(1);
    proxy.next({ matches: () => true, fault: { kind: "lost", how: "hang" } });
    const patience = new AbortController();
    const hanging = failed(get(LIST, patience.signal));
    await server.until(() => server.requests.length === 2);
    patience.abort();
    expect(await hanging).toBe(true);
  });

  test("tears a connection before the server hears of the request", async () => {
    proxy.next({ matches: () => true, fault: { kind: "reset" } });
    expect(await failed(get())).toBe(true);
    expect(server.requests).toHaveLength(0);
  });

  test("draws the same random faults for the same seed, at the rate it is given", async () => {
    proxy.rates = evenly(0.5);
    const outcomes: string[] = [];
    for (let round = 0; round < 60; round++) {
      outcomes.push(
        await post().then(
          ({ status }) => String(status),
          () => "torn",
        ),
      );
    }
    const faults = proxy.exchanges.map(({ fault }) => fault ?? "none");
    expect(faults.filter((fault) => fault !== "none").length).toBeGreaterThan(15);
    expect(new Set(outcomes)).toEqual(new Set(["200", "409", "429", "500", "torn"]));
    const again = await FaultProxy.start({ upstream: server.url, seed: 42 });
    again.rates = evenly(0.5);
    for (let round = 0; round < 60; round++) {
      await fetch(`${again.url}${LIST}`, { method: "POST", body: "{}" }).catch(() => undefined);
    }
    expect(again.exchanges.map(({ fault }) => fault ?? "none")).toEqual(faults);
    await again.stop();
  });

  test("ends watches with 410 while versions expire, and leaves them alone afterwards", async () => {
    const open = await watch();
    proxy.endWatches("expired");
    expect(await open.next()).toContain('"code":410');
    proxy.expiring = true;
    expect(await (await watch()).next()).toContain('"reason":"Expired"');
    proxy.expiring = false;
    const next = await watch();
    server.send({ type: "ADDED", object: { n: 1 } });
    expect(await next.next()).toContain('"n":1');
  });

  test("refuses connections while it is cut off, on the same port, and serves again afterwards", async () => {
    await get();
    await proxy.cut("refused");
    expect(await failed(get())).toBe(true);
    await proxy.mend();
    expect((await get()).status).toBe(200);
  });

  test("delivers late what was sent into a blackhole, though its sender has given up", async () => {
    const events = await watch();
    await proxy.cut("blackhole");
    const patience = new AbortController();
    const sent = failed(
      fetch(`${proxy.url}${LIST}`, { method: "POST", body: '{"late":true}', signal: patience.signal }),
    );
    server.send({ type: "ADDED", object: { n: 1 } });
    const silence = new Promise((resolve) => setTimeout(resolve, 150, "silence"));
    const coming = events.next();
    expect(await Promise.race([coming, silence])).toBe("silence");
    patience.abort();
    expect(await sent).toBe(true);
    expect(server.requests).toHaveLength(1);
    await proxy.mend();
    expect(await coming).toContain('"n":1');
    await server.until(() => server.requests.length === 2);
  });

  test("loses what was sent into a blackhole when it is told to", async () => {
    await proxy.cut("blackhole");
    const sent = failed(post());
    while (proxy.exchanges.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await proxy.mend("drop");
    expect(await sent).toBe(true);
    expect((await get()).status).toBe(200);
    expect(server.requests).toHaveLength(1);
  });

  test("leaves watches half-open: connected, and silent for good", async () => {
    const events = await watch();
    proxy.silenceWatches();
    server.send({ type: "ADDED", object: { n: 1 } });
    const silence = new Promise((resolve) => setTimeout(resolve, 150, "silence"));
    expect(await Promise.race([events.next(), silence])).toBe("silence");
    const fresh = await watch();
    server.send({ type: "ADDED", object: { n: 2 } });
    expect(await fresh.next()).toContain('"n":2');
  });
});
