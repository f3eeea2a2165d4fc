import { ImageError, iconHeaders, readIcon } from "../images/index.ts";
import type { ImageContent } from "../model/image.ts";
import type { Hub } from "./hub.ts";
import { SpokenProblem } from "./messages.ts";
import { decodeIcon } from "./words-check.ts";

/**
 * An image's icon, as checked when the image was read. With a digest it never changes. It is served so that even a
 * drawing with a program in it could do nothing.
 */
export async function icon(
  hub: Hub,
  uid: string,
  org: string,
  repo: string,
  digest?: string,
): Promise<Response> {
  const image = `${org}/${repo}`;
  const own = digest ? undefined : hub.catalogue.repository(uid, org, repo).repository.spec.icon;
  if (own) return ownIcon(own, image);
  const content = digest
    ? await contentByDigest(hub, uid, org, repo, digest)
    : (await hub.catalogue.resolve(uid, org, repo)).content;
  if (!content.icon) throw new SpokenProblem("icon-missing", { image });
  return drawn(content.icon, digest ? "private, max-age=31536000, immutable" : "private, max-age=60");
}

function drawn({ mediaType, data }: { mediaType: string; data: Uint8Array }, cache: string): Response {
  return new Response(Buffer.from(data), {
    headers: {
      ...iconHeaders,
      "content-type": mediaType,
      "content-length": String(data.byteLength),
      "cache-control": cache,
    },
  });
}

/** The publisher's, checked once more: whoever writes with kubectl is not checked on the way in. */
function ownIcon(icon: string, image: string): Response {
  const decoded = decodeIcon(icon);
  if (!decoded) throw new SpokenProblem("icon-missing", { image });
  try {
    return drawn(readIcon(decoded.data, "icon"), "private, max-age=300");
  } catch (cause) {
    if (!(cause instanceof ImageError)) throw cause;
    throw new SpokenProblem("icon-missing", { image }, { cause });
  }
}

/** Any tag's digest will do, also one that has moved on: icons of older installations name it. */
async function contentByDigest(
  hub: Hub,
  uid: string,
  org: string,
  repo: string,
  digest: string,
): Promise<ImageContent> {
  hub.catalogue.repository(uid, org, repo);
  return hub.catalogue.published(org, repo, digest);
}
