import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Cluster } from "../../cluster/index.ts";
import { type ActionRun, API_VERSION } from "../../model/resources.ts";
import { quiet } from "../testing/cluster.ts";
import { LiveOutput } from "./live.ts";

const run: ActionRun = {
  apiVersion: API_VERSION,
  kind: "ActionRun",
  metadata: { name: "run", namespace: "ns-a", uid: "u" },
  spec: { action: "backup" },
};
type Operation = { op: string; path: string; value: unknown };
let patches: Operation[][];
let live: LiveOutput;
let answer: () => Promise<unknown>;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  patches = [];
  answer = async () => ({});
  const patch = (_: unknown, operations: Operation[]) => {
    patches.push(operations);
    return answer();
  };
  live = new LiveOutput({ patch } as unknown as Cluster, quiet, new AbortController().signal);
});
afterEach(() => vi.useRealTimers());

const written = () => patches.map((each) => each.find(({ path }) => path === "/status/output")?.value);
const say = (output: string) => live.tell(run, { output, timeoutSeconds: 60, secrets: ["s3cret"] });

test("what a run prints is written at once and then every two seconds, the newest of it, without secrets", async () => {
  say("a");
  await vi.advanceTimersByTimeAsync(0);
  expect(written()).toEqual(["a"]);
  expect(live.isDue(run)).toBe(false);
  for (let line = 0; line < 19; line++) {
    say(`a s3cret ${line}`);
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(written()).toEqual(["a"]);
  await vi.advanceTimersByTimeAsync(100);
  expect(written()).toEqual(["a", "a •••• 18"]);
});

test("a run that prints much is written less often, so that no workspace fills the cluster's database", async () => {
  for (let second = 0; second < 80; second++) {
    say(`${second}${"x".repeat(100_000)}`);
    await vi.advanceTimersByTimeAsync(1000);
  }
  expect(patches.length).toBeLessThanOrEqual(10);
});

test("a run that prints nothing new is not written again", async () => {
  for (let turn = 0; turn < 3; turn++) {
    say("a");
    await vi.advanceTimersByTimeAsync(2000);
  }
  expect(written()).toEqual(["a"]);
});

test("nothing is written over the status of a run that has ended, or after it was said to have ended", async () => {
  say("a");
  await vi.advanceTimersByTimeAsync(0);
  expect(patches[0]).toEqual(
    expect.arrayContaining([
      { op: "test", path: "/metadata/uid", value: "u" },
      { op: "test", path: "/status/phase", value: "Running" },
    ]),
  );
  say("b");
  await live.end("ns-a/run");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(written()).toEqual(["a"]);
});

test("the end waits for a write under way, so that the last word is the last", async () => {
  const { promise, resolve } = Promise.withResolvers();
  answer = () => promise;
  say("a");
  await vi.advanceTimersByTimeAsync(0);
  let ended = false;
  const end = live.end("ns-a/run").then(() => {
    ended = true;
  });
  await vi.advanceTimersByTimeAsync(5000);
  expect(ended).toBe(false);
  resolve({});
  await end;
});
