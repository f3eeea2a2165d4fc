import type { Cluster } from "../cluster/index.ts";
import { memberUser } from "../install/tenant.ts";
import { API_VERSION, type Organization, type OrganizationRole } from "../model/resources.ts";
import type { Hub } from "./hub.ts";
import { SpokenProblem } from "./messages.ts";

/** Who asks: their uid, their name for the history, and whether the manager has named them an administrator. */
export interface Actor {
  uid: string;
  name: string;
  administrator: boolean;
}

const ranks: Record<OrganizationRole, number> = { viewer: 0, publisher: 1, owner: 2 };

/** Undefined for who is no member. */
export function roleIn(organization: Organization | undefined, uid: string): OrganizationRole | undefined {
  return organization?.spec.members?.find(({ user }) => user === uid)?.role;
}

/**
 * The organization as the API server has it now, for somebody who may do in it what `role` may; administrators may
 * all. To others it looks as if it did not exist. Throws `organization-unknown` and `organization-role`.
 */
export async function requireRole(
  hub: Hub,
  actor: Actor,
  org: string,
  role: OrganizationRole,
): Promise<Organization> {
  return checkRole(await findOrganization(hub, org), actor, org, role);
}

/** From the API server: an informer would be a moment behind who was just let in, or removed. */
export function findOrganization(hub: Hub, name: string): Promise<Organization | undefined> {
  return hub.cluster.find<Organization>({ apiVersion: API_VERSION, kind: "Organization", name });
}

/** The organization, for who has at least that role in it. To others than members it does not exist. */
export function checkRole(
  organization: Organization | undefined,
  actor: Actor,
  org: string,
  role: OrganizationRole,
): Organization {
  if (!organization) throw new SpokenProblem("organization-unknown", { org });
  if (actor.administrator) return organization;
  const held = roleIn(organization, actor.uid);
  if (!held) throw new SpokenProblem("organization-unknown", { org });
  if (ranks[held] < ranks[role]) throw new SpokenProblem(`organization-${role}s-only`, { org });
  return organization;
}

/**
 * Who writes: for members the web server's own account, which knows organizations and roles; what an administrator may
 * do without being a member, Kubernetes decides for the administrator's own account.
 */
export function writerOf(hub: Hub, actor: Actor, organization: Organization | undefined): Cluster {
  return actor.administrator && !roleIn(organization, actor.uid) ? administratorOf(hub, actor) : hub.cluster;
}

/** The cluster as this administrator sees it. Throws `administrators-only`. */
export function administratorOf(hub: Hub, actor: Actor): Cluster {
  if (!actor.administrator) throw new SpokenProblem("administrators-only");
  return hub.cluster.as(memberUser(hub.config.systemNamespace, actor.uid));
}
