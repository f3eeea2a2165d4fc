// Copies what the chart takes from elsewhere in deploy/ into its own folder: node deploy/chart/sync.ts
import { cp, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

const deploy = join(import.meta.dirname, "..");
const files = join(import.meta.dirname, "files");

/** Folders below deploy/ that the chart carries. Helm reads no file outside of the chart. */
const FOLDERS = ["rbac", "grants", "policies"];

/** Rights of a cluster administrator are for the sandbox. */
const LEFT_OUT = new Set(["50-manager-providers.yaml"]);

async function read(folder: string): Promise<Map<string, string>> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const yaml = names.filter((name) => name.endsWith(".yaml") && !LEFT_OUT.has(name)).sort();
  return new Map(
    await Promise.all(yaml.map(async (name) => [name, await readFile(join(folder, name), "utf8")] as const)),
  );
}

/** Files of the copy that are missing, differ, or are not in deploy/ any more. */
export async function staleFiles(): Promise<string[]> {
  const stale: string[] = [];
  for (const folder of FOLDERS) {
    const source = await read(join(deploy, folder));
    const copy = await read(join(files, folder));
    for (const name of new Set([...source.keys(), ...copy.keys()]))
      if (source.get(name) !== copy.get(name)) stale.push(`${folder}/${name}`);
  }
  return stale;
}

if (import.meta.main) {
  const stale = await staleFiles();
  for (const path of stale) {
    await mkdir(join(files, path, ".."), { recursive: true });
    await cp(join(deploy, path), join(files, path)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
      return rm(join(files, path));
    });
  }
  process.stdout.write(stale.length ? `copied: ${stale.join(", ")}\n` : "the chart's files are up to date\n");
}
