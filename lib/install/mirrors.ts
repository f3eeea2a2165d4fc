import { isOciError, parseReference } from "../oci/index.ts";

/** Where a cluster gets container images from instead of their own registry. */
export interface ImageMirror {
  /** The registry that an image names (`docker.io`), or `*` for all that have no line of their own. */
  registry: string;
  /** Host, and perhaps the beginning of a path, that stands in for it. */
  mirror: string;
}

/**
 * Reads `IMAGE_MIRRORS`: `docker.io=mirror.example.com/hub,*=mirror.example.com`. What has a line of its own keeps its
 * path below the mirror; what falls to `*` has its registry before it, so that no two images meet
 * (`quay.io/a/b` → `mirror.example.com/quay.io/a/b`). `hub load` pushes to the same places.
 * @throws Error naming the part that is no mirror.
 */
export function parseMirrors(text: string | undefined): ImageMirror[] {
  return (text ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => {
      const [registry = "", mirror = "", ...more] = part.split("=").map((each) => each.trim());
      if (!registry || more.length > 0 || !isPlace(mirror))
        throw new Error(`IMAGE_MIRRORS: "${part}" is no mirror; write registry=host or registry=host/path.`);
      return { registry: registry.toLowerCase(), mirror: mirror.replace(/\/+$/, "") };
    });
}

/** Where the image is when these mirrors are in force; undefined when it stays where it is. */
export function mirrored(image: string, mirrors: readonly ImageMirror[]): string | undefined {
  const reference = referenceOf(image);
  if (!reference) return undefined;
  const { registry, repository, tag, digest } = reference;
  const present = mirrors.some(({ mirror }) => `${registry}/${repository}`.startsWith(`${mirror}/`));
  if (present) return undefined;
  const own = mirrors.find((each) => each.registry === registry);
  const rest = mirrors.find((each) => each.registry === "*");
  const place = own
    ? `${own.mirror}/${repository}`
    : rest && `${rest.mirror}/${mirrorPath(registry)}/${repository}`;
  return place && `${place}${tag ? `:${tag}` : ""}${digest ? `@${digest}` : ""}`;
}

/** A registry as a step of a path, in which a port's colon may not be. */
export function mirrorPath(registry: string): string {
  return registry.replace(/[[\]]/g, "").replaceAll(":", "-");
}

function referenceOf(image: string) {
  try {
    return parseReference(image);
  } catch (error) {
    if (isOciError(error)) return undefined;
    throw error;
  }
}

function isPlace(mirror: string): boolean {
  return (
    referenceOf(`${mirror.includes("/") ? mirror : `${mirror}/x`}`)?.registry ===
    mirror.split("/")[0]?.toLowerCase()
  );
}
