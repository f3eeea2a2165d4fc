import type { Cluster } from "../cluster/index.ts";
import { isNotFound } from "../cluster/index.ts";
import { tenantNamespace } from "../install/tenant.ts";
import { type Budget, isStopping, LIMIT, LIMIT_ANEW, MONTHLY, OWN_BUDGET } from "../model/budget.ts";
import { API_VERSION } from "../model/resources.ts";
import { type Hub, tenantsOf } from "./hub.ts";
import { SpokenProblem } from "./messages.ts";
import { refuse } from "./organizations.ts";
import { type Actor, administratorOf } from "./roles.ts";

export interface BudgetChange {
  /** A decimal number in the currency of the price book; null: no budget any more. */
  monthly?: string | null | undefined;
  /** In percent. */
  warnAt?: number | undefined;
  stop?: boolean | undefined;
}

/** Sets the workspace's own budget as the member, who has to be its owner. Throws `fields-wrong` for what is no amount. */
export async function setBudget(
  hub: Hub,
  uid: string,
  namespace: string,
  change: BudgetChange,
): Promise<void> {
  await write(hub.members.clusterOf(uid, namespace), namespace, OWN_BUDGET, change);
}

/**
 * Sets the limit that administrators give a workspace, or lifts the stop for the rest of the month (or no more).
 * @throws `fields-wrong` for what is no amount, `workspace-unknown`
 */
export async function setWorkspaceLimit(
  hub: Hub,
  actor: Actor,
  uid: string,
  { lifted, ...change }: BudgetChange & { lifted?: boolean | undefined },
): Promise<void> {
  const cluster = administratorOf(hub, actor);
  const namespace = tenantsOf(hub).get(undefined, uid)?.status?.namespace;
  if (!namespace) throw new SpokenProblem("workspace-unknown", { namespace: tenantNamespace(uid) });
  if (change.monthly !== undefined) await write(cluster, namespace, LIMIT, change);
  if (lifted === undefined) return;
  const { items } = await cluster.list<Budget>({ apiVersion: API_VERSION, kind: "Budget", namespace });
  const month = new Date().toISOString().slice(0, 7);
  for (const { metadata } of items)
    await cluster.patch(
      { apiVersion: API_VERSION, kind: "Budget", namespace, name: metadata.name },
      { spec: { lifted: lifted ? month : null } },
      { type: "merge" },
    );
}

/** Refuses what would start something in a workspace that has spent its budget. */
export function refuseOverBudget(hub: Hub, namespace: string): void {
  if (isOverBudget(hub, namespace)) throw new SpokenProblem("budget-reached");
}

/** Whether nothing may be started in the workspace. */
export function isOverBudget(hub: Hub, namespace: string): boolean {
  return isStopping(hub.informers.hub<Budget>("Budget").list(namespace));
}

async function write(
  cluster: Cluster,
  namespace: string,
  name: string,
  { monthly, warnAt, stop }: BudgetChange,
): Promise<void> {
  const reference = { apiVersion: API_VERSION, kind: "Budget", namespace, name };
  if (monthly === null) {
    await cluster.delete(reference).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
    return;
  }
  if (monthly === undefined || !MONTHLY.test(monthly))
    refuse("monthly", "budget-amount", { amount: monthly ?? "" });
  const spec = {
    monthly,
    ...(warnAt === undefined ? {} : { warnAt }),
    ...(stop === undefined ? {} : { stop }),
  };
  const existing = await cluster.find<Budget>(reference);
  if (existing) {
    const change = name === LIMIT ? { ...LIMIT_ANEW, ...spec } : spec;
    await cluster.patch(reference, { spec: change }, { type: "merge" });
  } else
    await cluster.create<Budget>({
      apiVersion: API_VERSION,
      kind: "Budget",
      metadata: { name, namespace },
      spec,
    } as Budget);
}
