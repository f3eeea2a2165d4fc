import { expect, test } from "vitest";
import type { InformerEvent } from "../../cluster/index.ts";
import { type ActionRun, API_VERSION, label } from "../../model/resources.ts";
import type { World } from "../world.ts";
import { cancellationOf, stopJobs } from "./cancel.ts";

function worldOf() {
  const listeners = new Set<(event: InformerEvent<ActionRun>) => void>();
  const subscribe = (listener: (event: InformerEvent<ActionRun>) => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const tell = (type: InformerEvent<ActionRun>["type"], object: ActionRun) => {
    for (const listener of listeners) listener({ type, object } as InformerEvent<ActionRun>);
  };
  return { world: { runs: { subscribe } } as unknown as World, tell, listeners };
}

const run = (uid: string, cancelled?: boolean): ActionRun => ({
  apiVersion: API_VERSION,
  kind: "ActionRun",
  metadata: { name: "run", namespace: "ns-a", uid },
  spec: { action: "scale", ...(cancelled === undefined ? {} : { cancelled }) },
});

test("a run under way hears of its own cancelling or deletion, and of no other run's", () => {
  for (const [type, object] of [
    ["modified", run("a", true)],
    ["deleted", run("a")],
  ] as const) {
    const { world, tell, listeners } = worldOf();
    const { signal, stop } = cancellationOf(world, run("a"));
    tell("modified", run("b", true));
    tell("modified", run("a", false));
    expect(signal.aborted).toBe(false);
    tell(type, object);
    expect(signal.aborted).toBe(true);
    stop();
    expect(listeners.size).toBe(0);
  }
});

test("Jobs of a run are ended with it: its own, and those that it has made for others while they run", async () => {
  const owner = (uid: string) => [{ apiVersion: API_VERSION, kind: "ActionRun", name: "run", uid }];
  const ended = { status: { conditions: [{ type: "Failed", status: "True" }] } };
  const job = (name: string, metadata: object, more: object = {}) => ({
    metadata: { name, uid: name, ...metadata },
    ...more,
  });
  const items = [
    job("own", { ownerReferences: owner("a") }),
    job("made", { labels: { [label.run]: "a" } }),
    job("made-and-ended", { labels: { [label.run]: "a" } }, ended),
    job("another's", { ownerReferences: owner("b"), labels: { [label.run]: "b" } }),
  ];
  const deleted: string[] = [];
  const installer = {
    list: async () => ({ items }),
    delete: async ({ name }: { name: string }) => deleted.push(name),
  };
  await stopJobs({ cluster: { as: () => installer } } as unknown as World, run("a"));
  expect(deleted).toEqual(["own", "made"]);
});
