// Runs on any Node since 18, before anything is installed: brings the locked dependencies and hands over to Node 24.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, "node_modules", ".locked");
const major = 24;

/** Says one sentence and ends the process with exit code 1. */
export function fail(sentence) {
  process.stderr.write(`\n✕ ${sentence}\n`);
  process.exit(1);
}

function lockHash() {
  return createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
}

/** Installs the locked dependencies when they are missing or the lock file changed. */
export function ensureDependencies() {
  const wanted = lockHash();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  process.stdout.write("• Installing dependencies …\n");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const run = spawnSync(npm, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, NODE_ENV: "development", PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: "1" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (run.error) fail(`npm cannot be started (${run.error.message}): install Node with npm and try again.`);
  if (run.status !== 0) fail(explainInstall(run.stderr ?? ""));
  writeFileSync(stamp, wanted);
}

/** What npm's output means, in one sentence. */
export function explainInstall(output) {
  if (/ENOTFOUND|ETIMEDOUT|ECONNREFUSED|EAI_AGAIN|ENETUNREACH|ECONNRESET/.test(output))
    return "The dependencies cannot be installed: the npm registry cannot be reached. Connect to a network and try again.";
  if (/ENOSPC/.test(output))
    return "The dependencies cannot be installed: the disk is full. Free about 1 GB and try again.";
  if (/EACCES|EROFS/.test(output)) return `The dependencies cannot be installed: ${root} cannot be written.`;
  return `The dependencies cannot be installed. npm said:\n${output.trim().split("\n").slice(-12).join("\n")}`;
}

/** The Node 24 binary: this one if it is new enough, else the one that the npm package `node` brought. */
export function nodeBinary() {
  if (Number(process.versions.node.split(".")[0]) >= major) return process.execPath;
  const bundled = join(
    root,
    "node_modules",
    "node",
    "bin",
    process.platform === "win32" ? "node.exe" : "node",
  );
  if (!existsSync(bundled))
    fail(
      `Node ${major} is needed and this is ${process.version}. Remove node_modules and try again, or install Node ${major}.`,
    );
  return bundled;
}

/** Runs a TypeScript file of the project under Node 24 with the same terminal and passes its exit code on. */
export function handOver(file, args) {
  const node = nodeBinary();
  const child = spawn(node, ["--disable-warning=ExperimentalWarning", join(root, file), ...args], {
    cwd: root,
    stdio: "inherit",
    env: {
      ...process.env,
      PATH: `${dirname(node)}:${join(root, "node_modules", ".bin")}:${process.env.PATH}`,
    },
  });
  // The terminal signals the whole group; this process only waits, so that the exit code is the child's.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => signal !== "SIGINT" && child.kill(signal));
  child.on("exit", (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}
