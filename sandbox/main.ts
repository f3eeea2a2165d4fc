import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startSandbox } from "./index.ts";

/**
 * Runs the sandbox as a process: SANDBOX_DIR, SANDBOX_PORT, SANDBOX_SPEED, SANDBOX_SIMULATE ("off": the API server
 * alone). One JSON line says that it is ready.
 */
const dataDir = process.env.SANDBOX_DIR ?? ".sandbox";
const speed = Number(process.env.SANDBOX_SPEED ?? 1);
const simulate = process.env.SANDBOX_SIMULATE === "off" ? false : { speed };

try {
  const sandbox = await startSandbox({
    dataDir,
    port: Number(process.env.SANDBOX_PORT ?? 0),
    simulate,
    onFailure(error) {
      console.error(`sandbox: ${error.message}`);
      process.exit(1);
    },
  });
  const kubeconfig = join(dataDir, "kubeconfig");
  // Whoever waits for the file finds it whole; made anew, it has the mode asked for.
  const unfinished = `${kubeconfig}.${process.pid}`;
  await rm(unfinished, { force: true });
  await writeFile(unfinished, sandbox.kubeconfig, { mode: 0o600 });
  await rename(unfinished, kubeconfig);
  console.log(JSON.stringify({ ready: true, url: sandbox.url, kubeconfig, pid: process.pid }));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      void sandbox.stop().then(() => process.exit(0));
    });
  }
} catch (error) {
  console.error(`sandbox: ${(error as Error).message}`);
  process.exit(1);
}
