import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { Cluster } from "../lib/cluster/index.ts";
import { root } from "../scripts/runtime.mjs";
import { freePort } from "../tools/cluster/ports.ts";

const NAMESPACE = { apiVersion: "v1", kind: "Namespace", metadata: { name: "kept" } };

interface Started {
  child: ChildProcess;
  exited: Promise<number | null>;
  output: () => string;
}

async function start(stateDir: string, port: number, args: string[] = []): Promise<Started> {
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", "scripts/start/main.ts", ...args],
    {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, KUBECONFIG: "", SANDBOX_DIR: stateDir, PORT: String(port) },
    },
  );
  let text = "";
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk) => {
        text += chunk;
        // The last line that a start prints.
        if (text.includes("Stop with Ctrl-C")) resolve();
      });
    void exited.then(() => reject(new Error(text)));
  });
  return { child, exited, output: () => text };
}

function processesOf(stateDir: string): number[] {
  return readFileSync(join(stateDir, "processes"), "utf8").split("\n").map(Number);
}

/** A process that has ended and waits for its parent to notice counts as ended. */
function alive(pid: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return stdout.trim() !== "" && !stdout.startsWith("Z");
}

test("npm start says Ready with the demo accounts, stops all it started at Ctrl-C, and keeps its state", async () => {
  const stateDir = mkdtempSync(join(tmpdir(), "hub-start-"));
  const port = await freePort();
  let running: Started | undefined;
  try {
    running = await start(stateDir, port);
    expect(running.output()).toContain(`Ready on http://localhost:${port}`);
    for (const account of ["alice", "bob", "admin"]) expect(running.output()).toContain(account);
    await Cluster.fromKubeconfig(join(stateDir, "kubeconfig")).create(NAMESPACE);
    const pids = processesOf(stateDir);
    expect(pids.length).toBe(3);
    expect(pids.every(alive)).toBe(true);

    running.child.kill("SIGINT");
    expect(await running.exited).toBe(0);
    expect(pids.filter(alive)).toEqual([]);

    running = await start(stateDir, port);
    const again = Cluster.fromKubeconfig(join(stateDir, "kubeconfig"));
    expect(await again.find({ apiVersion: "v1", kind: "Namespace", name: "kept" })).toBeDefined();

    // Killed outright, it leaves its processes running; the next start ends them and goes on.
    const orphans = processesOf(stateDir);
    running.child.kill("SIGKILL");
    await running.exited;
    running = await start(stateDir, port, ["--reset"]);
    expect(orphans.filter(alive)).toEqual([]);
    const forgotten = Cluster.fromKubeconfig(join(stateDir, "kubeconfig"));
    expect(await forgotten.find({ apiVersion: "v1", kind: "Namespace", name: "kept" })).toBeUndefined();
  } finally {
    running?.child.kill("SIGINT");
    await running?.exited;
    rmSync(stateDir, { recursive: true, force: true });
  }
});
