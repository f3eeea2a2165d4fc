import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startSandbox } from "../../sandbox/index.ts";
import { freePort } from "../cluster/ports.ts";
import type { Backend, TestClusterOptions } from "./index.ts";

/** The embedded cluster, in this process. */
export async function startEmbedded(dir: string, { speed, durable }: TestClusterOptions): Promise<Backend> {
  // One that comes back at its port has one that nobody takes meanwhile.
  const given = durable ? await freePort() : undefined;
  const start = () =>
    startSandbox({
      ...(durable && { dataDir: join(dir, "cluster") }),
      ...(speed && { simulate: { speed } }),
      ...(given && { port: given }),
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
          sandbox = await start();
        },
      };
    },
    hang() {
      throw new Error("the sandbox of an integration test runs in the test's own process and cannot hang");
    },
    stop: () => sandbox.stop(),
  };
}
