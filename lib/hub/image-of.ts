import { type ImageReference, parseImageReference } from "../model/names.ts";
import type { ResolvedImage } from "./catalogue.ts";
import type { Hub } from "./hub.ts";
import { SpokenProblem } from "./messages.ts";

/** Throws `image-unknown` for text that is no reference, too. */
export function parseImage(text: string): ImageReference {
  const reference = parseImageReference(text);
  if (!reference) throw new SpokenProblem("repository-unknown", { image: text.slice(0, 200) });
  return reference;
}

/** The image that a person means, if they may see it; without a tag, the latest. Throws `image-unknown`. */
export async function resolveImage(hub: Hub, uid: string, text: string): Promise<ResolvedImage> {
  const { org, repo, tag } = parseImage(text);
  return hub.catalogue.resolve(uid, org, repo, /:[^/]+$/.test(text) ? tag : undefined);
}
