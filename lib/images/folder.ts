import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { basename, join, relative, sep } from "node:path";
import { ImageError } from "./error.ts";
import { limits } from "./limits.ts";

/** Not part of any image. */
const IGNORED = new Set([".git", "node_modules", ".DS_Store"]);

/**
 * Reads an image's folder, or a single template file, into paths and bytes. A link is followed inside the folder.
 * Files that `ignores` names are not read.
 * @throws ImageError for links that leave it, and over the limits on count and size.
 */
export async function readFolder(
  path: string,
  { ignores = () => false }: { ignores?: (path: string) => boolean } = {},
): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  if ((await stat(path)).isFile()) {
    files.set(basename(path), await readFile(path));
    return files;
  }
  const root = await realpath(path);
  let bytes = 0;
  const visit = async (folder: string, trail: string[]): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (IGNORED.has(entry.name)) continue;
      const shown = join(folder, entry.name);
      const name = relative(root, shown).split(sep).join("/");
      if (!entry.isDirectory() && ignores(name)) continue;
      const target = entry.isSymbolicLink() ? await follow(root, shown, name) : shown;
      const found = await stat(target);
      if (found.isDirectory()) {
        if (trail.includes(target))
          throw new ImageError(["this link goes round in a circle", "该链接形成了循环"], { file: name });
        if (target === shown) await visit(target, [...trail, target]);
        else
          throw new ImageError(
            ["links to folders are not allowed in an image", "镜像中不允许指向文件夹的链接"],
            { file: name },
          );
      } else if (found.isFile()) {
        bytes += found.size;
        if (files.size >= limits.files) {
          throw new ImageError(
            [`the folder has more than ${limits.files} files`, `文件夹中的文件超过 ${limits.files} 个`],
            { file: name },
          );
        }
        if (bytes > limits.unpacked) {
          throw new ImageError(
            [
              `the folder is larger than ${limits.unpacked / 1024 ** 2} MiB`,
              `文件夹大于 ${limits.unpacked / 1024 ** 2} MiB`,
            ],
            {
              file: name,
            },
          );
        }
        files.set(name, await readFile(target));
      } else
        throw new ImageError(["only files and folders can be in an image", "镜像中只能有文件和文件夹"], {
          file: name,
        });
    }
  };
  await visit(root, [root]);
  return files;
}

async function follow(root: string, link: string, name: string): Promise<string> {
  const target = await realpath(link).catch((cause: unknown) => {
    throw new ImageError(["this link points nowhere", "该链接没有指向任何文件"], { file: name, cause });
  });
  if (target !== root && !target.startsWith(root + sep)) {
    throw new ImageError(["this link leaves the image", "该链接指向镜像之外"], { file: name });
  }
  return target;
}
