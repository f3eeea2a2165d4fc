import type { Repository } from "../model/resources.ts";
import type { Hub } from "./hub.ts";
import { requestRefresh } from "./registry-credentials.ts";
import { type Actor, checkRole, findOrganization, roleIn } from "./roles.ts";

/** What came of looking at a repository's registry last. */
export interface IndexingView {
  /** `content`: it is in no registry. `pending`: the manager has not looked yet. */
  state: "content" | "pending" | "ok" | "failed";
  /** Of the condition `Indexed`: `Unreachable`, `Unauthorized`, `SomeTagsUnreadable` and so on. */
  reason?: string;
  /** When it began to fail. */
  since?: string;
  checkedAt?: string;
  /** In the manager's words, which may name hosts and addresses: for the organization's publishers. */
  message?: string;
  /** Whether the reader may have it looked at now. */
  mayCheck: boolean;
}

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
