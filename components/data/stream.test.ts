import { beforeEach, describe, expect, it } from "vitest";
import type { StreamEvent, Topic } from "@/lib/model/stream";
import type { connection } from "./connection";
import { emptyTopic, reduceTopics, type TopicState } from "./reduce";
import { StreamClient } from "./stream";

const object = (name: string, resourceVersion: string, phase = "") => ({
  key: name,
  value: { apiVersion: "v1", kind: "X", metadata: { name, resourceVersion }, phase },
});
const topicsOf = (...names: Topic[]) => new Map<Topic, TopicState>(names.map((name) => [name, emptyTopic]));

describe("the reducer", () => {
  it("replaces everything by a snapshot, so that what vanished while offline is gone", () => {
    const before = reduceTopics(topicsOf("apps"), [
      { type: "snapshot", topic: "apps", items: [object("a", "1"), object("b", "1")] },
    ]);
    const after = reduceTopics(before, [{ type: "snapshot", topic: "apps", items: [object("b", "2")] }]);
    expect([...(after.get("apps")?.items.keys() ?? [])]).toEqual(["b"]);
  });

  it("does not go back to an older version of an object", () => {
    const after = reduceTopics(topicsOf("apps"), [
      { type: "snapshot", topic: "apps", items: [object("a", "100", "new")] },
      { type: "upsert", topic: "apps", item: object("a", "99", "old") },
    ]);
    expect(after.get("apps")?.items.get("a")).toMatchObject({ phase: "new" });
  });

  it("leaves its arguments alone", () => {
    const before = reduceTopics(topicsOf("apps"), [
      { type: "snapshot", topic: "apps", items: [object("a", "1")] },
    ]);
    reduceTopics(before, [{ type: "remove", topic: "apps", key: "a" }]);
    expect(before.get("apps")?.items.has("a")).toBe(true);
  });

  it("counts a new snapshot of a known topic as a change, for readers who ask elsewhere", () => {
    const snapshot: StreamEvent = { type: "snapshot", topic: "catalogue", items: [] };
    const once = reduceTopics(topicsOf("catalogue"), [snapshot]);
    const again = reduceTopics(once, [snapshot, { type: "changed", topic: "catalogue" }]);
    expect([once.get("catalogue")?.changes, again.get("catalogue")?.changes]).toEqual([0, 2]);
  });
});

describe("the client", () => {
  interface Opened {
    url: string;
    closed: boolean;
    say: (event: StreamEvent) => void;
    fail: () => void;
  }
  let opened: Opened[];
  let reports: string[];
  let timers: Map<() => void, number>;
  let client: StreamClient;
  const run = () => {
    const due = [...timers.keys()];
    timers.clear();
    for (const each of due) each();
  };
  const settled = () => new Promise<void>((resolve) => queueMicrotask(resolve));

  beforeEach(() => {
    opened = [];
    reports = [];
    timers = new Map();
    client = new StreamClient({
      open: (url) => {
        const one: Opened = { url, closed: false, say: () => undefined, fail: () => undefined };
        opened.push(one);
        return {
          listen: (onMessage, onError) => {
            one.say = (event) => onMessage(JSON.stringify(event));
            one.fail = onError;
          },
          close: () => {
            one.closed = true;
          },
        };
      },
      setTimer: (each, ms) => {
        timers.set(each, ms);
        return () => timers.delete(each);
      },
      onReport: {
        stream: (state) => reports.push(state),
        cluster: (reachable) => reports.push(`cluster ${reachable}`),
        signedOut: (reason) => reports.push(`signed out: ${reason}`),
        signedIn: () => undefined,
      } satisfies typeof connection,
    });
    client.setNamespace("ns-a");
  });

  it("opens one stream for all topics that a page asks for at once", () => {
    client.subscribe("apps", () => undefined);
    client.subscribe("installations", () => undefined);
    client.subscribe("apps", () => undefined);
    run();
    expect(opened.map((each) => each.url)).toEqual([
      "/api/stream?namespace=ns-a&topic=apps&topic=installations",
    ]);
  });

  it("gives up a new stream that never says a word, and waits for one that does", () => {
    client.subscribe("apps", () => undefined);
    run();
    const silence = () => [...timers].find(([, ms]) => ms === 15_000)?.[0];
    const first = silence();
    opened[0]?.say({ type: "snapshot", topic: "apps", items: [] });
    expect(silence()).not.toBe(first);
    run();
    expect(opened[0]?.closed).toBe(true);
    expect(reports.at(-1)).toBe("lost");
    run();
    expect(opened).toHaveLength(2);
    opened[1]?.say({ type: "ready" });
    expect(silence()).toBeUndefined();
    expect(reports.at(-1)).toBe("open");
  });

  it("keeps the old stream until the new one is ready, so that nothing is missed", () => {
    client.subscribe("apps", () => undefined);
    run();
    opened[0]?.say({ type: "ready" });
    client.subscribe("events", () => undefined);
    run();
    expect(opened.map((each) => each.closed)).toEqual([false, false]);
    opened[1]?.say({ type: "ready" });
    expect(opened.map((each) => each.closed)).toEqual([true, false]);
  });

  it("tells only the readers of the topic that changed", async () => {
    const told: string[] = [];
    client.subscribe("apps", () => told.push("apps"));
    client.subscribe("events", () => told.push("events"));
    run();
    opened[0]?.say({ type: "upsert", topic: "apps", item: object("a", "1") });
    await settled();
    expect(told).toEqual(["apps"]);
  });

  it("says that the connection is lost, waits longer each time, and opens again", () => {
    client.subscribe("apps", () => undefined);
    run();
    const waits: (number | undefined)[] = [];
    for (let turn = 0; turn < 7; turn += 1) {
      opened.at(-1)?.fail();
      waits.push([...timers.values()][0]);
      run();
    }
    // It stays lost while it is tried again, so that the banner does not flicker.
    expect(reports.slice(reports.indexOf("lost"))).toEqual(Array.from({ length: 7 }, () => "lost"));
    expect(waits).toEqual([500, 1000, 2000, 4000, 5000, 5000, 5000]);
    opened.at(-1)?.say({ type: "ready" });
    expect(reports.at(-1)).toBe("open");
  });

  it("stays quiet once the session is gone, until it is told to go on", () => {
    client.subscribe("apps", () => undefined);
    run();
    opened[0]?.say({ type: "closed", reason: "signed-out" });
    run();
    expect([reports.at(-1), opened.length]).toEqual(["signed out: signed-out", 1]);
    client.reconnect();
    run();
    expect(opened).toHaveLength(2);
  });

  it("forgets one workspace's objects when another is chosen", async () => {
    client.subscribe("apps", () => undefined);
    run();
    opened[0]?.say({ type: "snapshot", topic: "apps", items: [object("a", "1")] });
    await settled();
    client.setNamespace("ns-b");
    expect(client.state("apps").items.size).toBe(0);
    run();
    expect(opened.at(-1)?.url).toContain("namespace=ns-b");
  });
});
