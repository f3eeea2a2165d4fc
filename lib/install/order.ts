import { parseApiVersion } from "../model/kubernetes.ts";

type Type = { apiVersion: string; kind: string };

/**
 * The one order of kinds: what stands earlier is applied earlier and deleted later. Kinds within one rank do not need
 * each other, so a rank is applied at once. Kinds that are not named here are custom resources.
 */
const ranks: readonly (readonly string[])[] = [
  ["/Namespace", "apiextensions.k8s.io/CustomResourceDefinition"],
  ["/ResourceQuota", "/LimitRange", "scheduling.k8s.io/PriorityClass", "storage.k8s.io/StorageClass"],
  ["/ServiceAccount", "rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
  ["rbac.authorization.k8s.io/ClusterRoleBinding", "rbac.authorization.k8s.io/RoleBinding"],
  [
    "/Secret",
    "/ConfigMap",
    "/PersistentVolume",
    "/PersistentVolumeClaim",
    "networking.k8s.io/NetworkPolicy",
    "policy/PodDisruptionBudget",
  ],
  ["/Service", "/Endpoints", "discovery.k8s.io/EndpointSlice"],
  [
    "apps/Deployment",
    "apps/StatefulSet",
    "apps/DaemonSet",
    "apps/ReplicaSet",
    "batch/Job",
    "batch/CronJob",
    "/Pod",
  ],
  ["autoscaling/HorizontalPodAutoscaler", "networking.k8s.io/IngressClass", "networking.k8s.io/Ingress"],
  ["custom"],
  [
    "apiregistration.k8s.io/APIService",
    "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
    "admissionregistration.k8s.io/MutatingWebhookConfiguration",
    "admissionregistration.k8s.io/ValidatingAdmissionPolicy",
    "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding",
  ],
];

const rankByKind = new Map(ranks.flatMap((kinds, rank) => kinds.map((kind) => [kind, rank] as const)));
const customRank = rankByKind.get("custom") ?? 0;

/** Position of a kind in the order of applying. */
export function rankOf(type: Type): number {
  return rankByKind.get(`${parseApiVersion(type.apiVersion).group}/${type.kind}`) ?? customRank;
}

/** Whether the kind is one that Kubernetes itself does not serve. */
export function isCustom(type: Type): boolean {
  return rankOf(type) === customRank;
}

/** Groups by rank, first to be applied first; within a rank the given order is kept. */
export function inApplyOrder<T extends Type>(objects: readonly T[]): T[][] {
  const groups = new Map<number, T[]>();
  for (const object of objects) {
    const rank = rankOf(object);
    const group = groups.get(rank);
    if (group) group.push(object);
    else groups.set(rank, [object]);
  }
  return [...groups.entries()].sort(([a], [b]) => a - b).map(([, group]) => group);
}

/** The reverse of the order of applying. */
export function inDeleteOrder<T extends Type>(objects: readonly T[]): T[][] {
  return inApplyOrder(objects).reverse();
}
