import { type ImageReference, parseImageReference } from "../model/names.ts";
import type { Installation } from "../model/resources.ts";
import type { ResolvedImage } from "./catalogue.ts";
import type { Hub } from "./hub.ts";
import { SpokenProblem } from "./messages.ts";

/** Throws `image-unknown` for text that is no reference, too. */
export function parseImage(text: string): ImageReference {
  const reference = parseImageReference(text);
  if (!reference) throw new SpokenProblem("repository-unknown", { image: text.slice(0, 200) });
  return reference;
}

/**
 * The image that a person means, if they may see it; without a tag, the latest. A digest decides, whatever the tag stands
 * for now. Throws `image-unknown`.
 */
export async function resolveImage(hub: Hub, uid: string, text: string): Promise<ResolvedImage> {
  const { org, repo, tag, digest } = parseImage(text);
  if (digest) return hub.catalogue.pinned(uid, org, repo, { tag, digest });
  return hub.catalogue.resolve(uid, org, repo, text.includes(":") ? tag : undefined);
}

/** How an Installation names it: by its tag, and by its digest if that was asked for. */
export function referenceTo({ card, tag, digest, pinned }: ResolvedImage): string {
  const named = `${card.org}/${card.repo}:${tag}`;
  return pinned ? `${named}@${digest}` : named;
}

/** What is installed stays what it is while only other things change, also when its tag has moved since. */
export function pinnedTo({ spec, status }: Installation, image: string): string {
  const { digest, upgrade } = status ?? {};
  // Until an upgrade is over, the digest may be that of before.
  const settled = upgrade?.phase !== "Running" && upgrade?.phase !== "Failed";
  return image === spec.image && digest && settled && !image.includes("@") ? `${image}@${digest}` : image;
}
