import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What a start that was killed outright left running: the next start ends it before it takes the ports. */
const FILE = "processes";
const OURS = /sandbox\/main\.ts|lib\/(manager|web)\/main\.ts|next-server|next\/dist\/bin\/next/;

export function remember(stateDir: string, pids: number[]): void {
  writeFileSync(join(stateDir, FILE), pids.join("\n"));
}

/**
 * Ends remembered processes that still are what they were; a number that was given to another program is left alone.
 * Returns whether there were any: their ports are free a moment later.
 */
export function endOrphans(stateDir: string): boolean {
  const file = join(stateDir, FILE);
  if (!existsSync(file)) return false;
  let found = false;
  for (const pid of readFileSync(file, "utf8").split("\n").map(Number).filter(Boolean)) {
    const command = spawnSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" }).stdout ?? "";
    if (!OURS.test(command)) continue;
    found = true;
    try {
      process.kill(-pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
  return found;
}
