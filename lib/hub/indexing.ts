import type { IndexingView } from "../model/repository-views.ts";
import type { Repository } from "../model/resources.ts";
import type { Hub } from "./hub.ts";
import { requestRefresh } from "./registry-credentials.ts";
import { type Actor, checkRole, findOrganization, roleIn } from "./roles.ts";

/** How indexing goes, for whoever may see the repository. Throws `image-unknown`. */
export function indexingView(hub: Hub, actor: Actor, org: string, repo: string): IndexingView {
  const { repository } = hub.catalogue.repository(actor.uid, org, repo);
  const mayCheck = mayCheckIn(hub, actor, org);
  return viewOf(repository, mayCheck);
}

/** Has the manager look at the registry now; `checkedAt` moves when it has. Throws `organization-role`. */
export async function checkNow(hub: Hub, actor: Actor, org: string, repo: string): Promise<IndexingView> {
  const { repository } = hub.catalogue.repository(actor.uid, org, repo);
  checkRole(await findOrganization(hub, org), actor, org, "publisher");
  // However often it is asked for, the manager looks once at a time.
  await requestRefresh(hub.cluster, repository.metadata.name);
  return viewOf(repository, true);
}

function mayCheckIn(hub: Hub, actor: Actor, org: string): boolean {
  const role = roleIn(hub.catalogue.organizations.get(undefined, org), actor.uid);
  return actor.administrator || role === "owner" || role === "publisher";
}

function viewOf({ spec, status }: Repository, mayCheck: boolean): IndexingView {
  if (!spec.source || spec.source === "content") return { state: "content", mayCheck: false };
  const condition = status?.conditions?.find(({ type }) => type === "Indexed");
  const { checkedAt } = status ?? {};
  const checked = checkedAt ? { checkedAt } : {};
  if (!condition) return { state: "pending", ...checked, mayCheck };
  if (condition.status === "True") return { state: "ok", ...checked, mayCheck };
  const { reason, message, lastTransitionTime: since } = condition;
  return { state: "failed", reason, since, ...checked, ...(mayCheck ? { message } : {}), mayCheck };
}
