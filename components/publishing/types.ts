import type { OrganizationRole } from "@/lib/model/resources";
import type { RepositoryWords, WordsField } from "@/lib/model/words";

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
  invitations: { id: string; role: OrganizationRole; expiresAt: string; createdBy: string }[];
  images: {
    repo: string;
    title: string;
    visibility: "public" | "private";
    icon: string;
    latestTag: string;
  }[];
  keys: { fingerprint: string; kind: string }[];
  requireSignature: boolean;
  clusterRequiresSignatures: boolean;
}

/** One of `GET /api/hub/organizations/{org}/credentials`. */
export interface RegistryHost {
  registry: string;
  username: string;
}
/** What the registry said when it was asked about new credentials. */
export type SignIn = "signed-in" | "not-asked" | "unreachable";

export interface EditView {
  words: RepositoryWords;
  image: RepositoryWords;
  tags: { name: string; releaseNotes?: string; deprecated?: boolean }[];
  latestTag: string;
  visibility: "public" | "private";
  source: string;
}
export type Saved = EditView & { taken: WordsField[] };

export interface HistoryEntry {
  revision: number;
  user: string;
  name: string;
  at: string;
  changed: WordsField[];
  restored?: number;
  before: RepositoryWords;
  after: RepositoryWords;
}

export const roles = ["viewer", "publisher", "owner"] as const satisfies OrganizationRole[];
