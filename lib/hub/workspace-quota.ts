import { tenantNamespace } from "../install/tenant.ts";
import { parseQuantity } from "../model/quantity.ts";
import { type Hub, tenantsOf } from "./hub.ts";
import { SpokenProblem } from "./messages.ts";
import { refuse } from "./organizations.ts";
import { type Actor, administratorOf } from "./roles.ts";

/**
 * Lets a workspace take more or less; what is absent stays. What runs already goes on, also when it takes more.
 * @param amounts as Kubernetes writes them: `16`, `500m`, `32Gi`
 * @throws `fields-wrong` for what is no amount, `workspace-unknown`
 */
export async function setWorkspaceQuota(
  hub: Hub,
  actor: Actor,
  uid: string,
  amounts: Record<string, string | undefined>,
): Promise<void> {
  const cluster = administratorOf(hub, actor);
  const namespace = tenantsOf(hub).get(undefined, uid)?.status?.namespace;
  if (!namespace) throw new SpokenProblem("workspace-unknown", { namespace: tenantNamespace(uid) });
  for (const [resource, amount] of Object.entries(amounts))
    if (amount !== undefined && !((parseQuantity(amount) ?? -1) >= 0))
      refuse(resource, "quota-amount", { amount });
  const ref = { apiVersion: "v1", kind: "ResourceQuota", name: "quota", namespace };
  await cluster.patch(ref, { spec: { hard: amounts } }, { type: "merge" });
}
