import type { OrganizationRole } from "./resources.ts";

export interface OrganizationCard {
  name: string;
  displayName: string;
  description: string;
  trusted: boolean;
  role?: OrganizationRole;
  members: number;
  repositories: number;
}

export interface OrganizationView extends OrganizationCard {
  people: { user: string; name: string; role: OrganizationRole; self: boolean }[];
  /** For owners. */
  invitations: { id: string; role: OrganizationRole; expiresAt: string; createdBy: string }[];
  images: {
    repo: string;
    title: string;
    visibility: "public" | "private";
    icon: string;
    latestTag: string;
  }[];
  /** Public keys that its images are signed with. */
  keys: { fingerprint: string; kind: string }[];
  /** Whether only signed images of it are installed, as it says itself. */
  requireSignature: boolean;
  /** Whether administrators demand that of everything that comes from a registry. */
  clusterRequiresSignatures: boolean;
}

/** One of `GET /api/hub/organizations/{org}/credentials`. */
export interface RegistryHost {
  registry: string;
  username: string;
}

/** `signed-in`: the registry took them; `not-asked`: it asks nobody who they are; `unreachable`: nobody knows. */
export type SignIn = "signed-in" | "not-asked" | "unreachable";
