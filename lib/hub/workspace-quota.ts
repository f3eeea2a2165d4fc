import { tenantNamespace } from "../install/tenant.ts";
import { parseQuantity } from "../model/quantity.ts";
import { countedKind } from "../model/quota-count.ts";
import { type Hub, tenantsOf } from "./hub.ts";
import { SpokenProblem } from "./messages.ts";
import { refuse } from "./organizations.ts";
import { type Actor, administratorOf } from "./roles.ts";

/**
 * Lets a workspace take more or less; what is absent stays. What runs already goes on, also when it takes more.
 * @param amounts as Kubernetes writes them: `16`, `500m`, `32Gi`; of a kind (`count/clusters.cluster.x-k8s.io`) a whole
 *   number, or nothing, which leaves it to the provider's own limit
 * @throws `fields-wrong` for what is no amount, `workspace-unknown`
 */
export async function setWorkspaceQuota(
  hub: Hub,
  actor: Actor,
  uid: string,
  amounts: Readonly<Record<string, string>>,
): Promise<void> {
  const cluster = administratorOf(hub, actor);
  const namespace = tenantsOf(hub).get(undefined, uid)?.status?.namespace;
  if (!namespace) throw new SpokenProblem("workspace-unknown", { namespace: tenantNamespace(uid) });
  const hard: Record<string, string | null> = {};
  for (const [resource, amount] of Object.entries(amounts)) {
    const counted = countedKind(resource) !== undefined;
    const number = parseQuantity(amount) ?? -1;
    if (counted && amount === "") hard[resource] = null;
    else if (counted && !Number.isSafeInteger(number)) refuse(resource, "quota-count-amount", { amount });
    else if (number < 0) refuse(resource, counted ? "quota-count-amount" : "quota-amount", { amount });
    else hard[resource] = amount;
  }
  const ref = { apiVersion: "v1", kind: "ResourceQuota", name: "quota", namespace };
  await cluster.patch(ref, { spec: { hard } }, { type: "merge" });
}
