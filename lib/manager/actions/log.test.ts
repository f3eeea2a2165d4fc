import { expect, test } from "vitest";
import type { Cluster, LogOptions } from "../../cluster/index.ts";
import { quiet } from "../testing/cluster.ts";
import { logOf } from "./log.ts";

const world = { log: quiet, signal: new AbortController().signal };
const pod = { name: "run-command-1", namespace: "ns-a" };

/** A cluster whose container has printed these lines, and what was read of them. */
function clusterWith(printed: readonly string[]) {
  const asked: { tailLines: number | undefined; bytes: number }[] = [];
  const logs = async function* (_: unknown, { tailLines = 0, limitBytes = 0 }: LogOptions) {
    const reading = { tailLines, bytes: 0 };
    asked.push(reading);
    for (const line of printed.slice(-tailLines)) {
      const rest = line.slice(0, limitBytes - reading.bytes);
      reading.bytes += rest.length + 1;
      yield rest;
      if (reading.bytes >= limitBytes) return;
    }
  };
  return { cluster: { logs } as Cluster, asked };
}

test("a log is read once, to its end", async () => {
  const { cluster, asked } = clusterWith(["a", "b"]);
  expect(await logOf(world, cluster, pod)).toBe("a\nb\n");
  expect(asked).toHaveLength(1);
});

test("of a log of long lines the end is read, and never all of its thousands", async () => {
  const printed = Array.from({ length: 5000 }, (_, line) => `${"x".repeat(16_000)} ${line}`);
  const { cluster, asked } = clusterWith(printed);
  expect((await logOf(world, cluster, pod))?.endsWith(" 4999\n")).toBe(true);
  expect(asked.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(8 * 1024 ** 2);
});
