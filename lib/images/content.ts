import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { ImageError } from "./error.ts";
import { readFolder } from "./folder.ts";
import { readImage } from "./read.ts";
import { ContentStore, type StoredImage } from "./store.ts";
import { unpackSubcharts } from "./subcharts.ts";

/** Who publishes what ships with the Hub. */
const ORGANIZATION = "labring";

/**
 * Puts every image below the given folders (`providers`, `images`) into a content store at `root`, each as
 * `labring/<folder>:<version>` and `:latest`. A single template file counts as a folder of its name.
 * @throws ImageError naming the folder too.
 */
export async function buildContent(root: string, parents: string[]): Promise<StoredImage[]> {
  const store = new ContentStore(root);
  const stored: StoredImage[] = [];
  for (const parent of parents) {
    const entries = await readdir(parent, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const isTemplate = entry.isFile() && /\.ya?ml$/.test(entry.name);
      if (entry.name.startsWith(".") || !(entry.isDirectory() || isTemplate)) continue;
      const folder = join(parent, entry.name);
      try {
        const files = await readFolder(folder);
        const { version } = readImage(await unpackSubcharts(files));
        const name = `${ORGANIZATION}/${entry.name.replace(/\.ya?ml$/, "").toLowerCase()}`;
        for (const tag of new Set([version, "latest"])) stored.push(await store.put(`${name}:${tag}`, files));
      } catch (error) {
        if (!(error instanceof ImageError)) throw error;
        throw new ImageError([`${folder}: ${error.message}`, `${folder}：${error.zh}`], { cause: error });
      }
    }
  }
  return stored;
}
