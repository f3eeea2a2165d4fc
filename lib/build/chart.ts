import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { stringify } from "yaml";
import {
  asIs,
  chartOf,
  type Files,
  ImageError,
  isRecord,
  limits,
  parseYaml,
  readFolder,
  readIcon,
  readImage,
  unpackArchive,
  unpackSubcharts,
} from "../images/index.ts";
import { readmes } from "../images/read.ts";
import { chartInputs, words } from "./chart-inputs.ts";
import { BuildError } from "./error.ts";

export interface ImportedChart {
  /** Of the chart. */
  name: string;
  files: Map<string, string | Uint8Array>;
  /** What was left out, in both languages. */
  warnings: (readonly [en: string, zh: string])[];
}

const ICON = /^(icon|logo)\.(svg|png|webp)$/i;
const EXTENSIONS: Record<string, string> = {
  "image/svg+xml": "svg",
  "image/png": "png",
  "image/webp": "webp",
};

/**
 * The files of a Helm chart, from what `helm package` writes or from the chart's own folder.
 * @throws ImageError when it is neither, unpacks to more than a chart may have, or holds paths or links that leave it
 */
export async function readChartSource(path: string): Promise<Files> {
  const found = await stat(path);
  if (found.isDirectory()) return readFolder(path);
  const file = basename(path);
  if (found.size > limits.layer) {
    const most = limits.layer / 1024 ** 2;
    throw new BuildError([`a packed chart may be at most ${most} MiB`, `打包的 Chart 最大为 ${most} MiB`], {
      file,
    });
  }
  const most = { bytes: limits.chartArchives, files: limits.files };
  return chartOf((await unpackArchive(await readFile(path), file, most)).files, file);
}

/**
 * The files of an image folder made of a Helm chart: the chart itself, packed subcharts unpacked, and what the image says of
 * itself, derived from the chart's own words. Nothing is fetched.
 * @throws ImageError when the chart is none that an image may carry
 */
export async function importChart(source: Files): Promise<ImportedChart> {
  const chart = new Map([...source].map(([path, data]) => [`chart/${path}`, data]));
  const files = new Map<string, string | Uint8Array>(await unpackSubcharts(chart));
  const metadata = metadataOf(source);
  const { name } = metadata;
  const { icon, warnings } = iconOf(source, metadata.icon);
  const title = words(name);
  const description = text(metadata.description) ?? "";
  const spec = {
    mode: "application",
    title,
    description,
    version: text(metadata.version) ?? "0.0.0",
    ...optional("url", text(metadata.home)),
    ...optional("gitRepo", text(list(metadata.sources)[0])),
    ...optional("author", maintainer(metadata.maintainers)),
    ...optional("licence", licenceOf(metadata.annotations)),
    ...(icon ? { icon: icon.path } : {}),
    keywords: list(metadata.keywords).flatMap((each) => text(each) ?? []),
    inputs: chartInputs(source),
  };
  const header = { apiVersion: "app.sealos.io/v1", kind: "Template", metadata: { name: slug(name) }, spec };
  files.set("app.yaml", stringify(header, { lineWidth: 0 }));
  files.set("Kubefile", `FROM scratch\nCOPY . .\nCMD ["helm upgrade --install ${slug(name)} chart"]\n`);
  if (icon) files.set(icon.path, icon.data);
  const found = Object.entries(readmes(source));
  for (const [locale, markdown] of found)
    files.set(locale === "en" ? "README.md" : `README.${locale}.md`, markdown);
  if (!files.has("README.md")) files.set("README.md", `# ${title}\n\n${description}\n`);
  // What the Hub would refuse is refused here.
  readImage(new Map([...files].map(([path, content]) => [path, Buffer.from(content)])));
  return { name, files, warnings };
}

function metadataOf(files: Files): Record<string, unknown> & { name: string } {
  const file = "Chart.yaml";
  const data = files.get(file);
  if (!data)
    throw new BuildError([
      "this is no Helm chart: it has no Chart.yaml at its top",
      "这不是 Helm Chart：顶层没有 Chart.yaml",
    ]);
  const found = parseYaml(asIs(Buffer.from(data).toString("utf8")), `chart/${file}`)[0]?.plain();
  const name = isRecord(found) ? text(found.name) : undefined;
  if (isRecord(found) && name !== undefined) return { ...found, name };
  throw new BuildError(["a Chart.yaml needs a name and a version", "Chart.yaml 需要 name 和 version"], {
    file: `chart/${file}`,
    line: 1,
  });
}

/** The icon that Chart.yaml names, or one of the usual name, when it lies in the chart; an address is left alone. */
function iconOf(
  files: Files,
  named: unknown,
): { icon?: { path: string; data: Uint8Array }; warnings: ImportedChart["warnings"] } {
  const wanted = text(named)?.replace(/^\.\//, "") ?? "";
  const file = files.has(wanted) ? wanted : [...files.keys()].find((path) => ICON.test(path));
  const data = file === undefined ? undefined : files.get(file);
  if (file === undefined || !data) {
    if (wanted === "") return { warnings: [] };
    return {
      warnings: [
        [
          `the chart's icon is elsewhere and was not fetched: ${wanted}; put it into the folder as icon.svg, .png or .webp`,
          `Chart 的图标在别处，未下载：${wanted}；请将其放入文件夹，命名为 icon.svg、.png 或 .webp`,
        ],
      ],
    };
  }
  try {
    const { mediaType } = readIcon(data, `chart/${file}`);
    return { icon: { path: `icon.${EXTENSIONS[mediaType]}`, data }, warnings: [] };
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    return {
      warnings: [[`the chart's icon was left out: ${error.message}`, `未采用 Chart 的图标：${error.zh}`]],
    };
  }
}

function maintainer(found: unknown): string | undefined {
  const [first] = list(found);
  return isRecord(first) ? text(first.name) : undefined;
}

/** Where charts write their licence: Chart.yaml has no field for it. */
function licenceOf(annotations: unknown): string | undefined {
  if (!isRecord(annotations)) return undefined;
  return text(annotations["artifacthub.io/license"]) ?? text(annotations.licenses);
}

function optional(key: string, value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { [key]: value };
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value).trim() : undefined;
}

function slug(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}
