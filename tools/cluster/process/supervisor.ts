import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { closeSync, openSync, rmSync } from "node:fs";
import type { Command, Order, Report } from "./protocol.ts";

/**
 * Starts programs for one parent process and outlives it by a moment: when the parent is gone, however it ended, the
 * channel between them closes, and the supervisor ends the programs and removes what they left. Should the supervisor
 * itself be killed, the kernel kills the programs (`setpriv --pdeathsig`, where it is there).
 */

/** Nothing that these programs keep outlives them, so they need not end in order. */
const GRACE_MS = 1_000;

const children = new Map<string, ChildProcess>();
const cleanups: Command[] = [];
const folders: string[] = [];
let stopping = false;

const hasSetpriv =
  process.platform === "linux" &&
  spawnSync("setpriv", ["--pdeathsig", "KILL", "true"], { stdio: "ignore" }).status === 0;

function tell(report: Report): void {
  if (process.connected) process.send?.(report, () => undefined);
}

function start(name: string, { program, args, cwd, env, log }: Command): void {
  if (stopping) return;
  const output = openSync(log, "a");
  const [file, argv] = hasSetpriv
    ? ["setpriv", ["--pdeathsig", "KILL", "--", program, ...args]]
    : [program, args];
  const child = spawn(file, argv, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  child.once("error", (error) => tell({ report: "refused", name, why: error.message }));
  const { pid } = child;
  if (pid === undefined) return;
  children.set(name, child);
  child.once("exit", (code, signal) => {
    if (children.get(name) === child) children.delete(name);
    tell({ report: "ended", name, pid, how: signal ? `was ended by ${signal}` : `ended with code ${code}` });
  });
  tell({ report: "started", name, pid });
}

/** Ends the programs, removes what they left, and then this process. */
async function end(graceMs: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  await Promise.all([...children.values()].map((child) => endChild(child, graceMs)));
  for (const { program, args, cwd } of cleanups.reverse()) spawnSync(program, args, { cwd, stdio: "ignore" });
  for (const dir of folders) rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  tell({ report: "stopped" });
  if (process.connected) process.disconnect();
  process.exit(0);
}

async function endChild(child: ChildProcess, graceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  // A stopped process gets no signal but SIGKILL until it is continued.
  child.kill("SIGCONT");
  child.kill(graceMs > 0 ? "SIGTERM" : "SIGKILL");
  const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
  await ended;
  clearTimeout(timer);
}

process.on("message", (message: Order) => {
  if (message.order === "own") folders.push(message.dir);
  else if (message.order === "cleanup") cleanups.push(message.command);
  else if (message.order === "start") start(message.name, message.command);
  else void end(GRACE_MS);
});
process.on("disconnect", () => void end(0));
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => void end(GRACE_MS));
tell({ report: "ready" });
