import type { RunningCluster } from "../../tools/cluster/index.ts";
import { startCluster } from "../../tools/cluster/index.ts";
import { groups } from "./cases/index.ts";
import { Connection } from "./connection.ts";
import { runGroup } from "./run.ts";
import type { Answer } from "./types.ts";

/** Those that the sandbox has without simulation: others would change objects between two requests. */
const CONTROLLERS = [
  "clusterrole-aggregation-controller",
  "garbage-collector-controller",
  "persistentvolumeclaim-protection-controller",
  "root-ca-certificate-publisher-controller",
  "namespace-controller",
  "resourcequota-controller",
  "serviceaccount-controller",
];

/** A fresh control plane with exactly the controllers that the battery reckons with. */
export async function startReference(say?: (line: string) => void): Promise<RunningCluster> {
  const cluster = await startCluster({ nodes: "none", controllers: CONTROLLERS, audit: false, say });
  cluster.processes["kube-scheduler"]?.kill("SIGKILL");
  return cluster;
}

/** How long a server that reads rights and quotas through caches is given after a write. */
const SETTLE_MS = 50;

/** Sends the whole battery, or the groups named, to the server of a kubeconfig. */
export async function answersOf(
  kubeconfig: string,
  only: readonly string[] = [],
  say?: (line: string) => void,
): Promise<Record<string, Answer[]>> {
  const connection = await Connection.fromKubeconfig(kubeconfig);
  try {
    await aggregated(connection);
    const answers: Record<string, Answer[]> = {};
    for (const group of groups) {
      if (only.length > 0 && !only.includes(group.name)) continue;
      const began = Date.now();
      answers[group.name] = await runGroup(
        connection,
        group,
        () => new Promise((done) => setTimeout(done, SETTLE_MS)),
      );
      say?.(`${group.name}: ${group.steps.length} in ${((Date.now() - began) / 1000).toFixed(1)} s`);
    }
    return answers;
  } finally {
    connection.close();
  }
}

/** Waits until the roles of a fresh cluster are filled: what is recorded about rights rests on them. */
async function aggregated(connection: Connection): Promise<void> {
  for (const role of ["admin", "edit", "view"]) {
    const path = `/apis/rbac.authorization.k8s.io/v1/clusterroles/${role}`;
    for (let attempt = 0; ; attempt++) {
      const { text } = await connection.request({ method: "GET", path });
      if (((JSON.parse(text) as { rules?: unknown[] | null }).rules ?? []).length > 0) break;
      if (attempt > 200) throw new Error(`the ClusterRole ${role} was never filled`);
      await new Promise((done) => setTimeout(done, 100));
    }
  }
}
