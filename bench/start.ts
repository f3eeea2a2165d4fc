// From an empty clone to `Ready`, with an empty home directory; then the second start.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../scripts/runtime.mjs";
import { tryPort } from "../scripts/start/checks.ts";

const folder = mkdtempSync(join(tmpdir(), "hub-start-"));
const clone = join(folder, "hub");
const home = join(folder, "home");
mkdirSync(home);

/** Seconds from `npm start` to the line that says Ready. */
async function secondsToReady(port: number): Promise<number> {
  const began = performance.now();
  const child = spawn("npm", ["start"], {
    cwd: clone,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, HOME: home, PORT: String(port) },
  });
  const output: string[] = [];
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const ready = new Promise<number>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => {
        output.push(String(chunk));
        if (output.join("").includes("Ready on")) resolve((performance.now() - began) / 1000);
      });
    child.once("exit", () => reject(new Error(`npm start ended:\n${output.join("")}`)));
  });
  const seconds = await ready;
  if (child.pid) process.kill(-child.pid, "SIGINT");
  await exited;
  return seconds;
}

try {
  spawnSync("git", ["clone", "--quiet", root, clone], { stdio: "inherit" });
  const port = await tryPort(0, "127.0.0.1");
  process.stdout.write(
    `empty clone to Ready   ${(await secondsToReady(port)).toFixed(1)} s   (at most 180)\n`,
  );
  process.stdout.write(
    `second start           ${(await secondsToReady(port)).toFixed(1)} s   (at most 10)\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
