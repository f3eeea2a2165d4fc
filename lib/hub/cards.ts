import { createHash } from "node:crypto";
import type { RepositoryCard } from "../model/repository-views.ts";
import type { Image, Localized, Organization, Repository } from "../model/resources.ts";

/** Composes a card; what the Repository's spec says goes before what its latest tag says. */
export function cardOf(repository: Repository, organization: Organization | undefined): RepositoryCard {
  const { spec, status = {}, metadata } = repository;
  const { organization: org, repository: repo } = spec;
  const tags = status.tags ?? [];
  const newest = [...tags].sort((a, b) => b.createdAt.localeCompare(a.createdAt))[0];
  const latestTag = status.latestTag ?? newest?.name ?? "latest";
  const digest = (tags.find(({ name }) => name === latestTag) ?? newest)?.digest;
  return {
    org,
    repo,
    title: spec.title ?? status.title ?? repo,
    description: spec.description ?? status.description ?? "",
    mode: status.mode ?? "application",
    categories: spec.categories ?? status.categories ?? [],
    installs: status.installs ?? 0,
    verified: status.verified ?? organization?.spec.trusted ?? false,
    latestTag,
    updatedAt: newest?.createdAt ?? metadata.creationTimestamp ?? "",
    icon: `/api/hub/repositories/${org}/${repo}/icon${iconQuery(spec.icon, digest)}`,
    i18n: i18nOf(repository),
    orgTitle: organization?.spec.displayName ?? org,
  };
}

/** Fingerprint of the key that signed what the tag stands for now. */
export function signerOf(image: Image | undefined): string | undefined {
  const { signature } = image?.status ?? {};
  return signature?.digest === image?.spec.digest ? signature?.key : undefined;
}

/** Title and description by language, word by word: a publisher may have written only one of them. */
function i18nOf({ spec, status = {} }: Repository): Record<string, Localized> {
  const locales = new Set([...Object.keys(status.i18n ?? {}), ...Object.keys(spec.i18n ?? {})]);
  return Object.fromEntries(
    [...locales].map((locale) => [locale, { ...status.i18n?.[locale], ...spec.i18n?.[locale] }]),
  );
}

/** Names the very bytes, so that browsers may keep them. */
function iconQuery(own: string | undefined, digest: string | undefined): string {
  if (own) return `?own=${createHash("sha256").update(own).digest("hex").slice(0, 16)}`;
  return digest ? `?digest=${encodeURIComponent(digest)}` : "";
}
