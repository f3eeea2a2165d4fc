import { expect, test } from "vitest";
import { type ActionRun, API_VERSION } from "../../model/resources.ts";
import type { World } from "../world.ts";
import { isNext } from "./queue.ts";

const run = (name: string, phase?: "Running" | "Succeeded", installation = "shop"): ActionRun => ({
  apiVersion: API_VERSION,
  kind: "ActionRun",
  metadata: { name, uid: name, namespace: "ns-a", creationTimestamp: `2026-01-01T00:00:0${name}Z` },
  spec: { installation, action: "backup" },
  ...(phase ? { status: { phase } } : {}),
});

/** Whether it is the run's turn where these are known, and how often all were read from the cluster for it. */
async function asked(own: ActionRun, known: ActionRun[], items = known): Promise<[boolean, number]> {
  let reads = 0;
  const world = {
    runs: { list: () => known },
    cluster: {
      list: async () => {
        reads++;
        return { items };
      },
    },
  } as unknown as World;
  return [await isNext(world, own), reads];
}

test("runs on one target take turns, and all are read only before one begins", async () => {
  const [first, second] = [run("1"), run("2")];
  expect(await asked(first, [first, second])).toEqual([true, 1]);
  expect(await asked(second, [first, second])).toEqual([false, 0]);
  expect(await asked(second, [run("1", "Succeeded"), second])).toEqual([true, 1]);
  expect(await asked(second, [run("1", undefined, "other"), second])).toEqual([true, 1]);
  // It is heard of by now that another has begun.
  expect(await asked(first, [first], [first, run("2", "Running")])).toEqual([false, 1]);
  // Nothing was heard yet of the run's own beginning.
  expect(await asked(run("2", "Running"), [first, second])).toEqual([true, 0]);
});
