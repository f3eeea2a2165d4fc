import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import createMatcher from "ignore";
import { readFolder } from "../images/index.ts";

/** The folder that is built, without what `.dockerignore` leaves out. */
export interface BuildContext {
  files: Map<string, Uint8Array>;
  /** Files that may be run; all others are 0644 in the image. */
  executable: Set<string>;
  /** Whether `.dockerignore` leaves a path out. */
  ignores: (path: string) => boolean;
}

/** @throws ImageError for links that leave the folder, and over the limits on count and size. */
export async function readContext(folder: string): Promise<BuildContext> {
  const ignores = ignoring(await readText(join(folder, ".dockerignore")));
  const files = await readFolder(folder, { ignores });
  files.delete(".dockerignore");
  const executable = new Set<string>();
  for (const path of files.keys()) if ((await lstat(join(folder, path))).mode & 0o100) executable.add(path);
  return { files, executable, ignores };
}

async function readText(path: string): Promise<string> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
}

/**
 * What `.dockerignore` leaves out: the last line that matches a path, or a folder it is in, decides. Other than with
 * git, `!` brings a file back out of a folder that is left out.
 */
export function ignoring(text: string): (path: string) => boolean {
  const rules = text
    .split(/\r?\n/)
    .filter((line) => !line.startsWith("#") && line.trim() !== "")
    .map((line) => {
      const pattern = line.trim();
      const back = pattern.startsWith("!");
      return { back, matches: matching(back ? pattern.slice(1).trim() : pattern) };
    });
  return (path) => {
    let ignored = false;
    for (const { back, matches } of rules) if (back === ignored && matches(path)) ignored = !back;
    return ignored;
  };
}

/** Whether a path, or a folder that it is in, fits a pattern whose beginning is the folder's root (`a/*.yaml`, `**` too). */
export function matching(pattern: string): (path: string) => boolean {
  const plain = pattern.replace(/^(\.?\/+)+/, "").replace(/\/+$/, "");
  if (plain === "" || plain === ".") return () => true;
  const matcher = createMatcher({ ignorecase: false }).add(`/${plain}`);
  return (path) => matcher.ignores(path);
}

/** Every path of the files and of the folders that they are in, each once. */
export function pathsOf(files: Iterable<string>): string[] {
  const paths = new Set<string>();
  for (const file of files) {
    const steps = file.split("/");
    for (let depth = 1; depth <= steps.length; depth++) paths.add(steps.slice(0, depth).join("/"));
  }
  return [...paths].sort();
}
