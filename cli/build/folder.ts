import { mkdir, readdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { Context } from "../lib/context.ts";
import { CommandError } from "../lib/errors.ts";

/** Writes a new image folder. What is there already is never touched. */
export async function writeFolder(
  context: Context,
  folder: string,
  files: ReadonlyMap<string, string | Uint8Array>,
): Promise<void> {
  const place = resolve(context.cwd, folder);
  const present = await readdir(place).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const taken = [...files.keys()].filter((path) => present.includes(path.split("/")[0] ?? ""));
  if (taken.length > 0)
    throw new CommandError(
      [
        "{folder} has {files} already, and nothing was written. Name another folder.",
        "{folder} 中已有 {files}，未写入任何内容。请指定其他文件夹。",
      ],
      { params: { folder, files: taken.join(", ") } },
    );
  for (const [path, content] of files) {
    await mkdir(dirname(join(place, path)), { recursive: true });
    await writeFile(join(place, path), content, { flag: "wx" });
  }
  context.out.result({ folder, files: [...files.keys()] }, () => [
    ...[...files.keys()].map((path) => join(folder, path)),
    context.out.say(
      [
        "Build it: hub build -t HOST/ORG/{name}:latest {folder}",
        "构建：hub build -t 主机/组织/{name}:latest {folder}",
      ],
      {
        name: nameOf(context, folder),
        folder,
      },
    ),
  ]);
}

/** A name for what is in a folder: lower-case letters, digits and '-'. */
export function nameOf({ cwd }: Context, folder: string): string {
  const name = basename(resolve(cwd, folder))
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return name || "app";
}
