import { createHash } from "node:crypto";
import type { Repository } from "../model/resources.ts";
import type { ResolvedImage } from "./catalogue.ts";
import { renderReadmeApart } from "./readme-thread.ts";

const rendered = new Map<string, Promise<string>>();
const KEPT = 200;

/** The README in the wanted language, or in the one there is. Rendered once per text. */
export async function readmeOf(
  { repository, content, digest }: ResolvedImage,
  wanted: string,
): Promise<{ html: string; locale: string }> {
  const readmes: Record<string, string> = {
    ...content.readmes,
    ...ownReadmes(repository),
  };
  const locale = Object.hasOwn(readmes, wanted)
    ? wanted
    : Object.hasOwn(readmes, "en")
      ? "en"
      : (Object.keys(readmes)[0] ?? "en");
  const markdown = readmes[locale] ?? "";
  const own = ownReadmes(repository)[locale];
  const key = `${digest}/${locale}/${own ? createHash("sha256").update(own).digest("hex") : ""}`;
  const rendering = rendered.get(key) ?? renderReadmeApart(markdown);
  rendered.set(key, rendering);
  if (rendered.size > KEPT) rendered.delete(rendered.keys().next().value ?? "");
  return { html: await rendering, locale };
}

/** What the publisher wrote in the Hub, by language. */
export function ownReadmes({ spec }: Repository): Record<string, string> {
  return { ...(spec.readme && { en: spec.readme }), ...spec.readmes };
}
