import { describe, expect, test } from "vitest";
import { WorkQueue } from "./work-queue.ts";

function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { passed: promise, open: resolve };
}

describe("a work queue", () => {
  test("runs a key once however often it was added, and again when it was added while running", async () => {
    const runs: string[] = [];
    const first = gate();
    const second = gate();
    const queue = new WorkQueue({
      concurrency: 2,
      onError: () => undefined,
      process: async (key) => {
        runs.push(key);
        if (runs.length === 1) await first.passed;
        else second.open();
      },
    });
    queue.add("a");
    queue.add("a");
    queue.add("a");
    expect(queue.depth).toBe(1);
    expect(runs).toEqual(["a"]);
    first.open();
    await second.passed;
    await queue.stop();
    expect(runs).toEqual(["a", "a"]);
  });

  test("never runs more keys at a time than it may", async () => {
    let running = 0;
    let most = 0;
    const done = gate();
    let left = 20;
    const queue = new WorkQueue({
      concurrency: 3,
      onError: () => undefined,
      process: async () => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        if (--left === 0) done.open();
      },
    });
    for (let key = 0; key < 20; key++) queue.add(String(key));
    await done.passed;
    expect(most).toBe(3);
  });

  test("keeps nobody waiting behind all that somebody else has to do", async () => {
    const order: string[] = [];
    const gates = new Map<string, ReturnType<typeof gate>>();
    const queue = new WorkQueue({
      concurrency: 3,
      onError: () => undefined,
      ownerOf: (key) => key.slice(0, key.indexOf("/")),
      process: async (key) => {
        order.push(key);
        const waiting = gate();
        gates.set(key, waiting);
        await waiting.passed;
      },
    });
    const end = async (key: string) => {
      gates.get(key)?.open();
      await new Promise((resolve) => setImmediate(resolve));
    };
    for (let each = 1; each <= 5; each++) queue.add(`much/${each}`);
    // One place is left for others, who need not wait for it.
    expect(order).toEqual(["much/1", "much/2"]);
    for (const key of ["little/1", "little/2", "other/1"]) queue.add(key);
    expect(order).toEqual(["much/1", "much/2", "little/1"]);
    await end("much/1");
    expect(order.at(-1)).toBe("other/1");
    await end("other/1");
    expect(order.at(-1)).toBe("much/3");
    await end("little/1");
    expect(order.at(-1)).toBe("little/2");
    for (const key of ["much/2", "much/3", "little/2", "much/4", "much/5"]) await end(key);
    expect([...order].sort()).toEqual([
      "little/1",
      "little/2",
      "much/1",
      "much/2",
      "much/3",
      "much/4",
      "much/5",
      "other/1",
    ]);
    await queue.stop();
  });

  test("comes back to a key that failed, later each time, and forgets that after a success", async () => {
    const failures: number[] = [];
    const times: number[] = [];
    const done = gate();
    const queue = new WorkQueue({
      concurrency: 1,
      baseDelayMs: 10,
      onError: (_error, _key, count) => failures.push(count),
      process: async () => {
        times.push(performance.now());
        if (times.length <= 3) throw new Error("not yet");
        if (times.length === 4) return { requeueAfterMs: 1 };
        if (times.length === 5) throw new Error("once more");
        done.open();
      },
    });
    queue.add("a");
    await done.passed;
    expect(failures).toEqual([1, 2, 3, 1]);
    const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(waits[2]).toBeGreaterThan(25);
  });

  test("waits for what runs when it is stopped, and starts nothing more", async () => {
    const running = gate();
    const runs: string[] = [];
    const queue = new WorkQueue({
      concurrency: 1,
      onError: () => undefined,
      process: async (key) => {
        await running.passed;
        runs.push(key);
      },
    });
    queue.add("a");
    queue.add("b");
    queue.addAfter("c", 1);
    const stopped = queue.stop();
    queue.add("d");
    running.open();
    await stopped;
    expect(runs).toEqual(["a"]);
  });

  test("tells what metrics need: what is added, how long it waits and runs, what is tried again", async () => {
    const told: string[] = [];
    const done = gate();
    const first = gate();
    let waited = 0;
    const queue = new WorkQueue({
      concurrency: 1,
      baseDelayMs: 1,
      onError: () => undefined,
      onAdded: (key, depth) => told.push(`${key} added, ${depth} waiting`),
      onRetry: (key, failures) => told.push(`${key} again after ${failures}`),
      onProcessed: ({ key, failed, waitedMs }) => {
        told.push(`${key} ${failed ? "failed" : "done"}`);
        if (key === "b") waited = waitedMs;
        if (key === "b" && !failed) done.open();
      },
      process: async (key) => {
        if (key === "a") return first.passed;
        if (!told.includes("b failed")) throw new Error("not yet");
      },
    });
    queue.add("a");
    queue.add("b");
    queue.add("b");
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([queue.running, queue.depth, queue.runningMs.length]).toEqual([1, 1, 1]);
    expect(queue.longestRunningMs).toBeGreaterThan(10);
    first.open();
    await done.passed;
    expect(waited).toBeGreaterThanOrEqual(0);
    expect(told).toEqual([
      "a added, 1 waiting",
      "b added, 1 waiting",
      "a done",
      "b again after 1",
      "b failed",
      "b added, 1 waiting",
      "b done",
    ]);
    expect(queue.longestRunningMs).toBe(0);
  });
});
