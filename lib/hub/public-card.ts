import type { Locale } from "../model/locale.ts";
import type { RepositoryCard } from "../model/repository-views.ts";
import type { Hub } from "./hub.ts";

/** What anybody may be shown of a repository: nothing of one that is private, which is as if it were not there. */
export function publicCard(hub: Hub, org: string, repo: string): RepositoryCard | undefined {
  const repository = hub.catalogue.repositories.get(undefined, `${org}.${repo}`);
  if (!repository || (repository.spec.visibility ?? "public") !== "public") return undefined;
  return hub.catalogue.cardOf(repository);
}

/** Text as it may stand in HTML, SVG and their attributes; without the characters that XML forbids. */
export function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "")
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** In the reader's language where the publisher wrote it. */
export function titleOf(card: RepositoryCard, locale: Locale): string {
  return card.i18n[locale]?.title ?? card.title;
}
