import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packLayer, readImage } from "../images/index.ts";
import { importChart, readChartSource } from "./chart.ts";

const bytes = (files: Record<string, string>) =>
  new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)] as const));
const tgz = async (files: Record<string, string>) => gzipSync(await packLayer(bytes(files)));

const metadata = "apiVersion: v2\nname: shop-front\nversion: 1.2.3\n";
const chart: Record<string, string> = {
  "Chart.yaml": `${metadata}description: Sells things.
home: https://shop.example.com
sources: [https://git.example.com/shop]
keywords: [shop, 2024]
maintainers: [{ name: Ann }]
annotations: { artifacthub.io/license: MIT }
icon: https://elsewhere.example.com/icon.png
`,
  "README.md": "# Shop\n\nHow it works.\n",
  "values.yaml": `# ref: https://kubernetes.io/docs
# -- (int) How many
# pods run
replicaCount: 2

## @param image.tag Not at the top
## @param greeting [string] What visitors read
greeting: "good: day"
debug: false
nameOverride: ""
script: |
  several
  lines
expression: "\${{ inputs.x }}"
nothing:
image: { tag: latest }
`,
  "templates/config.yaml": "kind: ConfigMap\n",
};

describe("a Helm chart as a folder", () => {
  let dir = "";
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "hub-chart-import-"));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));
  const packed = async (name: string, data: Uint8Array) => {
    await writeFile(join(dir, name), data);
    return readChartSource(join(dir, name));
  };
  const imported = async (files: Record<string, string>) => {
    const { files: made, ...rest } = await importChart(bytes(files));
    const image = readImage(new Map([...made].map(([path, content]) => [path, Buffer.from(content)])));
    return { ...rest, made, image };
  };

  it("has the chart's words, README and licence, and its scalar values as inputs", async () => {
    const { name, image, made, warnings } = await imported(chart);
    expect(name).toBe("shop-front");
    expect(image).toMatchObject({
      name: "shop-front",
      title: "Shop front",
      version: "1.2.3",
      description: "Sells things.",
      url: "https://shop.example.com",
      gitRepo: "https://git.example.com/shop",
      author: "Ann",
      licence: "MIT",
      keywords: ["shop", "2024"],
      readmes: { en: chart["README.md"] },
      chart: { name: "shop-front", inputs: { replicaCount: "replicaCount", debug: "debug" } },
    });
    expect(image.inputs).toEqual([
      {
        name: "replicaCount",
        type: "number",
        title: "Replica count",
        description: "How many pods run",
        default: "2",
      },
      {
        name: "greeting",
        type: "string",
        title: "Greeting",
        description: "What visitors read",
        default: "good: day",
      },
      { name: "debug", type: "boolean", title: "Debug", default: "false" },
    ]);
    expect(String(made.get("chart/templates/config.yaml"))).toBe(chart["templates/config.yaml"]);
    expect(warnings.map(([en]) => en)).toEqual([expect.stringContaining("was not fetched")]);
  });

  it("asks for what the chart's schema lists, with its types, choices and what it requires", async () => {
    const schema = {
      type: "object",
      required: ["domain"],
      properties: {
        domain: { type: "string", title: "Domain name", description: "Where it\n is reached" },
        replicaCount: { type: ["integer", "null"], minimum: 1 },
        size: { enum: ["s", "m"], default: "m" },
        image: { type: "object" },
      },
    };
    const { image } = await imported({ ...chart, "values.schema.json": JSON.stringify(schema) });
    expect(image.inputs).toEqual([
      {
        name: "domain",
        type: "string",
        title: "Domain name",
        description: "Where it is reached",
        required: true,
      },
      {
        name: "replicaCount",
        type: "number",
        title: "Replica count",
        description: "How many pods run",
        default: "2",
      },
      { name: "size", type: "choice", title: "Size", options: ["s", "m"], default: "m" },
    ]);
  });

  it("has a form that can be read to its end, however many values there are", async () => {
    const values = Array.from({ length: 100 }, (_, n) => `value${n}: ${n}`).join("\n");
    expect((await imported({ ...chart, "values.yaml": values })).image.inputs).toHaveLength(20);
  });

  it("takes an icon that lies in the chart, and leaves out one that is no drawing", async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"/>';
    const own = { ...chart, "Chart.yaml": `${metadata}icon: assets/shop.svg\n`, "assets/shop.svg": svg };
    const { image, warnings } = await imported(own);
    expect(image.icon?.mediaType).toBe("image/svg+xml");
    expect(warnings).toEqual([]);
    const hostile = await imported({ ...chart, "logo.svg": "<svg><script/></svg>" });
    expect(hostile.image.icon).toBeUndefined();
    expect(hostile.warnings[0]?.[0]).toContain("left out");
  });

  it("has packed subcharts as folders", async () => {
    const inner = (await tgz({ "leaf/Chart.yaml": "name: leaf\nversion: 1\n" })).toString("latin1");
    const redis = pack();
    redis.entry({ name: "redis/Chart.yaml" }, "name: redis\nversion: 9\ndependencies: [{ name: leaf }]\n");
    redis.entry({ name: "redis/charts/leaf-1.tgz" }, Buffer.from(inner, "latin1"));
    redis.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of redis) chunks.push(chunk as Buffer);
    const source = new Map<string, Uint8Array>([
      ...bytes({ ...chart, "Chart.yaml": `${metadata}dependencies: [{ name: redis, version: ^9 }]\n` }),
      ["charts/redis-9.tgz", gzipSync(Buffer.concat(chunks))],
    ]);
    const { files } = await importChart(source);
    expect([...files.keys()].filter((path) => path.includes("charts/"))).toEqual([
      "chart/charts/redis-9/Chart.yaml",
      "chart/charts/redis-9/charts/leaf-1/Chart.yaml",
    ]);
  });

  it("is the same from the folder and from what helm package writes", async () => {
    const inFolder = Object.fromEntries(Object.entries(chart).map(([path, text]) => [`shop/${path}`, text]));
    const source = await packed("shop-1.2.3.tgz", await tgz(inFolder));
    expect((await importChart(source)).files).toEqual((await importChart(bytes(chart))).files);
  });

  it.each([
    [
      "a dependency that was not fetched",
      { "Chart.yaml": `${metadata}dependencies: [{ name: redis, version: ^9 }]\n` },
      /redis \^9 is not in charts\/.*helm dependency build/,
    ],
    [
      "one of a chart of old",
      { "requirements.yaml": "dependencies: [{ name: mysql }]\n" },
      /requirements\.yaml: the subchart mysql .*helm dependency build/,
    ],
    ["a library", { "Chart.yaml": `${metadata}type: library\n` }, /library chart/],
    [
      "kinds for the whole cluster",
      { "crds/shop.yaml": "kind: CustomResourceDefinition\n" },
      /adds no kinds/,
    ],
    ["no name", { "Chart.yaml": "version: 1\n" }, /Chart\.yaml:1: .*needs a name/],
    [
      "a subchart that is none",
      { "charts/redis-9.tgz": "not packed" },
      /charts\/redis-9\.tgz: this is no packed tar/,
    ],
  ])("is refused with %s", async (_, extra, message) => {
    await expect(importChart(bytes({ ...chart, ...(extra as Record<string, string>) }))).rejects.toThrow(
      message,
    );
  });

  it("is refused without a Chart.yaml", async () => {
    await expect(importChart(bytes({ "values.yaml": "a: 1\n" }))).rejects.toThrow(/no Helm chart/);
  });

  it.each([
    ["is not packed", async () => Buffer.from("kind: Pod\n"), /this is no packed tar/],
    [
      "is cut off",
      async () => (await tgz({ "a/Chart.yaml": metadata })).subarray(0, 60),
      /this is no packed tar/,
    ],
    ["is no chart", () => tgz({ "a/readme.txt": "hello" }), /no packed chart/],
    ["holds more than the chart", () => tgz({ "a/Chart.yaml": metadata, "b/x": "" }), /no packed chart/],
    ["is a bomb", async () => gzipSync(Buffer.alloc(64 * 1024 ** 2)), /unpacks to more than 16 MiB/],
    [
      "has a path that leaves it",
      () => tgz({ "a/Chart.yaml": metadata, "a/../../etc/x": "" }),
      /leaves the image/,
    ],
  ])("is refused when what is packed %s", async (_, data, message) => {
    await expect(packed("bad.tgz", await data())).rejects.toThrow(message);
  });
});
