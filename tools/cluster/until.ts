import { setTimeout as delay } from "node:timers/promises";

/** Asks until the answer is yes. Throws after `timeoutMs`, naming what was waited for. */
export async function until(what: string, holds: () => Promise<boolean>, timeoutMs = 60_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`${what} did not appear within ${timeoutMs / 1000} s.`);
    await delay(50);
  }
}
