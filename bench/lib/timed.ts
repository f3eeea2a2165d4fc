import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Milliseconds that a program took. Not synchronously: somebody has to read a registry's log, or it stops. */
export async function timed(
  program: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<number> {
  const began = performance.now();
  await promisify(execFile)(program, args, { env: { ...process.env, ...env } });
  return performance.now() - began;
}
