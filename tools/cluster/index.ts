/** A real Kubernetes control plane on this machine, for developers and tests. See README.md. */
import { startLocalCluster } from "./cluster.ts";
import type { ClusterOptions, RunningCluster } from "./types.ts";

export { findBinaries } from "./binaries/find.ts";
export { type Authority, createAuthority, type KeyPair, type Subject } from "./certificates.ts";
export { freePort } from "./ports.ts";
export type { ClusterOptions, ClusterProcess, NodeFlavour, RunningCluster } from "./types.ts";

/** Starts a cluster and resolves when it is ready. Throws one sentence when that cannot be. */
export async function startCluster(options: ClusterOptions): Promise<RunningCluster> {
  const { nodes } = options;
  if (nodes !== "real") return startLocalCluster({ ...options, nodes });
  const { startRealCluster } = await import("./real/index.ts");
  return startRealCluster(options);
}
