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
  const applied = new Map<string, SourceFile>();
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
        const found = filesNamed(files.keys(), named, { folder, recursive: step.recursive });
        if (found.length === 0)
          throw new ImageError([`${named} is not in the image`, `镜像中没有 ${named}`], place);
        for (const each of found)
          if (step.verb === "delete") applied.delete(each);
          else if (!applied.has(each))
            applied.set(each, { path: each, text: textOf(files.get(each), each), line: 1 });
        if (step.verb === "delete") refusePartly([...applied.values()], found, files, place);
      }
  }
  return { command: { lines }, manifests: [...applied.values()] };
}

/** Files stand for their objects, so an object may not be taken away from under a file that stays. */
function refusePartly(
  staying: SourceFile[],
  gone: string[],
  files: Files,
  place: { file: string; line: number },
): void {
  const sources = gone.map((path) => ({ path, text: textOf(files.get(path), path), line: 1 }));
  const names = (all: SourceFile[]) =>
    scanManifests(all).objects.map(({ apiVersion, kind, name }) => `${apiVersion} ${kind} ${name}`);
  const removed = new Set(names(sources));
  const both = names(staying).find((name) => removed.has(name));
  if (both)
    throw new ImageError(
      [
        `this deletes ${both}, which a file that stays applied has too`,
        `这里删除 ${both}，但另一个保持应用的文件中也有它`,
      ],
      place,
    );
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
