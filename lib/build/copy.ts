import { posix } from "node:path";
import { matching, pathsOf } from "./context.ts";

/** Files on their way into an image. */
export interface Tree {
  files: Map<string, Uint8Array>;
  executable: Set<string>;
}

/** Files that one source of COPY names, by their place below the destination; undefined when it names nothing. */
export type Selected = { path: string; name: string }[];

/**
 * What a source of COPY names among the files: a file, the contents of a folder, or what fits a pattern. `whole` says
 * that it is one file, which the destination may give a new name.
 */
export function select(
  source: string,
  files: Iterable<string>,
): { files: Selected; whole: boolean } | undefined {
  const all = [...files];
  const wanted = posix.normalize(source).replace(/^\/+/, "").replace(/\/+$/, "");
  if (wanted === "" || wanted === ".")
    return { files: all.map((path) => ({ path, name: path })), whole: false };
  if (all.includes(wanted)) return { files: [{ path: wanted, name: posix.basename(wanted) }], whole: true };
  const below = contents(wanted, all);
  if (below.length > 0) return { files: below, whole: false };
  if (!/[*?[]/.test(wanted)) return undefined;
  const fits = matching(wanted);
  const found: string[] = [];
  for (const path of pathsOf(all))
    if (fits(path) && !found.some((above) => path.startsWith(`${above}/`))) found.push(path);
  const selected = found.flatMap((path) =>
    all.includes(path) ? [{ path, name: posix.basename(path) }] : contents(path, all),
  );
  return selected.length > 0
    ? { files: selected, whole: found.length === 1 && all.includes(found[0] ?? "") }
    : undefined;
}

function contents(folder: string, files: string[]): Selected {
  return files
    .filter((path) => path.startsWith(`${folder}/`))
    .map((path) => ({ path, name: path.slice(folder.length + 1) }));
}

/** Where a destination is in the image, without a slash at its ends; "" is the root. */
export function destination(path: string, workdir: string): string {
  return posix.resolve("/", workdir, path).slice(1);
}
