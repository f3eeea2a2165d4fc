import type { ChartContent } from "../model/image.ts";
import type { InputDeclaration } from "../model/resources.ts";
import { ImageError } from "./error.ts";
import type { Header } from "./header.ts";
import { limits } from "./limits.ts";
import type { Files } from "./read.ts";
import { isRecord } from "./scan.ts";
import { asIs, parseYaml } from "./yaml.ts";

const FOLDER = "chart/";
const UNSPEAKABLE = new Set(["__proto__", "constructor", "prototype"]);

/**
 * The image's Helm chart, when it has one. Everything that Helm would fetch has to be there, and nothing may point out of
 * it; whether its templates give manifests only Helm can tell.
 * @throws ImageError naming the file
 */
export function readChart(
  all: Files,
  spec: Header["spec"],
  inputs: readonly InputDeclaration[],
  headerFile: string,
): ChartContent | undefined {
  const files = new Map(
    [...all].flatMap(([path, data]) => (path.startsWith(FOLDER) ? [[path.slice(FOLDER.length), data]] : [])),
  );
  const paths = inputPaths(spec.inputs, inputs, spec.chart?.values ?? undefined, headerFile);
  if (files.size === 0) {
    if (!spec.chart) return undefined;
    throw new ImageError(
      ["spec.chart is there, and the image has no chart/", "写有 spec.chart，但镜像中没有 chart/"],
      { file: headerFile, line: 1 },
    );
  }
  const metadata = chartMetadata(files, "");
  checkSizes(files);
  checkSubcharts(files);
  checkSchemas(files);
  const schema = files.get("values.schema.json");
  const values = spec.chart?.values ?? undefined;
  return {
    ...metadata,
    files,
    ...(values ? { values } : {}),
    inputs: paths,
    defaults: yamlRecord(files, "values.yaml"),
    ...(schema ? { schema: jsonRecord(schema, "values.schema.json") } : {}),
  };
}

/** Where each input goes: `x-value`, or its own name where `spec.chart.values` does not say it all. */
function inputPaths(
  declared: Header["spec"]["inputs"],
  inputs: readonly InputDeclaration[],
  values: Record<string, unknown> | undefined,
  file: string,
): Record<string, string> {
  const paths: Record<string, string> = {};
  for (const { name } of inputs) {
    const path = declared[name]?.["x-value"] ?? (values ? undefined : name);
    if (path === undefined) continue;
    if (path.split(".").some((step) => step === "" || UNSPEAKABLE.has(step))) {
      throw new ImageError(
        [`the input ${name} has no path of values: ${path}`, `参数 ${name} 的 values 路径无效：${path}`],
        { file, line: 1 },
      );
    }
    paths[name] = path;
  }
  return paths;
}

function chartMetadata(files: Files, folder: string): { name: string; version: string; type: string } {
  const path = `${folder}Chart.yaml`;
  const { name, version, type = "application" } = yamlRecord(files, path, true);
  if (typeof name !== "string" || !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) || version === undefined) {
    throw new ImageError(["a Chart.yaml needs a name and a version", "Chart.yaml 需要 name 和 version"], {
      file: FOLDER + path,
      line: 1,
    });
  }
  if (folder === "" && type === "library") {
    throw new ImageError(
      ["a library chart gives nothing to install", "library 类型的 Chart 没有可安装的内容"],
      { file: FOLDER + path, line: 1 },
    );
  }
  return { name, version: String(version), type: String(type) };
}

function checkSizes(files: Files): void {
  let total = 0;
  for (const [path, data] of files) {
    total += data.byteLength;
    if (data.byteLength > limits.chartFile) {
      const most = limits.chartFile / 1024 ** 2;
      throw new ImageError(
        [`a file of a chart may be at most ${most} MiB`, `Chart 中的单个文件最大为 ${most} MiB`],
        { file: FOLDER + path },
      );
    }
  }
  if (total > limits.chart) {
    throw new ImageError(
      [
        `the chart is larger than ${limits.chart / 1024 ** 2} MiB`,
        `Chart 大于 ${limits.chart / 1024 ** 2} MiB`,
      ],
      { file: FOLDER },
    );
  }
}

/** Subcharts are folders by now, which can be looked into, and all that a chart asks for are there: nothing is fetched. */
function checkSubcharts(files: Files): void {
  const archive = [...files.keys()].find((path) => /(^|\/)charts\/[^/]+\.tgz$/.test(path));
  if (archive) {
    throw new ImageError(
      [
        "a packed subchart cannot be looked into: unpack it into a folder beside it, and remove it",
        "无法检查打包的子 Chart：请将其解压到旁边的文件夹，并删除压缩包",
      ],
      {
        file: FOLDER + archive,
      },
    );
  }
  const definitions = [...files.keys()].find((path) => /(^|\/)crds\/[^/]+/.test(path) && !inTemplates(path));
  if (definitions) {
    throw new ImageError(
      [
        "an application adds no kinds to the cluster; take crds/ out and name a provider that brings them",
        "应用不能向集群添加资源类型；请去掉 crds/，并声明提供这些类型的服务",
      ],
      { file: FOLDER + definitions },
    );
  }
  for (const path of files.keys()) {
    const [, folder = ""] = /^((?:charts\/[^/]+\/)*)Chart\.yaml$/.exec(path) ?? [];
    if (path !== `${folder}Chart.yaml`) continue;
    const [asking, dependencies] = dependenciesOf(files, folder);
    const present = [...files.keys()].flatMap((each) => {
      const [, sub] = new RegExp(`^${escaped(folder)}(charts/[^/]+/)Chart\\.yaml$`).exec(each) ?? [];
      return sub ? [chartMetadata(files, folder + sub).name] : [];
    });
    for (const wanted of dependencies) {
      const { name, version = "" } = isRecord(wanted) ? wanted : {};
      if (present.includes(String(name))) continue;
      throw new ImageError(
        [
          `the subchart ${`${name} ${version}`.trim()} is not in ${folder}charts/, and nothing is fetched when it is installed; run helm dependency build in the chart first`,
          `子 Chart ${`${name} ${version}`.trim()} 不在 ${folder}charts/ 中，而安装时不会下载任何内容；请先在 Chart 中运行 helm dependency build`,
        ],
        { file: FOLDER + asking },
      );
    }
  }
}

/** What a chart asks for, and the file that says so; charts of apiVersion v1 have one of its own for it. */
function dependenciesOf(files: Files, folder: string): [file: string, dependencies: unknown[]] {
  const found = ["Chart.yaml", "requirements.yaml"].map((name): [string, unknown] => [
    folder + name,
    yamlRecord(files, folder + name).dependencies,
  ]);
  for (const [file, dependencies] of found) if (Array.isArray(dependencies)) return [file, dependencies];
  return [`${folder}Chart.yaml`, []];
}

function inTemplates(path: string): boolean {
  return /(^|\/)(templates|files)\//.test(path.replace(/(^|\/)crds\/.*$/, "$1"));
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** A schema that refers to a file or an address would be read from there. */
function checkSchemas(files: Files): void {
  const visit = (value: unknown, file: string): void => {
    if (Array.isArray(value)) for (const each of value) visit(each, file);
    if (!isRecord(value)) return;
    for (const [key, each] of Object.entries(value)) {
      if (/^\$(ref|dynamicRef|recursiveRef|schema)$/.test(key) && typeof each === "string") {
        const known = key === "$schema" && /^https?:\/\/json-schema\.org\//.test(each);
        if (!known && !each.startsWith("#")) {
          throw new ImageError(
            [
              `a chart's schema may not refer to anything outside of itself: ${each}`,
              `Chart 的 schema 不能引用自身以外的内容：${each}`,
            ],
            {
              file,
            },
          );
        }
      }
      visit(each, file);
    }
  };
  for (const [path, data] of files) {
    if (/(^|\/)values\.schema\.json$/.test(path)) visit(jsonRecord(data, path), FOLDER + path);
  }
}

function jsonRecord(data: Uint8Array, path: string): Record<string, unknown> {
  try {
    const found: unknown = JSON.parse(text(data, path));
    if (isRecord(found)) return found;
  } catch (cause) {
    throw new ImageError(["this file is not JSON", "该文件不是 JSON"], { file: FOLDER + path, cause });
  }
  throw new ImageError(["a schema is a JSON object", "schema 应为 JSON 对象"], { file: FOLDER + path });
}

function yamlRecord(files: Files, path: string, required = false): Record<string, unknown> {
  const data = files.get(path);
  if (!data) {
    if (required)
      throw new ImageError(["the chart has no Chart.yaml", "Chart 缺少 Chart.yaml"], { file: FOLDER + path });
    return {};
  }
  const [document, second] = parseYaml(asIs(text(data, path)), FOLDER + path);
  if (second) second.fail(["there is a second document here", "此处有第二个文档"], second.root);
  const found = document?.plain() ?? {};
  return isRecord(found)
    ? found
    : (document?.fail(["this has to be a mapping", "此处应为键值映射"], document.root) ?? {});
}

function text(data: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(data);
  } catch (cause) {
    throw new ImageError(["this file is not UTF-8 text", "该文件不是 UTF-8 文本"], {
      file: FOLDER + path,
      cause,
    });
  }
}
