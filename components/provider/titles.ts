/** A title in the reader's language. */
export function titleOf(
  item: { title: string; i18n?: Record<string, { title?: string }> },
  locale: string,
): string {
  return item.i18n?.[locale]?.title ?? item.title;
}

/** Where a provider's pages are. */
export const pages = {
  list: (provider: string) => `/providers/${encodeURIComponent(provider)}`,
  create: (provider: string, plural: string) => `/providers/${encodeURIComponent(provider)}/${plural}/new`,
  detail: (provider: string, plural: string, name: string) =>
    `/providers/${encodeURIComponent(provider)}/${plural}/${encodeURIComponent(name)}`,
};
