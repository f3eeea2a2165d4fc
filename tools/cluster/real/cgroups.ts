import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const ROOT = "/sys/fs/cgroup";
/** The kernel lets go of an emptied cgroup a moment after its last process. */
const MOST_TRIES = 100;

/** Where hierarchies of cgroups begin: one folder per controller (version 1), or one for all (version 2). */
function hierarchies(): string[] {
  if (!existsSync(ROOT)) return [];
  const below = readdirSync(ROOT).map((entry) => join(ROOT, entry));
  // Some systems have a link per controller beside the folder of several.
  const folders = below.filter((path) => lstatSync(path).isDirectory());
  return [ROOT, ...folders].filter((path) => existsSync(join(path, "cgroup.procs")));
}

/** Makes an empty cgroup of this name in every hierarchy, for the kubelet to put pods below. */
export function makeCgroup(name: string): void {
  for (const hierarchy of hierarchies()) {
    const dir = join(hierarchy, name);
    mkdirSync(dir);
    // Without processors and memory of its own, a group of this controller takes no processes.
    for (const file of ["cpuset.cpus", "cpuset.mems"])
      if (existsSync(join(dir, file)) && !existsSync(join(dir, "cgroup.controllers")))
        writeFileSync(join(dir, file), readFileSync(join(hierarchy, file)));
  }
}

function removeTree(dir: string): void {
  for (const entry of readdirSync(dir, { withFileTypes: true }))
    if (entry.isDirectory()) removeTree(join(dir, entry.name));
  rmdirSync(dir);
}

/** Removes a cgroup and those below it from every hierarchy. Throws when one is still in use after two seconds. */
export async function removeCgroup(name: string): Promise<void> {
  for (const place of hierarchies().map((hierarchy) => join(hierarchy, name)))
    for (let tries = 1; existsSync(place); tries++)
      try {
        removeTree(place);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "ENOENT") continue;
        if (code !== "EBUSY" || tries > MOST_TRIES) throw error;
        await delay(20);
      }
}
