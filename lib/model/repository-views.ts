import type { GrantedRight } from "./plan.ts";
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
  /** Whose latest tag is signed with a key of its organization. */
  signed: number;
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

/** `GET /api/hub/repositories/{org}/{repo}/indexing`: what came of looking at a repository's registry last. */
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

/** `GET /api/hub/repositories/{org}/{repo}/grant` */
export interface GrantView {
  /** What an administrator of the cluster applies to allow the image. */
  file: string;
  rights: GrantedRight[];
  /** Whether the manager has found everything granted; undefined while it has not looked. */
  granted?: boolean;
}

/**
 * Why a size is not known: an expression decides the image at install; no administrator lets its registry be asked; the
 * registry wants somebody whom it knows; it has no such image; it did not answer, or not with what it said.
 */
export type WhyUnknown = "undecided" | "not-asked" | "credentials" | "not-found" | "unreachable";

/** One of `GET /api/hub/repositories/{org}/{repo}/containers?tag=`. */
export interface ContainerImageView {
  /** As the image's manifests write it. */
  reference: string;
  /** Where this cluster gets it instead. */
  mirror?: string;
  digest?: string;
  /** Bytes that a node gets. */
  size?: number;
  /** `linux/amd64`: which of several the size is of. */
  platform?: string;
  unknown?: WhyUnknown;
}
