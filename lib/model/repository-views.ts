import type { Reason } from "./reasons.ts";
import type { ActionSummary, InputDeclaration, Localized, Mode, Requirement } from "./resources.ts";
import type { SignatureState } from "./signature.ts";

/** A repository as lists show it. */
export interface RepositoryCard {
  org: string;
  repo: string;
  title: string;
  description: string;
  mode: Mode;
  categories: string[];
  installs: number;
  /** Whether administrators trust its organization. */
  verified: boolean;
  /** Fingerprint of the organization's key that its latest tag is signed with. */
  signedBy?: string;
  latestTag: string;
  updatedAt: string;
  /** Address on our own origin; immutable, because it names the digest. */
  icon: string;
  i18n: Record<string, Localized>;
  orgTitle: string;
}

/** Where a search's words stand: unmarked and marked pieces in turns. */
export interface CardMarks {
  title?: string[];
  description?: string[];
  /** From the README, when the card itself does not hold the words. */
  snippet?: string[];
}

export interface Count<Name extends string = string> {
  name: Name;
  count: number;
}

export interface Facets {
  categories: Count[];
  modes: Count<Mode>[];
  organizations: (Count & { title: string })[];
  needs: Count[];
  verified: number;
}

/** `GET /api/hub/repositories` */
export interface RepositoryPage extends Facets {
  items: (RepositoryCard & { marks?: CardMarks })[];
  total: number;
  nearest?: RepositoryCard[];
}

/** One tag of a repository. */
export interface TagRow {
  tag: string;
  digest: string;
  size: number;
  createdAt: string;
  version?: string;
  deprecated?: boolean;
  deprecatedReason?: string;
  releaseNotes?: string;
  /** Absent: not looked at yet. */
  signature?: { state: SignatureState; key?: string };
}

/** Something an image needs, and who in the Hub would bring it. */
export interface RequirementView {
  requirement: Requirement;
  title?: string;
  satisfied: boolean;
  providedBy?: RepositoryCard;
}

/** `GET /api/hub/repositories/{org}/{repo}?tag=`: everything the image's page shows, but for the README. */
export interface RepositoryDetail {
  card: RepositoryCard;
  tag: string;
  tags: TagRow[];
  inputs: InputDeclaration[];
  actions: ActionSummary[];
  /** In the publisher's words, by locale where they wrote them. */
  permissions: ({ message: string; i18n: Record<string, string> } & Partial<Reason>)[];
  requires: RequirementView[];
  containerImages: string[];
  /** Of an image without manifests: what it does instead, and whether that needs a container. */
  command?: { lines: string[]; runs: "natively" | "container" };
  links: { name: string; url: string }[];
  licence?: string;
  generated: { name: string; description?: string }[];
  readmes: string[];
  visibility: "public" | "private";
  /** Whether the reader may edit what the Hub says of it. */
  editable: boolean;
}
