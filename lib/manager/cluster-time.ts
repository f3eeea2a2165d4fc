import type { Cluster } from "../cluster/index.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";

/**
 * What the API server's clock says, in milliseconds since the epoch, to the second; asked with a dry run of something that
 * no quota counts. For what cannot be undone: the clock of the manager's machine may have jumped.
 * @throws ApiError
 */
export async function clusterTime(cluster: Cluster, namespace: string): Promise<number> {
  const { metadata } = await cluster.create<KubernetesObject>(
    {
      apiVersion: "apps/v1",
      kind: "ControllerRevision",
      metadata: { name: "", generateName: "time-", namespace },
      revision: 1,
      data: {},
    },
    { dryRun: true },
  );
  return Date.parse(metadata.creationTimestamp ?? "");
}
