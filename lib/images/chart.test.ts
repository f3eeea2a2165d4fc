import { expect, test } from "vitest";
import { chartImage } from "../manager/testing/chart.ts";
import { readImage } from "./read.ts";

const refusal = (extra: Record<string, string>) => () => readImage(chartImage("1.0.0", extra));

test("a chart is read with where its inputs go", () => {
  const { chart } = readImage(chartImage());
  expect(chart).toMatchObject({
    name: "charted",
    version: "1.0.0",
    inputs: { replicas: "replicaCount", greeting: "greeting" },
    defaults: { replicaCount: 1 },
  });
});

test.each([
  ["definitions", { "chart/crds/a.yaml": "kind: CustomResourceDefinition" }, /adds no kinds/],
  ["packed subcharts", { "chart/charts/sub-1.tgz": "x" }, /cannot be looked into/],
  [
    "subcharts that are to be fetched",
    { "chart/Chart.yaml": "name: a\nversion: '1'\ndependencies: [{ name: redis, version: '1' }]" },
    /redis 1 is not in charts/,
  ],
  [
    "schemas that refer to a file",
    { "chart/values.schema.json": '{"properties":{"a":{"$ref":"file:///etc/passwd"}}}' },
    /outside of itself/,
  ],
  ["a library", { "chart/Chart.yaml": "name: a\nversion: '1'\ntype: library" }, /library chart/],
])("a chart with %s is refused", (_, extra, message) => {
  expect(refusal(extra as Record<string, string>)).toThrow(message);
});
