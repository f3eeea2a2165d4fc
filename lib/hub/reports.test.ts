import { expect, test } from "vitest";
import type { Hub } from "./hub.ts";
import { Shares } from "./shares.ts";
import { timeline } from "./timeline.ts";
import { troubleshooting } from "./troubleshooting.ts";

/** A cluster that does not answer: whatever is asked of it is under way for good. */
const never = () => new Promise(() => undefined);
const silent: object = new Proxy({}, { get: (_, name) => (name === "discovery" ? silent : never) });
const hub = () =>
  ({ members: { clusterOf: () => silent }, shares: { reports: new Shares(2) } }) as unknown as Hub;
const { signal } = new AbortController();

test("nobody has more timelines and troubleshooting read at a time than their share, which is theirs alone", async () => {
  const one = hub();
  void timeline(one, "mallory", "ns-mallory", {});
  void troubleshooting(one, "mallory", "ns-mallory", "web", signal);
  await expect(timeline(one, "mallory", "ns-mallory", {})).rejects.toThrow("at most 2 at a time");
  await expect(troubleshooting(one, "mallory", "ns-mallory", "web", signal)).rejects.toThrow("at most 2");
  const alice = timeline(one, "alice", "ns-alice", {});
  await expect(Promise.race([alice, Promise.resolve("under way")])).resolves.toBe("under way");
});
