import type { Action, ImageContent, MeterDeclaration, SourceFile } from "../model/image.ts";
import type { Requirement } from "../model/resources.ts";
import { readAction } from "./actions.ts";
import { readChart } from "./chart.ts";
import { readCommand, readWorkspace } from "./command.ts";
import { customKinds, type Permission, permissionsOf } from "./describe.ts";
import { ImageError } from "./error.ts";
import { type Header, inputDeclarations, providerDeclaration, readHeader } from "./header.ts";
import { readIcon } from "./icon.ts";
import { readKubefile } from "./kubefile.ts";
import { limits } from "./limits.ts";
import { imagePath } from "./paths.ts";
import { scanManifests } from "./scan.ts";
import { commandLines, type ImageSettings } from "./settings.ts";
import { isHeader, splitHeader } from "./split.ts";
import { checkStops } from "./stops.ts";

export type Files = ReadonlyMap<string, Uint8Array>;

const YAML_FILE = /\.(ya?ml|json)$/i;
const HEADER_FILES = ["app.yaml", "app.yml", "index.yaml", "index.yml", "template.yaml", "template.yml"];
export const ICON_FILE = /^(icon|logo)\.(svg|png|webp)$/i;
/** What an operating system has: the image is for containers and no cluster image, whatever command it names. */
const SYSTEM_FILE = /^(etc\/passwd$|bin\/(ba|da)?sh$|usr\/|lib(64)?\/|proc\/)/;
export const README_FILE = /^readme(?:[._-]([a-z]{2})(?:[-_][a-z]+)?)?\.md$/i;

/**
 * Reads a cluster image from its files: a folder with `app.yaml`, `manifests/` and `actions/`, a bare Sealos template
 * (one YAML file, the `Template` document among its resources), or an older image, which says with ENTRYPOINT and CMD
 * what it does.
 * @param configured of the image's configuration; without one, what its Kubefile says
 * @throws ImageError naming file and line of what is wrong.
 */
export function readImage(given: Files, configured?: ImageSettings): ImageContent {
  const files = checkedFiles(given);
  const warnings: string[] = [];
  const described = files.has("Kubefile")
    ? readKubefile(decoded(files, "Kubefile"))
    : { labels: {}, settings: {} };
  const settings = configured ?? described.settings;
  const kubefile = { ...settings.Labels, ...described.labels };
  const isSystem = [...files.keys()].some((path) => SYSTEM_FILE.test(path));
  const headerFile = findHeader(files, !isSystem && commandLines(settings).length > 0);
  const { header: headerSource, rest } = headerFile
    ? splitHeader(decoded(files, headerFile), headerFile)
    : { header: bareHeader(files, kubefile), rest: [] };
  const header = readHeader(headerSource);
  const shipped = headerFile ? [...rest, ...manifestFiles(files)] : [];
  const hasChart = headerFile !== undefined && [...files.keys()].some((path) => path.startsWith("chart/"));
  const mode = header.spec.mode ?? "application";
  const commanded =
    shipped.length > 0 || hasChart || mode !== "application" ? undefined : readCommand(files, settings);
  const manifests = commanded?.manifests ?? shipped;
  const scan = scanManifests(manifests);
  const actions = readActions(files, warnings);
  const { spec } = header;
  const inputs = inputDeclarations(spec.inputs, headerSource.path, warnings);
  const chart = headerFile ? readChart(files, spec, inputs, headerFile) : undefined;
  const workspace = readWorkspace(files, settings, commanded?.command, actions);
  if (chart && mode !== "application") {
    throw new ImageError(
      [
        `an image of mode ${mode} cannot carry a chart, since administrators grant its objects one by one; write what helm template gives into manifests/`,
        `模式为 ${mode} 的镜像不能携带 Chart，因为管理员需逐个许可其对象；请将 helm template 的输出写入 manifests/`,
      ],
      { file: "chart/Chart.yaml", line: 1 },
    );
  }
  const provider = providerDeclaration(spec.provider);
  if (mode === "provider" && !provider) {
    throw new ImageError(
      ["an image of mode provider needs spec.provider", "模式为 provider 的镜像需要 spec.provider"],
      { file: headerSource.path, line: 1 },
    );
  }
  if (provider) checkStops(headerSource, provider, actions);
  const licence = spec.licence ?? spec.license ?? kubefile["org.opencontainers.image.licenses"];
  const icon = findIcon(files, spec.icon);
  const title =
    spec.title ?? kubefile["org.opencontainers.image.title"] ?? plainName(header.metadata.name) ?? "Untitled";
  return {
    mode,
    name: plainName(header.metadata.name) ?? slug(title),
    version: spec.version ?? kubefile["org.opencontainers.image.version"] ?? "0.0.0",
    title,
    description: spec.description ?? kubefile["org.opencontainers.image.description"] ?? "",
    ...(spec.author ? { author: spec.author } : {}),
    ...(spec.url ? { url: spec.url } : {}),
    ...(spec.gitRepo ? { gitRepo: spec.gitRepo } : {}),
    ...(licence ? { licence } : {}),
    categories: spec.categories,
    keywords: spec.keywords,
    i18n: localized(spec.i18n),
    defaults: defaultsOf(header),
    inputs,
    requires: requirements(spec.requires ?? [], mode === "provider" ? [] : customKinds(scan.objects)),
    ...permissions(spec.permissions, () =>
      permissionsOf(scan.objects, manifests, commanded?.command.foreign !== undefined),
    ),
    metering: spec.metering as MeterDeclaration[],
    ...(provider ? { provider } : {}),
    actions,
    manifests,
    ...(chart ? { chart } : {}),
    ...(commanded ? { command: commanded.command } : {}),
    ...(workspace ? { workspace } : {}),
    readmes: readmes(files),
    ...(icon ? { icon } : {}),
    containerImages: scan.containerImages,
    warnings: [...warnings, ...scan.warnings],
  };
}

function checkedFiles(given: Files): Map<string, Uint8Array> {
  if (given.size > limits.files) {
    throw new ImageError([
      `the image has ${given.size} files; at most ${limits.files} are allowed`,
      `镜像有 ${given.size} 个文件，最多允许 ${limits.files} 个`,
    ]);
  }
  let total = 0;
  const files = new Map<string, Uint8Array>();
  for (const [path, data] of given) {
    total += data.byteLength;
    files.set(imagePath(path), data);
  }
  if (total > limits.unpacked) {
    throw new ImageError([
      `the image is larger than ${limits.unpacked / 1024 ** 2} MiB unpacked`,
      `镜像解压后大于 ${limits.unpacked / 1024 ** 2} MiB`,
    ]);
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The file with the `Template`; images that say with a command what they do may have none. */
function findHeader(files: Files, hasCommand: boolean): string | undefined {
  const named = HEADER_FILES.find((name) => files.has(name));
  const top = [...files.keys()].filter((path) => !path.includes("/") && YAML_FILE.test(path));
  const found = named ?? (top.length === 1 ? top[0] : undefined);
  if (hasCommand && !/^app\./.test(found ?? "") && (!found || !isHeader(decoded(files, found))))
    return undefined;
  if (found) return found;
  throw new ImageError([
    "the image has no app.yaml (the document with `kind: Template`)",
    "镜像缺少 app.yaml（含 `kind: Template` 的文档）",
  ]);
}

/** What an image without a `Template` says of itself: its labels, else its README's heading. */
function bareHeader(files: Files, labels: Record<string, string>): SourceFile {
  const heading = /^#\s+(.+)$/m.exec(readmes(files).en ?? "")?.[1]?.trim();
  const title = labels["org.opencontainers.image.title"] ?? heading;
  const spec = { ...(title ? { title: title.replaceAll("${{", "") } : {}) };
  const document = { apiVersion: "app.sealos.io/v1", kind: "Template", metadata: {}, spec };
  return { path: "README.md", text: JSON.stringify(document), line: 1 };
}

function manifestFiles(files: Files): SourceFile[] {
  return [...files.keys()]
    .filter((path) => path.startsWith("manifests/") && YAML_FILE.test(path))
    .map((path) => ({ path, text: decoded(files, path), line: 1 }));
}

function readActions(files: Files, warnings: string[]): Action[] {
  const actions: Action[] = [];
  for (const path of files.keys()) {
    if (!/^(actions|\.sealos-actions)\/.+\.ya?ml$/i.test(path)) continue;
    const read = readAction({ path, text: decoded(files, path), line: 1 }, warnings);
    const [action] = read;
    if (!action) continue;
    const acts = ({ name, target }: Action) => JSON.stringify([name, target?.apiVersion, target?.kind]);
    if (actions.some((each) => read.some((other) => acts(each) === acts(other)))) {
      throw new ImageError([`a second action is called ${action.name}`, `有另一个操作也叫 ${action.name}`], {
        file: path,
        line: 1,
      });
    }
    for (const named of [...(action.apply ?? []), ...(action.delete ?? [])]) {
      const wanted = imagePath(named);
      if (![...files.keys()].some((file) => file === wanted || file.startsWith(`${wanted}/`))) {
        throw new ImageError(
          [
            `the action ${action.name} names ${named}, which is not in the image`,
            `操作 ${action.name} 引用了 ${named}，而镜像中没有它`,
          ],
          {
            file: path,
          },
        );
      }
    }
    actions.push(...read);
  }
  return actions;
}

function defaultsOf({ spec }: Header): ImageContent["defaults"] {
  return Object.fromEntries(
    Object.entries(spec.defaults).map(([name, declared]) => {
      const type = declared?.type === "number" || declared?.type === "boolean" ? declared.type : "string";
      return [name, { type, value: declared?.value ?? "" }];
    }),
  );
}

function requirements(declared: Requirement[], used: Requirement[]): Requirement[] {
  const key = (each: Requirement) => ("image" in each ? each.image : `${each.apiVersion}/${each.kind}`);
  return [...new Map([...declared, ...used].map((each) => [key(each), each])).values()];
}

/** The publisher's words, else what the manifests ask for. */
function permissions(
  declared: string[],
  found: () => Permission[],
): Pick<ImageContent, "permissions" | "permissionReasons"> {
  if (declared.length > 0) return { permissions: declared };
  const all = found();
  return { permissions: all.map(({ text }) => text), permissionReasons: all.map(({ words }) => words) };
}

function localized(found: Header["spec"]["i18n"]): ImageContent["i18n"] {
  return Object.fromEntries(
    Object.entries(found).map(([locale, { title, description, permissions = [] }]) => [
      locale,
      {
        ...(title ? { title } : {}),
        ...(description ? { description } : {}),
        ...(permissions.length > 0 ? { permissions } : {}),
      },
    ]),
  );
}

/** The READMEs among an image's files, by locale. @throws ImageError for one that is too long. */
export function readmes(files: Files): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [path, data] of files) {
    const match = README_FILE.exec(path);
    if (!match) continue;
    if (data.byteLength > limits.readme) {
      throw new ImageError(
        [`a README may be at most ${limits.readme / 1024} KiB`, `README 最大为 ${limits.readme / 1024} KiB`],
        { file: path },
      );
    }
    found[match[1]?.toLowerCase() ?? "en"] = decoded(files, path);
  }
  return found;
}

/** An icon in the image; an address elsewhere is never fetched. */
function findIcon(files: Files, named: string | undefined): ImageContent["icon"] {
  const path =
    named && !/^[a-z]+:/i.test(named) && files.has(imagePath(named))
      ? imagePath(named)
      : [...files.keys()].find((each) => ICON_FILE.test(each));
  const data = path && files.get(path);
  return data ? readIcon(data, path) : undefined;
}

function decoded(files: Files, path: string): string {
  const data = files.get(path) ?? new Uint8Array();
  if (YAML_FILE.test(path) && data.byteLength > limits.manifest) {
    throw new ImageError(
      [
        `a manifest file may be at most ${limits.manifest / 1024 ** 2} MiB`,
        `单个清单文件最大为 ${limits.manifest / 1024 ** 2} MiB`,
      ],
      { file: path },
    );
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(data);
  } catch (cause) {
    throw new ImageError(["this file is not UTF-8 text", "该文件不是 UTF-8 文本"], { file: path, cause });
  }
}

/** A name that is a name: public templates sometimes put an expression there. */
function plainName(name: string | undefined): string | undefined {
  return name && !name.includes("${{") ? name : undefined;
}

function slug(title: string): string {
  return (
    title
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "") || "image"
  );
}
