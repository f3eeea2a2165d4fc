import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statfsSync, writeSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fail } from "../runtime.mjs";

function freeBytes(dir: string): number {
  const { bavail, bsize } = statfsSync(dir);
  return bavail * bsize;
}

const NEEDED_BYTES = 200 * 1024 * 1024;

/** Resolves when the port can be listened on; otherwise rejects with the system's error. */
export function tryPort(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, host, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : port));
    });
  });
}

/** Waits up to `patienceMs` for a port that is just being given up. */
export async function requirePort(port: number, host: string, patienceMs = 0): Promise<void> {
  const deadline = performance.now() + patienceMs;
  try {
    await tryPort(port, host);
  } catch (error) {
    if (performance.now() < deadline) {
      await delay(50);
      return requirePort(port, host, deadline - performance.now());
    }
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "EADDRINUSE")
      fail(`Port ${port} is in use. Stop what listens there, or choose another: PORT=${port + 1} npm start`);
    if (code === "EACCES") fail(`Port ${port} needs more rights. Choose one above 1023: PORT=3000 npm start`);
    fail(`Port ${port} on ${host} cannot be used: ${(error as Error).message}`);
  }
}

export function requireDisk(dir: string, free = freeBytes(dir)): void {
  if (free < NEEDED_BYTES)
    fail(
      `The disk of ${dir} is full: ${Math.round(free / 1e6)} MB are free and 200 MB are needed. Free some and try again.`,
    );
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Takes the state directory for this process; a second copy ends with one sentence. Returns the release. */
export function lock(dir: string): () => void {
  mkdirSync(dir, { recursive: true });
  const file = join(dir, "lock");
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const handle = openSync(file, "wx");
      writeSync(handle, String(process.pid));
      closeSync(handle);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST")
        fail(`${dir} cannot be written: ${(error as Error).message}`);
      const pid = Number(readFileSync(file, "utf8"));
      if (pid && pid !== process.pid && alive(pid))
        fail(
          `Sealos Hub already runs here (process ${pid}). Stop it first, or use another folder: SANDBOX_DIR=… npm start`,
        );
      rmSync(file, { force: true });
    }
  }
  return fail(`${file} cannot be taken: another copy starts at this moment.`);
}
