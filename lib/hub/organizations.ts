import { type Cluster, isAlreadyExists, isConflict } from "../cluster/index.ts";
import type { OrganizationCard, OrganizationView } from "../model/organization-views.ts";
import { API_VERSION, type Organization, type OrganizationRole } from "../model/resources.ts";
import { readablePublicKeys } from "../oci/index.ts";
import { type Hub, tenantsOf } from "./hub.ts";
import { SpokenProblem } from "./messages.ts";
import { type Actor, administratorOf, requireRole, roleIn, writerOf } from "./roles.ts";

/** Names that people would take for the Hub's own. */
const RESERVED = new Set([
  "labring",
  "library",
  "admin",
  "administrator",
  "hub",
  "sealos",
  "sealos-system",
  "system",
  "kubernetes",
  "official",
  "root",
  "support",
  "security",
  "api",
  "new",
]);
const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const MOST_NAME = 63;
/** Organizations that one person may own; an administrator makes more. */
const MOST_OWNED = 5;
const MOST_MEMBERS = 1000;

/** The organizations that the person belongs to; to an administrator, all. */
export function listOrganizations(hub: Hub, actor: Actor): OrganizationCard[] {
  return hub.catalogue.organizations
    .list()
    .filter((organization) => actor.administrator || roleIn(organization, actor.uid))
    .map((organization) => cardOf(hub, organization, actor))
    .sort((a, b) => Number(!a.role) - Number(!b.role) || a.displayName.localeCompare(b.displayName));
}

/** One organization, for its members and for administrators. */
export async function organizationView(hub: Hub, actor: Actor, org: string): Promise<OrganizationView> {
  return viewOf(hub, actor, await requireRole(hub, actor, org, "viewer"));
}

/** Whoever asks is its owner. Throws `fields-wrong` for a name, and `organizations-too-many`. */
export async function createOrganization(
  hub: Hub,
  actor: Actor,
  wanted: { name: string; displayName?: string | undefined },
): Promise<OrganizationView> {
  const name = wanted.name.trim();
  const displayName = (wanted.displayName ?? "").trim();
  const field = "name";
  if (!NAME.test(name) || name.length > MOST_NAME) refuse(field, "organization-name", { most: MOST_NAME });
  if (RESERVED.has(name) && !actor.administrator) refuse(field, "organization-reserved", { org: name });
  if (displayName.length > 128) refuse("displayName", "text-too-long", { most: 128 });
  const type = { apiVersion: API_VERSION, kind: "Organization" };
  // Asked of the API server: an informer a moment behind would let a quick hand have more.
  const { items } = await hub.cluster.list<Organization>(type);
  const owned = items.filter((each) => roleIn(each, actor.uid) === "owner").length;
  if (owned >= MOST_OWNED && !actor.administrator)
    throw new SpokenProblem("organizations-too-many", { most: MOST_OWNED });
  try {
    const made = await hub.cluster.create<Organization>({
      ...type,
      kind: "Organization",
      metadata: { name },
      spec: { ...(displayName && { displayName }), members: [{ user: actor.uid, role: "owner" }] },
    });
    return viewOf(hub, actor, made);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    return refuse(field, "organization-taken", { org: name });
  }
}

/** What is absent stays. Throws `fields-wrong` for texts that are too long. */
export function changeOrganization(
  hub: Hub,
  actor: Actor,
  org: string,
  words: { displayName?: string | undefined; description?: string | undefined },
): Promise<OrganizationView> {
  const { displayName, description } = words;
  if ((displayName ?? "").length > 128) refuse("displayName", "text-too-long", { most: 128 });
  if ((description ?? "").length > 1024) refuse("description", "text-too-long", { most: 1024 });
  return change(hub, actor, org, "owner", (spec) => ({
    ...spec,
    ...(displayName !== undefined && { displayName }),
    ...(description !== undefined && { description }),
  }));
}

/** Owners only, and only an organization that publishes nothing. */
export async function removeOrganization(hub: Hub, actor: Actor, org: string): Promise<void> {
  const organization = await requireRole(hub, actor, org, "owner");
  const left = repositoriesOf(hub, org).length;
  if (left > 0) throw new SpokenProblem("organization-not-empty", { org, count: left });
  if (organization.spec.trusted && !actor.administrator) throw new SpokenProblem("administrators-only");
  const writer = actor.administrator ? administratorOf(hub, actor) : hub.cluster;
  await writer.delete({ apiVersion: API_VERSION, kind: "Organization", name: org });
}

/** Adds a person, or gives a member another role. The last owner stays one. */
export function setMember(
  hub: Hub,
  actor: Actor,
  org: string,
  user: string,
  role: OrganizationRole,
): Promise<OrganizationView> {
  return change(hub, actor, org, "owner", (spec, held) => {
    const members = spec.members ?? [];
    const known = members.some((member) => member.user === user);
    if (!known && !tenantsOf(hub).get(undefined, user)) refuse("user", "person-unknown", { user });
    if (!known && members.length >= MOST_MEMBERS) refuse("user", "members-too-many", { most: MOST_MEMBERS });
    const next = known
      ? members.map((member) => (member.user === user ? { user, role } : member))
      : [...members, { user, role }];
    keepOwner(next, held, org);
    return { ...spec, members: next };
  });
}

/** An owner removes a member; everybody may leave. */
export async function removeMember(hub: Hub, actor: Actor, org: string, user: string): Promise<void> {
  await change(hub, actor, org, user === actor.uid ? "viewer" : "owner", (spec, held) => {
    const members = (spec.members ?? []).filter((member) => member.user !== user);
    if (members.length === (spec.members ?? []).length) refuse("user", "member-unknown", { user, org });
    keepOwner(members, held, org);
    return { ...spec, members };
  });
}

/** Trust is an administrator's word: Kubernetes decides, and policies hold the web server's own account from it. */
export async function setTrust(
  hub: Hub,
  actor: Actor,
  org: string,
  trusted: boolean,
): Promise<OrganizationView> {
  const administrator = administratorOf(hub, actor);
  const ref = { apiVersion: API_VERSION, kind: "Organization", name: org };
  await requireRole(hub, actor, org, "viewer");
  const changed = await administrator.patch<Organization>(ref, { spec: { trusted } }, { type: "merge" });
  return viewOf(hub, actor, changed);
}

type Spec = Organization["spec"];

/** Reads, changes and writes; when somebody else was quicker, again from the beginning. */
export async function change(
  hub: Hub,
  actor: Actor,
  org: string,
  role: OrganizationRole,
  next: (spec: Spec, organization: Organization) => Spec,
): Promise<OrganizationView> {
  const organization = await requireRole(hub, actor, org, role);
  return viewOf(hub, actor, await write(writerOf(hub, actor, organization), organization, next));
}

/** As `change`, for who need not be a member yet: an invitation is what lets them in. */
export async function write(
  writer: Cluster,
  organization: Organization,
  next: (spec: Spec, organization: Organization) => Spec,
): Promise<Organization> {
  let current = organization;
  for (let turn = 0; ; turn++) {
    try {
      return await writer.replace<Organization>({ ...current, spec: next(current.spec, current) });
    } catch (error) {
      if (!isConflict(error) || turn >= 5) throw error;
      const ref = { apiVersion: API_VERSION, kind: "Organization", name: organization.metadata.name };
      current = await writer.get<Organization>(ref);
    }
  }
}

/** Throws `fields-wrong` with what is wrong at one field. */
export function refuse(
  field: string,
  sentence: ConstructorParameters<typeof SpokenProblem>[0],
  params: Record<string, string | number> = {},
): never {
  throw new SpokenProblem("fields-wrong", {}, { said: [{ field, sentence, params }] });
}

function keepOwner(members: Spec["members"], { spec }: Organization, org: string): void {
  const owners = (list: Spec["members"]) => (list ?? []).filter(({ role }) => role === "owner").length;
  if (owners(members) === 0 && owners(spec.members) > 0) throw new SpokenProblem("last-owner", { org });
}

/** Public and private ones alike. */
export function repositoriesOf(hub: Hub, org: string) {
  return hub.catalogue.repositories.list().filter(({ spec }) => spec.organization === org);
}

function cardOf(hub: Hub, organization: Organization, actor: Actor): OrganizationCard {
  const { spec, metadata } = organization;
  const role = roleIn(organization, actor.uid);
  return {
    name: metadata.name,
    displayName: spec.displayName ?? metadata.name,
    description: spec.description ?? "",
    trusted: spec.trusted === true,
    ...(role && { role }),
    members: spec.members?.length ?? 0,
    repositories: repositoriesOf(hub, metadata.name).filter((each) => hub.catalogue.maySee(actor.uid, each))
      .length,
  };
}

function viewOf(hub: Hub, actor: Actor, organization: Organization): OrganizationView {
  const { spec, metadata } = organization;
  const nameOf = (uid: string) => tenantsOf(hub).get(undefined, uid)?.spec.displayName ?? uid;
  const owner = actor.administrator || roleIn(organization, actor.uid) === "owner";
  const now = new Date().toISOString();
  return {
    ...cardOf(hub, organization, actor),
    people: (spec.members ?? []).map(({ user, role }) => ({
      user,
      role,
      name: nameOf(user),
      self: user === actor.uid,
    })),
    invitations: owner
      ? (spec.invitations ?? [])
          .filter(({ expiresAt }) => expiresAt > now)
          .map(({ id, role, expiresAt, createdBy }) => ({
            id,
            role,
            expiresAt,
            createdBy: createdBy ? nameOf(createdBy) : "",
          }))
      : [],
    images: repositoriesOf(hub, metadata.name)
      .filter((each) => hub.catalogue.maySee(actor.uid, each))
      .map((repository) => {
        const { repo, title, icon, latestTag } = hub.catalogue.cardOf(repository);
        return { repo, title, icon, latestTag, visibility: repository.spec.visibility ?? "public" };
      })
      .sort((a, b) => a.title.localeCompare(b.title)),
    keys: readablePublicKeys(spec.publicKeys ?? []).map(({ fingerprint, kind }) => ({ fingerprint, kind })),
    requireSignature: spec.requireSignature === true,
    clusterRequiresSignatures: hub.config.sources.requireSignatures,
  };
}
