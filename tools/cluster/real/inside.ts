import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync } from "node:fs";
import { connect, type Server } from "node:net";
import { removeCgroup } from "./cgroups.ts";
import type { Home, ProcessSpec, Reply, Request, RunResult } from "./protocol.ts";

/**
 * The supervisor: the only process that the host starts inside the namespaces. It carries out orders from the host
 * and, when the host dies without saying stop, removes what a namespace does not take along: cgroups and files.
 */

const home = JSON.parse(process.argv[2] ?? "") as Home;
const specs = new Map<string, ProcessSpec>();
const children = new Map<string, ChildProcess>();
const expected = new WeakSet<ChildProcess>();

const answer = (reply: Reply) => process.send?.(reply);

function start(spec: ProcessSpec): number {
  const log = openSync(spec.log, "a");
  const child = spawn(spec.program, spec.args, {
    stdio: ["ignore", log, log],
    env: { ...process.env, NODE_CHANNEL_FD: undefined, ...spec.env },
  });
  closeSync(log);
  specs.set(spec.name, spec);
  children.set(spec.name, child);
  const ended = (how: string) => {
    if (!expected.has(child)) answer({ ended: spec.name, how });
  };
  child.once("error", (error) => ended(error.message));
  child.once("exit", (code, signal) => ended(signal ? `was ended by ${signal}` : `ended with code ${code}`));
  return child.pid ?? 0;
}

function run(program: string, args: string[], input: string | undefined): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: "pipe",
      env: { ...process.env, NODE_CHANNEL_FD: undefined },
    });
    const output = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk: Buffer) => {
      output.stdout += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      output.stderr += chunk.toString();
    });
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? 128, ...output }));
    // A program that does not read its input has ended by then; its exit code says how.
    child.stdin.on("error", () => child.stdin.destroy());
    child.stdin.end(input);
  });
}

function forward(server: Server, host: string, port: number): void {
  server.on("connection", (socket) => {
    const target = connect({ host, port, allowHalfOpen: true });
    const both = [socket, target];
    for (const each of both) {
      each.setNoDelay(true);
      each.on("error", () => {
        for (const end of both) end.destroy();
      });
      each.on("close", () => {
        for (const end of both) end.destroy();
      });
    }
    socket.pipe(target).pipe(socket);
  });
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once("exit", () => resolve()));
}

async function restart(name: string): Promise<number> {
  const spec = specs.get(name);
  const child = children.get(name);
  if (!spec || !child) throw new Error(`There is no process ${name}.`);
  expected.add(child);
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await ended(child);
  clearTimeout(timer);
  return start(spec);
}

/** Ends everything in this PID namespace but its first process, which waits for this one and then ends as well. */
async function endAll(): Promise<void> {
  for (const child of children.values()) expected.add(child);
  try {
    process.kill(-1, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
  await removeCgroup(home.cgroup);
}

/** Mount points below the cluster's folder, the deepest first. */
function mountsBelow(dir: string): string[] {
  return readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "")
    .filter((path) => path.startsWith(`${dir}/`))
    .reverse();
}

/** Nobody is left outside to remove the files. What is mounted among them may be the host's: unmount it first. */
async function abandon(): Promise<void> {
  await endAll();
  for (const mount of mountsBelow(home.dir)) await run("umount", ["-l", mount], undefined);
  if (home.owned && mountsBelow(home.dir).length === 0) rmSync(home.dir, { recursive: true, force: true });
  process.exit(1);
}

async function obey(request: Request, handle: unknown): Promise<number | RunResult | undefined> {
  switch (request.do) {
    case "start":
      return start(request);
    case "run":
      return run(request.program, request.args, request.input);
    case "restart":
      return restart(request.name);
    case "signal": {
      const child = children.get(request.name);
      if (!child) throw new Error(`There is no process ${request.name}.`);
      expected.add(child);
      child.kill(request.signal);
      return child.pid;
    }
    case "forward":
      return forward(handle as Server, request.host, request.port) as undefined;
    case "stop":
      await endAll();
      return undefined;
  }
}

process.on("message", (request: Request, handle: unknown) => {
  obey(request, handle).then(
    (value) => {
      answer({ id: request.id, ...(value === undefined ? {} : { value }) });
      if (request.do === "stop") process.disconnect();
    },
    (error: Error) => answer({ id: request.id, error: error.message }),
  );
  if (request.do === "stop") process.off("disconnect", abandon).on("disconnect", () => process.exit(0));
});
process.on("disconnect", abandon);
