import { expect, test } from "vitest";
import { caller, Turns, workingFor } from "./turns.ts";

test("places are given to callers in turn, to each one at a time", async () => {
  const turns = new Turns(2);
  const begun: string[] = [];
  const gates = new Map<string, () => void>();
  const work = (who: string, what: string) =>
    turns.run(who, (place) => {
      begun.push(`${what} at ${place}`);
      return new Promise<void>((resolve) => gates.set(what, resolve));
    });
  const settled = () => new Promise(setImmediate);
  const all = [work("a", "a1"), work("a", "a2"), work("a", "a3"), work("b", "b1"), work("c", "c1")];
  await settled();
  expect(begun).toEqual(["a1 at 0", "b1 at 1"]);
  gates.get("a1")?.();
  await settled();
  // The second of a's came before c's, but a has had its turn.
  expect(begun.slice(2)).toEqual(["c1 at 0"]);
  gates.get("b1")?.();
  await settled();
  expect(begun.slice(3)).toEqual(["a2 at 1"]);
  gates.get("c1")?.();
  gates.get("a2")?.();
  await settled();
  expect(begun.slice(4)).toEqual(["a3 at 0"]);
  gates.get("a3")?.();
  await Promise.all(all);
});

test("a place is free again after work that failed", async () => {
  const turns = new Turns(1);
  await expect(turns.run("a", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await turns.run("a", async (place) => place)).toBe(0);
});

test("whom work is done for is known wherever it leads", async () => {
  expect(caller()).toBe("");
  await workingFor("ns-a", async () => {
    await new Promise(setImmediate);
    expect(caller()).toBe("ns-a");
  });
});
