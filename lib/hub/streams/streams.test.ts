import { expect, test } from "vitest";
import type { StreamEvent } from "../../model/stream.ts";
import { Channel, type CloseReason } from "./channel.ts";
import { Feed } from "./feed.ts";
import type { Source } from "./source.ts";
import { parseTopic } from "./topic.ts";

function sourceOf(
  items: Map<string, object>,
): Source & { change(key: string, value?: object): void; watched: number } {
  const marks = new Set<(key: string) => void>();
  return {
    questions: [],
    keys: () => [...items.keys()],
    view: async (key) => items.get(key),
    watch(mark) {
      marks.add(mark);
      this.watched++;
      return () => marks.delete(mark);
    },
    watched: 0,
    change(key, value) {
      if (value) items.set(key, value);
      else items.delete(key);
      for (const mark of marks) mark(key);
    },
  };
}

function collect() {
  const events: StreamEvent[] = [];
  const failures: unknown[] = [];
  return {
    events,
    failures,
    options: {
      send: (event: StreamEvent) => events.push(event),
      onError: (error: unknown) => failures.push(error),
    },
  };
}

test("a feed begins with a snapshot and goes on with what differs", async () => {
  const source = sourceOf(new Map([["a", { n: 1 }]]));
  const { events, options } = collect();
  const feed = new Feed("apps", source, options);
  await feed.start();
  expect(events).toEqual([{ type: "snapshot", topic: "apps", items: [{ key: "a", value: { n: 1 } }] }]);
  source.change("a", { n: 2 });
  await expect
    .poll(() => events.at(-1))
    .toEqual({ type: "upsert", topic: "apps", item: { key: "a", value: { n: 2 } } });
  source.change("a");
  await expect.poll(() => events.at(-1)).toEqual({ type: "remove", topic: "apps", key: "a" });
  feed.stop();
});

test("ten changes in one moment are one event, and a change that shows nothing is none", async () => {
  const source = sourceOf(
    new Map([
      ["a", { n: 0 }],
      ["b", { n: 0 }],
    ]),
  );
  const { events, options } = collect();
  const feed = new Feed("apps", source, options);
  await feed.start();
  source.change("a", { n: 0 });
  for (let n = 1; n <= 10; n++) source.change("b", { n });
  await expect.poll(() => events.length).toBe(2);
  expect(events[1]).toEqual({ type: "upsert", topic: "apps", item: { key: "b", value: { n: 10 } } });
  feed.stop();
});

test("what changes while the snapshot is made comes after it", async () => {
  const source = sourceOf(new Map([["a", { n: 1 }]]));
  const { events, options } = collect();
  const feed = new Feed("apps", source, options);
  const started = feed.start();
  source.change("b", { n: 1 });
  await started;
  expect(events[0]?.type).toBe("snapshot");
  await expect.poll(() => JSON.stringify(events)).toContain('"b"');
  feed.stop();
});

test("one item that cannot be shown does not silence the others", async () => {
  const source = sourceOf(new Map());
  const view = source.view;
  source.view = (key) => {
    if (key === "bad") throw new Error("unreadable");
    return view(key);
  };
  const { events, failures, options } = collect();
  const feed = new Feed("apps", source, options);
  await feed.start();
  source.change("bad", { n: 1 });
  source.change("good", { n: 1 });
  await expect.poll(() => events.length).toBe(2);
  expect(failures).toHaveLength(1);
  feed.stop();
});

test("a client that does not read is dropped once its share is full, and told to nobody twice", async () => {
  const reasons: CloseReason[] = [];
  const channel = new Channel({
    maxWaitingBytes: 2_000,
    heartbeatMs: 60_000,
    onClose: (reason) => reasons.push(reason),
  });
  for (let n = 0; n < 100; n++) channel.send({ type: "remove", topic: "apps", key: "x".repeat(100) });
  expect(reasons).toEqual(["too-slow"]);
  await expect(channel.body.getReader().read()).rejects.toThrow("too slowly");
});

test("a reader that goes away ends the channel", async () => {
  const reasons: CloseReason[] = [];
  const channel = new Channel({
    maxWaitingBytes: 2_000,
    heartbeatMs: 60_000,
    onClose: (reason) => reasons.push(reason),
  });
  await channel.body.cancel();
  channel.send({ type: "ready" });
  channel.close("expired");
  expect(reasons).toEqual(["client-gone"]);
});

test("a line of a log cannot end its event", async () => {
  const channel = new Channel({ maxWaitingBytes: 2_000, heartbeatMs: 60_000, onClose: () => undefined });
  channel.line("progress\r50%\r");
  channel.close("ended");
  expect(await new Response(channel.body).text()).toBe("data: progress50%\n\n");
});

test.each([
  ["installations", { kind: "installations" }],
  ["instances/labring.postgres", { kind: "instances", provider: "labring.postgres" }],
  ["instance/a.b/things/x", { kind: "instance", provider: "a.b", plural: "things", name: "x" }],
])("reads the topic %s", (text, parsed) => {
  expect(parseTopic(text)).toMatchObject(parsed);
});

test.each(["", "secrets", "instances", "instances/", "instance/a/b", "instance/a/b/c/d", "installations/x"])(
  "refuses the topic %j",
  (text) => {
    expect(() => parseTopic(text)).toThrow("There is no topic");
  },
);
