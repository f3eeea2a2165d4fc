import type { Answer } from "./expected.ts";

/** Who asks about an organization, as its members' roles have it. */
export const organizationPeople = [
  "owner",
  "publisher",
  "viewer",
  "stranger",
  "administrator",
  "signed out",
] as const;
export type OrganizationPerson = (typeof organizationPeople)[number];
type Row = Record<OrganizationPerson, Answer>;

const row = (allowed: OrganizationPerson[], otherwise: Partial<Row> = {}): Row =>
  Object.fromEntries(
    organizationPeople.map((person) => [
      person,
      person === "signed out"
        ? "sign in first"
        : allowed.includes(person)
          ? "yes"
          : (otherwise[person] ?? (person === "stranger" ? "no such workspace" : "refused")),
    ]),
  ) as Row;

const owners = row(["owner", "administrator"]);
const publishers = row(["owner", "publisher", "administrator"]);
const members = row(["owner", "publisher", "viewer", "administrator"]);
const everybody = row(["owner", "publisher", "viewer", "administrator", "stranger"]);

const nothing = Object.fromEntries(
  organizationPeople
    .filter((person) => person !== "signed out")
    .map((person) => [person, "no such workspace"]),
) as Partial<Row>;

/** By the operation's id: what is asked about a private image of an organization. Nothing that a stranger asks tells them whether it exists. */
export const catalogueRoutes: Record<string, Row> = {
  listOrganizations: everybody,
  createOrganization: everybody,
  // Asked with a code that opens nothing: the same answer for everybody.
  acceptInvitation: { ...row([]), ...nothing },
  previewReadme: everybody,
  getOrganization: members,
  changeOrganization: owners,
  setOrganizationMember: owners,
  inviteToOrganization: owners,
  withdrawInvitation: owners,
  setOrganizationCredentials: owners,
  listRegistryCredentials: publishers,
  setRegistryCredential: owners,
  forgetRegistryCredential: owners,
  addOrganizationKey: owners,
  setOrganizationSignatures: owners,
  removeOrganizationKey: owners,
  setOrganizationTrust: row(["administrator"], { stranger: "refused" }),
  publishRepository: publishers,
  checkSource: publishers,
  // A private image is not even an administrator's to see.
  getIndexing: row(["owner", "publisher", "viewer"], { administrator: "no such workspace" }),
  checkRepository: row(["owner", "publisher"], { administrator: "no such workspace" }),
  getRepositoryWords: publishers,
  saveRepositoryWords: publishers,
  getRepositoryHistory: publishers,
  restoreRepositoryWords: publishers,
  changeRepository: publishers,
  unpublishRepository: publishers,
  removeOrganizationMember: owners,
  deleteOrganization: owners,
};
