import type { Localized } from "@/lib/model/resources";

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
