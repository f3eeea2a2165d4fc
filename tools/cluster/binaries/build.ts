import { spawn } from "node:child_process";
import { access, mkdir, rename, rm } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import type { Source } from "./catalogue.ts";

/** Path of the Go toolchain's `go`, or undefined. */
export async function findGo(): Promise<string | undefined> {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/local/go/bin", "/usr/lib/go/bin"];
  for (const folder of folders.filter(Boolean)) {
    const go = join(folder, process.platform === "win32" ? "go.exe" : "go");
    if (
      await access(go).then(
        () => true,
        () => false,
      )
    )
      return go;
  }
  return undefined;
}

/**
 * Builds a program from its pinned module into `target`, which appears whole or not at all. Modules are verified against
 * the go.sum beside go.mod. Throws with the compiler's last lines.
 */
export async function build(go: string, source: Source, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const partial = `${target}.${process.pid}.part`;
  const args = [
    "build",
    "-mod=readonly",
    "-trimpath",
    "-buildvcs=false",
    `-ldflags=${source.ldflags}`,
    "-o",
    partial,
  ];
  try {
    await run("nice", ["-n", "10", go, ...args, source.package], source.dir);
    await rename(partial, target);
  } finally {
    await rm(partial, { force: true });
  }
}

function run(command: string, args: string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // GOWORK: a workspace file above the project must not change what is pinned here.
    const env = { ...process.env, CGO_ENABLED: "0", GOWORK: "off", GOFLAGS: "" };
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "ignore", "pipe"] });
    let output = "";
    child.stderr.on("data", (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-4_000);
    });
    child.once("error", reject);
    child.once("close", (code, signal) => {
      const tail = output
        .trim()
        .split("\n")
        .filter((line) => !line.startsWith("go: downloading"))
        .slice(-6);
      if (code === 0) resolve();
      else reject(new Error(tail.join("\n") || `go build was ended by ${signal ?? `code ${code}`}`));
    });
  });
}
