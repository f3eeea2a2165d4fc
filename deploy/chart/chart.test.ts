import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parser } from "@prometheus-io/lezer-promql";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { ownMetrics, page, withTable } from "./metrics-table.ts";
import { staleFiles } from "./sync.ts";

const repository = join(import.meta.dirname, "..", "..");
const read = (path: string) => readFile(join(repository, path), "utf8");

test("the chart's copy of accounts, grants and policies is that of deploy/ (node deploy/chart/sync.ts)", async () => {
  expect(await staleFiles()).toEqual([]);
});

test("the page on operations has the metrics that the code has (node deploy/chart/metrics-table.ts)", async () => {
  const text = await readFile(page, "utf8");
  expect(text).toBe(await withTable(text));
});

test("each file that the page on operations names is there", async () => {
  const text = await readFile(page, "utf8");
  const named = text.match(/\b(deploy|lib|bench|docs)\/[\w./-]+\.\w+/g) ?? [];
  expect(named.length).toBeGreaterThan(5);
  for (const path of new Set(named)) await expect(read(path), path).resolves.toBeTruthy();
});

test("a value that the page on operations names is one of the chart's", async () => {
  const values = parse(await read("deploy/chart/values.yaml")) as Record<string, unknown>;
  const text = await readFile(page, "utf8");
  const known = new Set(Object.keys(values));
  const named = [...text.matchAll(/`([a-z]\w+(?:\.\w+)+)`/gi)].map(([, path = ""]) => path.split("."));
  const ours = named.filter(([first = "", second]) => known.has(first) && second !== "app");
  expect(ours.length).toBeGreaterThan(10);
  for (const path of ours) {
    let at: unknown = values;
    for (const key of path) at = (at as Record<string, unknown> | undefined)?.[key];
    // A quantity inside free maps may be unset.
    if (!path.includes("limits")) expect(at, path.join(".")).toBeDefined();
  }
});

interface Alert {
  alert: string;
  expr: string;
  for: string;
  labels: { severity: string };
  annotations: { summary: string; description: string; runbook_url: string };
}

describe("alerts", () => {
  const alerts = parse(
    readFileSync(join(import.meta.dirname, "files", "alerts.yaml"), "utf8").replaceAll(
      "STREAMS_PER_REPLICA",
      "1000",
    ),
  ) as Alert[];

  test.for(alerts.map((alert) => [alert.alert, alert] as const))(
    "%s is well formed and asks for metrics that are there",
    async ([, { expr }]) => {
      const metrics = new Set((await ownMetrics()).map(({ name }) => name));
      const asked: string[] = [];
      parser.parse(expr).iterate({
        enter: ({ type, from, to }) => {
          if (type.isError) throw new Error(`at ${from}: ${expr.slice(from, to + 20)}`);
          if (type.name === "Identifier") asked.push(expr.slice(from, to));
        },
      });
      const names = asked.filter((name) => name.startsWith("hub_"));
      expect(names.length).toBeGreaterThan(0);
      for (const name of names) expect(metrics, name).toContain(name.replace(/_(bucket|count|sum)$/, ""));
    },
  );

  test.for(alerts.map((alert) => [alert.alert, alert] as const))(
    "%s has a runbook, and says what it means",
    async ([name, alert]) => {
      expect(await readFile(page, "utf8")).toContain(`### ${name}\n`);
      expect(alert.annotations.runbook_url).toBe(`RUNBOOKS#${name.toLowerCase()}`);
      expect(alert.annotations.summary).toMatch(/\.$/);
      expect(alert.annotations.description).toMatch(/\.$/);
      expect(alert.labels.severity).toMatch(/^(critical|warning)$/);
    },
  );
});
