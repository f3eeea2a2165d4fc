import { once } from "node:events";
import { PassThrough } from "node:stream";
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
    listener: (frame: Uint8Array) =>
      events.push(JSON.parse(new TextDecoder().decode(frame).slice("data: ".length)) as StreamEvent),
    options: { onError: (error: unknown) => failures.push(error) },
  };
}

test("a feed begins with a snapshot and goes on with what differs", async () => {
  const source = sourceOf(new Map([["a", { n: 1 }]]));
  const { events, listener, options } = collect();
  const feed = new Feed("apps", source, options);
  const leave = await feed.join(listener);
  expect(events).toEqual([{ type: "snapshot", topic: "apps", items: [{ key: "a", value: { n: 1 } }] }]);
  source.change("a", { n: 2 });
  await expect
    .poll(() => events.at(-1))
    .toEqual({ type: "upsert", topic: "apps", item: { key: "a", value: { n: 2 } } });
  source.change("a");
  await expect.poll(() => events.at(-1)).toEqual({ type: "remove", topic: "apps", key: "a" });
  leave();
});

test("ten changes in one moment are one event, and a change that shows nothing is none", async () => {
  const source = sourceOf(
    new Map([
      ["a", { n: 0 }],
      ["b", { n: 0 }],
    ]),
  );
  const { events, listener, options } = collect();
  const feed = new Feed("apps", source, options);
  const leave = await feed.join(listener);
  source.change("a", { n: 0 });
  for (let n = 1; n <= 10; n++) source.change("b", { n });
  await expect.poll(() => events.length).toBe(2);
  expect(events[1]).toEqual({ type: "upsert", topic: "apps", item: { key: "b", value: { n: 10 } } });
  leave();
});

test("what changes while the snapshot is made comes after it", async () => {
  const source = sourceOf(new Map([["a", { n: 1 }]]));
  const { events, listener, options } = collect();
  const feed = new Feed("apps", source, options);
  const joined = feed.join(listener);
  source.change("b", { n: 1 });
  const leave = await joined;
  expect(events[0]?.type).toBe("snapshot");
  await expect.poll(() => JSON.stringify(events)).toContain('"b"');
  leave();
});

test("all who listen get the same bytes, each after a snapshot, and the last to leave ends the watch", async () => {
  const source = sourceOf(new Map([["a", { n: 1 }]]));
  const [first, second] = [collect(), collect()];
  let idle = 0;
  const feed = new Feed("apps", source, { ...first.options, onIdle: () => idle++ });
  const frames: Uint8Array[] = [];
  const leaveFirst = await feed.join((frame) => {
    frames.push(frame);
    first.listener(frame);
  });
  source.change("a", { n: 2 });
  await expect.poll(() => first.events.length).toBe(2);
  const leaveSecond = await feed.join((frame) => {
    frames.push(frame);
    second.listener(frame);
  });
  expect(second.events).toEqual([
    { type: "snapshot", topic: "apps", items: [{ key: "a", value: { n: 2 } }] },
  ]);
  source.change("a", { n: 3 });
  await expect.poll(() => second.events.length).toBe(2);
  expect(frames.at(-1)).toBe(frames.at(-2));
  leaveFirst();
  expect(idle).toBe(0);
  source.change("a", { n: 4 });
  await expect.poll(() => second.events.length).toBe(3);
  expect(first.events).toHaveLength(3);
  leaveSecond();
  expect(idle).toBe(1);
  expect(source.watched).toBe(1);
});

test("one item that cannot be shown does not silence the others", async () => {
  const source = sourceOf(new Map());
  const view = source.view;
  source.view = (key) => {
    if (key === "bad") throw new Error("unreadable");
    return view(key);
  };
  const { events, failures, listener, options } = collect();
  const feed = new Feed("apps", source, options);
  const leave = await feed.join(listener);
  source.change("bad", { n: 1 });
  source.change("good", { n: 1 });
  await expect.poll(() => events.length).toBe(2);
  expect(failures).toHaveLength(1);
  leave();
});

/** Like a connection to a client: takes what it is given when asked to. */
function connection(reads: boolean) {
  const out = new PassThrough();
  const text: string[] = [];
  if (reads) out.on("data", (chunk: Buffer) => text.push(chunk.toString()));
  return { out, text };
}

function channelTo(out: PassThrough) {
  const reasons: CloseReason[] = [];
  const onClose = (reason: CloseReason) => reasons.push(reason);
  return { reasons, channel: new Channel(out, { maxWaitingBytes: 2_000, heartbeatMs: 60_000, onClose }) };
}

test("a client that does not read is dropped once its share is full, and told to nobody twice", async () => {
  // Nobody reads, and what the other side has accepted counts as delivered.
  const out = new PassThrough({ highWaterMark: 1 });
  const { reasons, channel } = channelTo(out);
  for (let n = 0; n < 100; n++) channel.send({ type: "remove", topic: "apps", key: "x".repeat(100) });
  expect(reasons).toEqual(["too-slow"]);
  expect(out.destroyed).toBe(true);
});

test("a reader that goes away ends the channel", async () => {
  const { out } = connection(true);
  const { reasons, channel } = channelTo(out);
  out.destroy();
  await once(out, "close");
  channel.send({ type: "ready" });
  channel.close("expired");
  expect(reasons).toEqual(["client-gone"]);
});

test("a reader that had gone before the channel began ends it as well", async () => {
  const { out } = connection(true);
  out.destroy();
  await once(out, "close");
  const { reasons } = channelTo(out);
  await expect.poll(() => reasons).toEqual(["client-gone"]);
});

test("a line of a log cannot end its event", async () => {
  const { out, text } = connection(true);
  const { channel } = channelTo(out);
  channel.line("progress\r50%\r");
  channel.close("ended");
  await once(out, "end");
  expect(text.join("")).toBe("data: progress50%\n\n");
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
