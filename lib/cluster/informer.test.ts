import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { freePort } from "../../tools/cluster/ports.ts";
import { Cluster } from "./cluster.ts";
import { Informer, type InformerOptions } from "./informer.ts";
import { Selection } from "./selection.ts";
import { fail, ScriptedServer } from "./testing/scripted-server.ts";
import type { AnyObject } from "./types.ts";

let server: ScriptedServer;
let informer: Informer;
let seen: string[];
let wake: (() => void)[];

beforeEach(async () => {
  server = await new ScriptedServer().start(await freePort());
  seen = [];
  wake = [];
});
afterEach(async () => {
  informer.stop();
  await server.stop();
});

function follow(options: InformerOptions<AnyObject> = {}): Informer {
  informer = new Informer(
    Cluster.at(server.url),
    { apiVersion: "v1", kind: "ConfigMap" },
    { baseDelayMs: 5, maxDelayMs: 20, ...options },
  );
  informer.subscribe(({ type, object }) => {
    seen.push(`${type} ${object.metadata.name}`);
    for (const each of wake.splice(0)) each();
  });
  return informer.start();
}

async function event(text: string): Promise<void> {
  while (!seen.includes(text)) await new Promise<void>((resolve) => wake.push(resolve));
}

const opened = (count: number) => server.until(() => server.count("watch") >= count);

describe("an informer", () => {
  test("lists, then follows additions, changes and deletions", async () => {
    server.put("a", "1");
    await follow().synced;
    await opened(1);
    server.send({ type: "ADDED", object: server.put("b", "1") });
    server.send({ type: "MODIFIED", object: server.put("a", "2") });
    server.send({ type: "DELETED", object: server.put("b", "1") });
    await event("deleted b");
    expect(seen).toEqual(["added a", "added b", "modified a", "deleted b"]);
    expect(informer.list("default")).toMatchObject([{ metadata: { name: "a" }, data: { value: "2" } }]);
    expect(informer.get("default", "b")).toBeUndefined();
    expect(informer.list("elsewhere")).toEqual([]);
  });

  test.each([
    [
      "an ERROR event",
      () => server.send({ type: "ERROR", object: { code: 410, reason: "Expired", message: "old" } }),
    ],
    [
      "an HTTP status",
      () => {
        server.next("watch", (_request, response) => fail(response, 410, "Expired"));
        server.endWatches("close");
      },
    ],
  ])(
    "lists again and reports the difference when its version has expired, told by %s",
    async (_how, expire) => {
      server.put("kept", "1");
      server.put("changed", "1");
      server.put("gone", "1");
      server.put("remade", "1", "first");
      await follow().synced;
      await opened(1);
      seen.length = 0;
      server.objects.delete("gone");
      server.put("changed", "2");
      server.put("remade", "1", "second");
      server.put("new", "1");
      expire();
      await event("added new");
      expect([...seen].sort()).toEqual([
        "added new",
        "added remade",
        "deleted gone",
        "deleted remade",
        "modified changed",
      ]);
    },
  );

  test("resumes after a torn connection where it was, without a new list", async () => {
    await follow().synced;
    await opened(1);
    server.send({ type: "BOOKMARK", object: { metadata: { resourceVersion: "4711" } } });
    server.send({
      type: "ADDED",
      object: { ...server.put("a", "1"), metadata: { name: "a", resourceVersion: "4712" } },
    });
    await event("added a");
    server.endWatches("reset");
    await server.until(() => server.count("watch 4712") === 1);
    expect(server.count("list")).toBe(1);
  });

  test("resumes after a stream that was cut inside an event", async () => {
    server.next("watch", (_request, response) => {
      response.writeHead(200, { "content-type": "application/json" }).end('{"type":"ADDED","object":{"metad');
    });
    const errors: unknown[] = [];
    await follow({ onError: (error) => errors.push(error) }).synced;
    await opened(2);
    server.send({ type: "ADDED", object: server.put("a", "1") });
    await event("added a");
    expect(errors).toEqual([]);
    expect(server.count("list")).toBe(1);
  });

  test("opens a watch anew when it has fallen silent, and counts the server as reachable", async () => {
    const health: boolean[] = [];
    follow({ idleTimeoutMs: 60 }).onHealth((reachable) => health.push(reachable));
    await opened(3);
    // A watch may be given up in the moment in which it is sent to.
    const object = server.put("late", "1");
    const sending = setInterval(() => server.send({ type: "ADDED", object }), 5);
    await event("added late");
    clearInterval(sending);
    expect(server.count("list")).toBe(1);
    expect(health).toEqual([true]);
  });

  test("waits as long as a busy server asks", async () => {
    server.next("list", (_request, response) =>
      fail(response, 429, "TooManyRequests", { "retry-after": "1" }),
    );
    const start = performance.now();
    await follow().synced;
    expect(performance.now() - start).toBeGreaterThan(950);
    expect(server.count("list")).toBe(2);
  });

  test("outlives internal errors of list and watch", async () => {
    server.next("list", (_request, response) => fail(response, 500, "InternalError"));
    server.next("watch", (_request, response) => fail(response, 500, "InternalError"));
    await follow().synced;
    await opened(2);
    server.send({ type: "ADDED", object: server.put("a", "1") });
    await event("added a");
  });

  test("follows a kind from the moment it is served, and drops its objects when it is served no more", async () => {
    server.served = false;
    follow();
    await informer.settled;
    expect(informer.hasSynced).toBe(false);
    server.put("a", "1");
    server.served = true;
    await informer.synced;
    await opened(1);
    server.served = false;
    server.next("watch", (_request, response) => fail(response, 404, "NotFound"));
    server.endWatches("close");
    await event("deleted a");
    expect(informer.list()).toEqual([]);
  });

  test("finds the server again after it was gone, with what changed meanwhile", async () => {
    server.put("a", "1");
    const health: boolean[] = [];
    const lost = Promise.withResolvers<void>();
    follow().onHealth((reachable) => {
      health.push(reachable);
      if (!reachable) lost.resolve();
    });
    await informer.synced;
    await opened(1);
    const port = Number(new URL(server.url).port);
    await server.stop();
    await lost.promise;
    const { objects } = server;
    server = new ScriptedServer();
    server.put("b", "1");
    server.next("watch", (_request, response) => fail(response, 410, "Expired"));
    await server.start(port);
    await event("added b");
    expect(objects.has("a")).toBe(true);
    expect(informer.list().map((object) => object.metadata.name)).toEqual(["b"]);
    expect(health).toEqual([true, false, true]);
  });

  test("keeps going when a subscriber throws, and says what it threw", async () => {
    const errors: unknown[] = [];
    server.put("a", "1");
    follow({ onError: (error) => errors.push(error) }).subscribe(() => {
      throw new Error("subscriber");
    });
    await informer.synced;
    await opened(1);
    server.send({ type: "ADDED", object: server.put("b", "1") });
    await event("added b");
    expect(errors).toHaveLength(2);
  });

  test("gives parts of its kind to others: what begins or ceases to belong comes and goes", async () => {
    server.put("a", "mine");
    server.put("b", "yours");
    follow();
    const mine = new Selection(informer, (object) => (object.data as { value: string }).value === "mine");
    const changes: string[] = [];
    mine.subscribe(({ type, object }) => changes.push(`${type} ${object.metadata.name}`));
    await mine.synced;
    await opened(1);
    server.send({ type: "MODIFIED", object: server.put("a", "yours") });
    server.send({ type: "MODIFIED", object: server.put("b", "mine") });
    server.send({ type: "MODIFIED", object: server.put("b", "mine") });
    server.send({ type: "ADDED", object: server.put("c", "yours") });
    server.send({ type: "DELETED", object: server.put("c", "yours") });
    server.send({ type: "DELETED", object: server.put("b", "yours") });
    await event("deleted b");
    expect(changes).toEqual(["added a", "deleted a", "added b", "modified b", "deleted b"]);
    expect([mine.list(), mine.get("default", "a")]).toEqual([[], undefined]);
  });

  describe("where lists are streamed", () => {
    beforeEach(() => {
      server.streaming = true;
    });

    test("takes list and watch from one request", async () => {
      server.put("a", "1");
      await follow().synced;
      expect(informer.list()).toHaveLength(1);
      server.send({ type: "ADDED", object: server.put("b", "1") });
      await event("added b");
      expect(server.requests.filter((each) => !each.startsWith("other"))).toEqual(["stream "]);
    });

    test("shows nothing of a list that is not complete", async () => {
      server.put("a", "1");
      server.next("stream", (_request, response) => {
        response.writeHead(200, { "content-type": "application/json" });
        response.write(`${JSON.stringify({ type: "ADDED", object: server.put("half", "1") })}\n`, () =>
          response.socket?.resetAndDestroy(),
        );
        server.objects.delete("half");
      });
      await follow().synced;
      expect(seen).toEqual(["added a"]);
      expect(server.count("stream")).toBe(2);
    });

    test("resumes after a torn connection from the end of the list, and reports the difference after 410", async () => {
      server.put("a", "1");
      await follow().synced;
      server.endWatches("reset");
      await opened(1);
      expect(server.count("watch 101")).toBe(1);
      server.objects.delete("a");
      server.put("b", "1");
      server.send({ type: "ERROR", object: { code: 410, reason: "Expired", message: "old" } });
      await event("added b");
      expect(seen).toEqual(["added a", "deleted a", "added b"]);
      expect(server.count("list")).toBe(0);
    });

    test("lists in pages where the server takes the request for an ordinary watch", async () => {
      server.put("a", "1");
      server.next("stream", (_request, response) => {
        response.writeHead(200, { "content-type": "application/json" }).flushHeaders();
      });
      await follow({ idleTimeoutMs: 60 }).synced;
      expect(server.count("list")).toBe(1);
    });
  });
});
