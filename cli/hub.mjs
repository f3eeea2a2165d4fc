#!/usr/bin/env node
// `hub` on any Node since 18: hands over to Node 24, which runs the TypeScript sources, in the folder it was called from.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { nodeBinary } from "../scripts/runtime.mjs";

const main = new URL("./main.mjs", import.meta.url);
const node = nodeBinary();
if (node === process.execPath) await import(main.href);
else {
  const args = ["--disable-warning=ExperimentalWarning", fileURLToPath(main), ...process.argv.slice(2)];
  const child = spawn(node, args, { stdio: "inherit" });
  // The terminal signals the whole group; this process only waits, so that the exit code is the child's.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => signal !== "SIGINT" && child.kill(signal));
  child.on("error", (error) => {
    process.stderr.write(`hub: ${node} cannot be started: ${error.message}\n`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}
