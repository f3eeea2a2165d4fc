// Writes the table of metrics into docs/operations.md, from the code: node deploy/chart/metrics-table.ts
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Registry } from "prom-client";
import { createMetrics as createWebMetrics } from "../../lib/hub/metrics.ts";
import { createMetrics as createManagerMetrics } from "../../lib/manager/metrics.ts";

export interface Metric {
  name: string;
  type: string;
  help: string;
  labels: string[];
  processes: string[];
}

const UNITS: [RegExp, string][] = [
  [/_seconds$/, "seconds"],
  [/_total$/, "count since start"],
  [/_info$|_reachable$|_leading$/, "0 or 1"],
];

/** Every metric of our own, of both processes, in the order of the alphabet. */
export async function ownMetrics(): Promise<Metric[]> {
  const found = new Map<string, Metric>();
  const read = async (registry: Registry, process: string) => {
    for (const { name, help, type } of await registry.getMetricsAsJSON()) {
      if (!name.startsWith("hub_")) continue;
      const known = found.get(name);
      const { labelNames = [] } = registry.getSingleMetric(name) as { labelNames?: string[] };
      if (known) known.processes.push(process);
      else found.set(name, { name, help, type: String(type), labels: [...labelNames], processes: [process] });
    }
  };
  await read(createWebMetrics("").registry, "web");
  await read(createManagerMetrics("").registry, "manager");
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function metricsTable(): Promise<string> {
  const rows = (await ownMetrics()).map(({ name, type, help, labels, processes }) => {
    const unit = UNITS.find(([pattern]) => pattern.test(name))?.[1] ?? "number";
    const of = labels.map((label) => `\`${label}\``).join(", ");
    return `| \`${name}\` | ${processes.join(", ")} | ${type}, ${unit} | ${of} | ${help} |`;
  });
  return ["| metric | process | type, unit | labels | meaning |", "|---|---|---|---|---|", ...rows].join(
    "\n",
  );
}

export const page = join(import.meta.dirname, "..", "..", "docs", "operations.md");
const MARKS = ["<!-- metrics -->", "<!-- end of metrics -->"] as const;

/** The page with the table as the code has it. */
export async function withTable(text: string): Promise<string> {
  const [before = "", after = ""] = [text.split(MARKS[0])[0], text.split(MARKS[1])[1]];
  return `${before}${MARKS[0]}\n\n${await metricsTable()}\n\n${MARKS[1]}${after}`;
}

if (import.meta.main) {
  await writeFile(page, await withTable(await readFile(page, "utf8")));
  process.exit();
}
