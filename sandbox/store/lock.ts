import { mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

/**
 * Takes a folder for this process. Rejects with a sentence when another process that still runs has it; one that was
 * killed leaves only a stale note, which is replaced.
 */
export async function lock(directory: string): Promise<() => Promise<void>> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, "lock");
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      const file = await open(path, "wx", 0o600);
      await file.writeFile(`${process.pid} ${(await startOf(process.pid)) ?? ""}`);
      await file.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const holder = await holderOf(path);
      if (holder) throw new Error(`${directory} is in use by another sandbox (process ${holder})`);
      await rm(path, { force: true });
    }
  }
  throw new Error(`${directory} cannot be locked: several sandboxes start in it at once`);
}

async function holderOf(path: string): Promise<number | undefined> {
  const [id, start] = (await readFile(path, "utf8").catch(() => "")).split(" ");
  const pid = Number(id);
  if (!pid || pid === process.pid) return;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM" ? pid : undefined;
  }
  // A number that is in use again belongs to another process, which began later.
  const now = await startOf(pid);
  return now === DEAD || (start && now && start !== now) ? undefined : pid;
}

const DEAD = "dead";

/** When a process began, in the kernel's own count; DEAD for a zombie, undefined where there is no /proc. */
async function startOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields?.[0] === "Z" || fields?.[0] === "X" ? DEAD : fields?.[19];
}
