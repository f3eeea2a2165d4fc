import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { OrganizationView } from "../model/organization-views.ts";
import { API_VERSION, type Organization, type OrganizationRole } from "../model/resources.ts";
import type { Hub } from "./hub.ts";
import { SpokenProblem } from "./messages.ts";
import { change, organizationView, write } from "./organizations.ts";
import { type Actor, roleIn } from "./roles.ts";

const DAYS = 7;
const MOST_OPEN = 20;

/** Makes a code that lets one person in, once, within a week. It is in this answer and nowhere else. */
export async function invite(
  hub: Hub,
  actor: Actor,
  org: string,
  role: OrganizationRole,
): Promise<{ code: string; url: string; expiresAt: string; organization: OrganizationView }> {
  const code = `${org}.${randomBytes(24).toString("base64url")}`;
  const expiresAt = new Date(Date.now() + DAYS * 24 * 3600_000).toISOString();
  const organization = await change(hub, actor, org, "owner", (spec) => {
    const open = (spec.invitations ?? []).filter((each) => each.expiresAt > new Date().toISOString());
    if (open.length >= MOST_OPEN) throw new SpokenProblem("invitations-too-many", { org, most: MOST_OPEN });
    const id = randomBytes(6).toString("hex");
    return {
      ...spec,
      invitations: [...open, { id, hash: hashOf(code), role, expiresAt, createdBy: actor.uid }],
    };
  });
  return {
    code,
    url: `${hub.config.url}/hub/-/join?code=${encodeURIComponent(code)}`,
    expiresAt,
    organization,
  };
}

/** Its link opens nothing any more; one that is not there is no fault. */
export async function withdrawInvitation(hub: Hub, actor: Actor, org: string, id: string): Promise<void> {
  await change(hub, actor, org, "owner", (spec) => ({
    ...spec,
    invitations: (spec.invitations ?? []).filter((each) => each.id !== id),
  }));
}

/** Makes the person a member. One answer for every code that opens nothing, so that guessing tells nothing. */
export async function accept(hub: Hub, actor: Actor, code: string): Promise<OrganizationView> {
  const name = /^([a-z0-9]+(?:-[a-z0-9]+)*)\.[\w-]{20,64}$/.exec(code.trim())?.[1];
  if (!name) throw new SpokenProblem("invitation-invalid");
  const ref = { apiVersion: API_VERSION, kind: "Organization", name };
  const organization = await hub.cluster.find<Organization>(ref);
  if (!organization) throw new SpokenProblem("invitation-invalid");
  const hash = hashOf(code.trim());
  // Two who come with one code meet in the write: the second reads again and finds it used.
  await write(hub.cluster, organization, (spec, current) => {
    const found = (spec.invitations ?? []).find((each) => equal(each.hash, hash));
    if (!found || found.expiresAt <= new Date().toISOString()) throw new SpokenProblem("invitation-invalid");
    if (roleIn(current, actor.uid)) throw new SpokenProblem("member-already", { org: name });
    return {
      ...spec,
      members: [...(spec.members ?? []), { user: actor.uid, role: found.role }],
      invitations: (spec.invitations ?? []).filter(({ id }) => id !== found.id),
    };
  });
  return organizationView(hub, actor, name);
}

function hashOf(code: string): string {
  return createHash("sha256").update(code).digest("hex");
}

function equal(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
