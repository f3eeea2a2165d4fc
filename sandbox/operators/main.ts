import { Cluster } from "../../lib/cluster/index.ts";
import { start } from "./index.ts";

/** Runs the simulated operators against the cluster of KUBECONFIG, at SANDBOX_SPEED times life's pace. */
const cluster = Cluster.fromEnvironment();
const running = await start(cluster, {
  speed: Number(process.env.SANDBOX_SPEED ?? 1),
  onError: (error) => console.error(error instanceof Error ? error.message : error),
});
console.log(JSON.stringify({ ready: true, url: cluster.url, pid: process.pid }));
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    void running.stop().then(() => process.exit(0));
  });
}
