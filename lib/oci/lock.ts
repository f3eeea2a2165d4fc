import { open, rm, stat, utimes } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

const STALE_MS = 10_000;

/**
 * Runs `work` while holding a lock file, so that processes sharing a folder change it one after another. A lock whose
 * holder died is taken over after 10 s; a living holder renews it.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  while (!(await acquire(path))) await delay(5 + Math.random() * 20);
  const renew = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => clearInterval(renew));
  }, STALE_MS / 4);
  try {
    return await work();
  } finally {
    clearInterval(renew);
    await rm(path, { force: true });
  }
}

async function acquire(path: string): Promise<boolean> {
  try {
    const handle = await open(path, "wx");
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const held = await stat(path).catch(() => undefined);
    if (held && Date.now() - held.mtimeMs > STALE_MS) await rm(path, { force: true });
    return false;
  }
}
