import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { chartImage } from "../manager/testing/chart.ts";
import { packLayer } from "./layer.ts";
import type { Files } from "./read.ts";
import { readImage } from "./read.ts";
import { unpackSubcharts } from "./subcharts.ts";

const packed = async (files: Record<string, string>) =>
  gzipSync(await packLayer(new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]))));
const redis = (more = "") =>
  packed({ "redis/Chart.yaml": "name: redis\nversion: '9'\n", "redis/more": more });
const image = async (extra: Record<string, Uint8Array>): Promise<Files> =>
  new Map<string, Uint8Array>([
    ...chartImage("1.0.0", {
      "chart/Chart.yaml": "name: a\nversion: '1'\ndependencies: [{ name: redis, version: '9' }]",
    }),
    ...Object.entries(extra),
  ]);

test("packed subcharts are read like folders, and Helm gets them as folders", async () => {
  const files = await unpackSubcharts(await image({ "chart/charts/redis-9.tgz": await redis() }));
  const { chart } = readImage(files);
  expect([...(chart?.files.keys() ?? [])].filter((path) => path.startsWith("charts/"))).toEqual([
    "charts/redis-9/Chart.yaml",
    "charts/redis-9/more",
  ]);
});

test("what Helm does not take for a subchart is left as it is", async () => {
  const extra = { "chart/charts/_old-1.tgz": Buffer.of(1), "chart/files/data.tgz": Buffer.of(2) };
  const files = await image(extra);
  expect(await unpackSubcharts(files)).toEqual(files);
});

test("all subcharts of an image count together", async () => {
  const large = await redis("x".repeat(6 * 1024 ** 2));
  const files = await image({
    "chart/charts/a.tgz": large,
    "chart/charts/b.tgz": large,
    "chart/charts/c.tgz": large,
  });
  await expect(unpackSubcharts(files)).rejects.toThrow(/^chart\/charts\/c\.tgz: this unpacks to more than/);
});

test("a subchart that is there packed and as a folder is refused", async () => {
  const files = await image({
    "chart/charts/redis.tgz": await redis(),
    "chart/charts/redis/Chart.yaml": Buffer.from("name: redis\nversion: '9'\n"),
  });
  await expect(unpackSubcharts(files)).rejects.toThrow(/twice/);
});

test("what a packed subchart holds is looked into", async () => {
  const crds = await packed({
    "redis/Chart.yaml": "name: redis\nversion: '9'\n",
    "redis/crds/a.yaml": "kind: X\n",
  });
  const files = await unpackSubcharts(await image({ "chart/charts/redis.tgz": crds }));
  expect(() => readImage(files)).toThrow(/^chart\/charts\/redis\/crds\/a\.yaml: .*adds no kinds/);
});
