import type { ImageContent } from "../model/image.ts";

/** What an image says of itself as annotations of the image specification (`org.opencontainers.image.*`). */
export function imageAnnotations(content: ImageContent): Record<string, string> {
  const known: Record<string, string | undefined> = {
    title: content.title,
    description: content.description,
    version: content.version,
    authors: content.author,
    url: content.url,
    source: content.gitRepo,
    licenses: content.licence,
  };
  return Object.fromEntries(
    Object.entries(known).flatMap(([key, value]) =>
      value ? [[`org.opencontainers.image.${key}`, value]] : [],
    ),
  );
}
