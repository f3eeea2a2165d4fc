import type { InstanceKind } from "../model/image.ts";
import { type KubernetesObject, parseApiVersion } from "../model/kubernetes.ts";
import { label } from "../model/resources.ts";

const READ = ["get", "list", "watch"];
const FOLLOW = ["list", "watch"];
const WRITE = ["create", "update", "patch", "delete", "deletecollection"];

/** ClusterRoles that give tenants rights on a provider's kinds, by aggregation, and let pages follow them. */
export function providerRoles(
  name: string,
  kinds: readonly Pick<InstanceKind, "apiVersion" | "plural" | "members" | "backups">[],
): KubernetesObject[] {
  if (kinds.length === 0) return [];
  // What instances are made of is seen, and changed by their operator alone.
  const seen = [...kinds, ...kinds.flatMap(({ members }) => members ?? [])];
  // Jobs are everybody's to see in their own workspace already.
  const batch = kinds.some(({ backups }) => backups) ? ["jobs", "cronjobs"] : [];
  const watched = [...seen, ...batch.map((plural) => ({ apiVersion: "batch/v1", plural }))];
  const rules = (of: readonly { apiVersion: string; plural: string }[], verbs: string[], subresource = "") =>
    of.map(({ apiVersion, plural }) => ({
      apiGroups: [parseApiVersion(apiVersion).group],
      resources: [`${plural}${subresource}`],
      verbs,
    }));
  const role = (suffix: string, aggregate: string, given: object[]): KubernetesObject => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: `hub-provider-${name}-${suffix}`, labels: { [aggregate]: "true" } },
    rules: given,
  });
  return [
    role("view", label.aggregateToView, [...rules(seen, READ), ...rules(kinds, ["get"], "/status")]),
    role("edit", label.aggregateToEdit, rules(kinds, WRITE)),
    role("web", label.aggregateToWeb, rules(watched, FOLLOW)),
  ];
}
