import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startSandbox } from "../../sandbox/index.ts";
import type { Backend, TestClusterOptions } from "./index.ts";

/** The embedded cluster, in this process. */
export async function startEmbedded(dir: string, { speed, durable }: TestClusterOptions): Promise<Backend> {
  const start = (port?: number) =>
    startSandbox({
      ...(durable && { dataDir: join(dir, "cluster") }),
      ...(speed && { simulate: { speed } }),
      ...(port && { port }),
    });
  let sandbox = await start();
  const port = Number(new URL(sandbox.url).port);
  const kubeconfig = join(dir, "kubeconfig");
  await writeFile(kubeconfig, sandbox.kubeconfig, { mode: 0o600 });
  return {
    kubeconfig,
    ...(speed && { appsPort: port }),
    async outage() {
      if (!durable) throw new Error("this cluster keeps nothing: start it with { durable: true }");
      await sandbox.stop();
      return {
        async end() {
          sandbox = await start(port);
        },
      };
    },
    hang() {
      throw new Error("the sandbox of an integration test runs in the test's own process and cannot hang");
    },
    stop: () => sandbox.stop(),
  };
}
