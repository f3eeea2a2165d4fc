import { readFile } from "node:fs/promises";
import type { Outcome } from "./types.ts";

/** What the commands came to on Kubernetes, by scenario. */
export const RECORDED = new URL("../kubectl.gen.json", import.meta.url);

export async function recordedOutcomes(): Promise<Record<string, Outcome[]>> {
  return JSON.parse(await readFile(RECORDED, "utf8")) as Record<string, Outcome[]>;
}

/** How an outcome differs from what was expected: the first line of each stream that is not the same. */
export function differences(expected: Outcome | undefined, found: Outcome): string[] {
  if (expected?.command !== found.command) return ["nothing is recorded for it"];
  const told =
    expected.code === found.code ? [] : [`exit code: expected ${expected.code}, got ${found.code}`];
  for (const stream of ["out", "error"] as const) {
    const [then, now] = [expected[stream].split("\n"), found[stream].split("\n")];
    const at = Array.from({ length: Math.max(then.length, now.length) }).findIndex(
      (_, i) => then[i] !== now[i],
    );
    if (at >= 0)
      told.push(
        `${stream === "out" ? "stdout" : "stderr"}, line ${at + 1}: expected ${JSON.stringify(then[at])}, got ${JSON.stringify(now[at])}`,
      );
  }
  return told;
}
