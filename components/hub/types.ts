import type { Reason } from "@/lib/model/reasons";
import type { ActionSummary, InputDeclaration, Localized, Mode } from "@/lib/model/resources";
import type { SignatureState } from "@/lib/model/signature";

/** One repository, as the catalogue's API lists it. */
export interface RepositoryCard {
  org: string;
  repo: string;
  title: string;
  description: string;
  mode: Mode;
  categories: string[];
  installs: number;
  verified: boolean;
  /** Fingerprint of the organization's key that its latest tag is signed with. */
  signedBy?: string;
  latestTag?: string;
  updatedAt?: string;
  icon: string;
  i18n?: Record<string, Localized>;
  orgTitle?: string;
}

/** Where a search's words stand: unmarked and marked pieces in turns. */
export interface CardMarks {
  title?: string[];
  description?: string[];
  /** From the README, where the card does not hold all the words. */
  snippet?: string[];
}

/** `GET /api/hub/repositories` */
export interface RepositoryList {
  items: (RepositoryCard & { marks?: CardMarks })[];
  total: number;
  categories: { name: string; count: number }[];
  modes: { name: Mode; count: number }[];
  organizations: { name: string; title: string; count: number }[];
  needs: { name: string; count: number }[];
  verified: number;
  nearest?: RepositoryCard[];
}

export interface TagRow {
  tag: string;
  digest: string;
  size?: number;
  createdAt?: string;
  version?: string;
  deprecated?: boolean;
  deprecatedReason?: string;
  releaseNotes?: string;
  signature?: { state: SignatureState; key?: string };
}

/** `GET /api/hub/repositories/{org}/{repo}?tag=` */
export interface RepositoryDetail {
  card: RepositoryCard;
  tag: string;
  tags: TagRow[];
  inputs: InputDeclaration[];
  actions: ActionSummary[];
  permissions: ({ message: string; i18n: Record<string, string> } & Partial<Reason>)[];
  requires: { requirement: string; title?: string; satisfied: boolean; providedBy?: RepositoryCard }[];
  containerImages: string[];
  /** Of an image without manifests: what it does instead, and whether that needs a container. */
  command?: { lines: string[]; runs: "natively" | "container" };
  links: { name: string; url: string }[];
  licence?: string;
  generated: { name: string; description?: string }[];
  readmes: string[];
  visibility: "public" | "private";
  /** Whether the reader may edit what the Hub says of it. */
  editable?: boolean;
}

/** Title and description in the reader's language, where the image has them. */
export function localized<
  T extends { title?: string; description?: string; i18n?: Record<string, Localized> },
>(item: T, locale: string): { title: string; description: string } {
  const words = item.i18n?.[locale];
  return {
    title: words?.title ?? item.title ?? "",
    description: words?.description ?? item.description ?? "",
  };
}

/** `labring/affine:1.2` */
export function imageText(card: { org: string; repo: string }, tag?: string): string {
  return `${card.org}/${card.repo}${tag ? `:${tag}` : ""}`;
}
