import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Address of a thread's file in this folder; a bundled server, whose code has moved, finds it in its working directory. */
export function workerFile(name: string): URL {
  const here = import.meta.dirname;
  const candidates = [here, join(process.cwd(), "lib", "images")].filter((each) => each !== undefined);
  const found = candidates.map((folder) => join(folder, name)).find(existsSync);
  if (!found) throw new Error(`the file ${name} of a thread is not in ${candidates.join(" or ")}`);
  return pathToFileURL(found);
}
