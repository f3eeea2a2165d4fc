import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";

/**
 * Runs `work` while this process, alone on the machine, holds the lock `file`. The lock is the operating system's (the
 * one SQLite takes for a write), so it goes with a process that dies. `onWait` is called once if another holds it.
 */
export async function withLock<T>(file: string, work: () => Promise<T>, onWait: () => void): Promise<T> {
  const database = new DatabaseSync(file);
  try {
    for (let waited = false; !begin(database); ) {
      if (!waited) onWait();
      waited = true;
      await delay(300);
    }
    return await work();
  } finally {
    database.close();
  }
}

function begin(database: DatabaseSync): boolean {
  try {
    database.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if (error instanceof Error && /locked|busy/i.test(error.message)) return false;
    throw error;
  }
}
