import type { Cluster } from "../cluster/index.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { listAt } from "./paths.ts";
import { hostClaims, type PolicyRule } from "./rules.ts";

/** What a tenant's editors may do: the aggregated rules of `hub-tenant-editor`. */
export async function readTenantRules(cluster: Cluster): Promise<PolicyRule[]> {
  const role = await cluster.find<KubernetesObject>({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    name: "hub-tenant-editor",
  });
  return listAt(role, "rules") as PolicyRule[];
}

/** Hosts that Ingresses claim, each with the namespace of the oldest claim. */
export function hostsOf(ingresses: readonly KubernetesObject[]): Map<string, string> {
  const hosts = new Map<string, string>();
  const oldestFirst = [...ingresses].sort((a, b) =>
    (a.metadata.creationTimestamp ?? "").localeCompare(b.metadata.creationTimestamp ?? ""),
  );
  for (const ingress of oldestFirst) {
    for (const { host } of hostClaims(ingress)) {
      if (host && !hosts.has(host)) hosts.set(host, ingress.metadata.namespace ?? "");
    }
  }
  return hosts;
}
