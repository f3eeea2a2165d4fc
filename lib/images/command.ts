import { posix } from "node:path";
import type { Action, ImageCommand, SourceFile, Workspace } from "../model/image.ts";
import { filesNamed, readCommands, scriptOf } from "./commands.ts";
import { ImageError } from "./error.ts";
import { limits } from "./limits.ts";
import type { Files } from "./read.ts";
import { scanManifests } from "./scan.ts";
import { commandLines, type ImageSettings } from "./settings.ts";

/** Where an image's own commands stand, for messages. */
const CONFIG = "CMD";

/**
 * What ENTRYPOINT and CMD do. Where they only apply files with kubectl, `manifests` are those files, so that the image
 * installs as if it had said so itself.
 * @throws ImageError for a file that is not in the image
 */
export function readCommand(
  files: Files,
  settings: ImageSettings,
): { command: ImageCommand; manifests: SourceFile[] } | undefined {
  const lines = commandLines(settings);
  if (lines.length === 0) return undefined;
  const folder = folderOf(settings);
  /** By path: the number of the naming, from 1, that last applied it. */
  const applied = new Map<string, number>();
  const deleted = new Map<string, Deletion>();
  let at = 0;
  for (const [index, line] of lines.entries()) {
    const script = scriptOf(line);
    const path = script === undefined ? undefined : posix.join(folder, script);
    const data = path === undefined ? undefined : files.get(path);
    if (path !== undefined && !data)
      throw new ImageError([
        `the image starts with ${path}, which is not in it`,
        `镜像启动 ${path}，但镜像中没有它`,
      ]);
    const file = path ?? CONFIG;
    const { steps, foreign } = readCommands(data ? textOf(data, file) : line);
    if (foreign) {
      const at = path === undefined ? index + 1 : foreign.line;
      return { command: { lines, foreign: { ...foreign, file, line: at } }, manifests: [] };
    }
    for (const step of steps)
      for (const named of step.paths) {
        const place = { file, line: path === undefined ? index + 1 : step.line };
        if (++at > limits.commandPaths)
          throw new ImageError(
            [
              `the commands name more than ${limits.commandPaths} files and folders`,
              `命令引用的文件和文件夹超过 ${limits.commandPaths} 个`,
            ],
            place,
          );
        const found = filesNamed(files.keys(), named, { folder, recursive: step.recursive });
        if (found.length === 0)
          throw new ImageError([`${named} is not in the image`, `镜像中没有 ${named}`], place);
        for (const each of found)
          if (step.verb === "delete") {
            applied.delete(each);
            deleted.set(each, { at, place });
          } else applied.set(each, at);
      }
  }
  const sourceOf = (path: string): SourceFile => ({ path, text: textOf(files.get(path), path), line: 1 });
  refusePartly(applied, deleted, sourceOf);
  return { command: { lines }, manifests: [...applied.keys()].map(sourceOf) };
}

interface Deletion {
  /** The number of the naming. */
  at: number;
  place: { file: string; line: number };
}

/**
 * Files stand for their objects, so an object may not be taken away from under a file that stays. Each file is read once,
 * however many commands name it.
 */
function refusePartly(
  applied: ReadonlyMap<string, number>,
  deleted: ReadonlyMap<string, Deletion>,
  sourceOf: (path: string) => SourceFile,
): void {
  if (deleted.size === 0) return;
  const objectsOf = (paths: Iterable<string>) =>
    [...paths].flatMap((path) =>
      scanManifests([sourceOf(path)]).objects.map(({ apiVersion, kind, name }) => ({
        path,
        object: `${apiVersion} ${kind} ${name}`,
      })),
    );
  const removed = new Map<string, Deletion>();
  for (const { path, object } of objectsOf(deleted.keys())) {
    const deletion = deleted.get(path);
    if (deletion && deletion.at > (removed.get(object)?.at ?? 0)) removed.set(object, deletion);
  }
  for (const { path, object } of objectsOf(applied.keys())) {
    const deletion = removed.get(object);
    if (deletion && deletion.at > (applied.get(path) ?? 0))
      throw new ImageError(
        [
          `this deletes ${object}, which a file that stays applied has too`,
          `这里删除 ${object}，但另一个保持应用的文件中也有它`,
        ],
        deletion.place,
      );
  }
}

/** The image's files for commands that need a container: the image's own, or one of its actions. */
export function readWorkspace(
  files: Files,
  settings: ImageSettings,
  command: ImageCommand | undefined,
  actions: readonly Action[],
): Workspace | undefined {
  const foreign = actions.some(
    ({ cmd = [], image }) => !image && cmd.some((line) => readCommands(line).foreign),
  );
  if (!command?.foreign && !foreign) return undefined;
  const bytes = [...files.values()].reduce((sum, data) => sum + data.byteLength, 0);
  const env = (settings.Env ?? []).map((each) => {
    const at = each.indexOf("=");
    return [each.slice(0, at), each.slice(at + 1)] as const;
  });
  return {
    bytes,
    ...(bytes <= limits.workspace ? { files } : {}),
    env: Object.fromEntries(env.filter(([name]) => name !== "")),
    folder: folderOf(settings),
  };
}

function folderOf({ WorkingDir = "" }: ImageSettings): string {
  return posix.join("/", WorkingDir).slice(1).replace(/\/$/, "");
}

function textOf(data: Uint8Array | undefined, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(data);
  } catch (cause) {
    throw new ImageError(["this file is not UTF-8 text", "此文件不是 UTF-8 文本"], { file, cause });
  }
}
