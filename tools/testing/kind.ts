/** `sandbox`, a real control plane with simulated machines, one with real machines, or somebody's cluster. */
export type ClusterKind = "sandbox" | "fake" | "real" | "given";

/**
 * Which cluster the tests of this process run on: `HUB_TEST_CLUSTER` is `sandbox` (the default), `fake`, `real`, or the
 * path of a kubeconfig.
 */
export function clusterKind(wanted = process.env.HUB_TEST_CLUSTER || "sandbox"): ClusterKind {
  return wanted === "sandbox" || wanted === "fake" || wanted === "real" ? wanted : "given";
}
