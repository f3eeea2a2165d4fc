import { isDigest } from "./digest.ts";
import { OciError } from "./errors.ts";
import {
  type Descriptor,
  type Index,
  isIndexType,
  isManifestType,
  type Manifest,
  mediaTypes,
} from "./types.ts";

/**
 * Reads an image's manifest.
 * @throws OciError `manifest-list` when the bytes are an index or a manifest list, `unsupported` for the formats
 * before it, `invalid-manifest` for anything else.
 */
export function parseManifest(bytes: Uint8Array, what: string): Manifest {
  const found = parse(bytes, what);
  const mediaType = mediaTypeOf(found);
  if (isIndexType(mediaType))
    throw new OciError(
      "manifest-list",
      `${what} is a list of images for several platforms, and a cluster image is one image. Build and push it without --platform or --manifest.`,
    );
  if (!isManifestType(mediaType)) throw unsupported(what, found, mediaType);
  const { config, layers, subject } = found;
  const whole = isDescriptor(config) && Array.isArray(layers) && layers.every(isDescriptor);
  if (!whole || (subject !== undefined && !isDescriptor(subject)))
    throw invalid(what, "its config or layers are missing");
  // All that the type says was looked at above, and in `parse`.
  return found as unknown as Manifest;
}

/** Reads an index or a manifest list. @throws OciError */
export function parseIndex(bytes: Uint8Array, what: string): Index {
  const found = parse(bytes, what);
  const mediaType = mediaTypeOf(found);
  if (!isIndexType(mediaType)) throw unsupported(what, found, mediaType);
  const { manifests } = found;
  if (!Array.isArray(manifests) || !manifests.every(isDescriptor)) throw invalid(what, "its list is missing");
  return found as unknown as Index;
}

/** The media type of a manifest or index by its own bytes. @throws OciError when they are neither. */
export function manifestType(bytes: Uint8Array, what: string): string {
  const found = parse(bytes, what);
  const mediaType = mediaTypeOf(found);
  if (!isIndexType(mediaType) && !isManifestType(mediaType)) throw unsupported(what, found, mediaType);
  return mediaType;
}

function mediaTypeOf(found: Record<string, unknown>): string {
  if (typeof found.mediaType === "string") return found.mediaType;
  if (found.schemaVersion !== 2) return "";
  // OCI let both go without one until 1.1.
  return Array.isArray(found.manifests) ? mediaTypes.index : mediaTypes.manifest;
}

function parse(bytes: Uint8Array, what: string): Record<string, unknown> {
  let found: unknown;
  try {
    found = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new OciError("invalid-manifest", `${what} is not an image: its manifest is not JSON.`, { cause });
  }
  if (typeof found !== "object" || found === null || Array.isArray(found))
    throw invalid(what, "it is no object");
  return found as Record<string, unknown>;
}

function unsupported(what: string, found: Record<string, unknown>, mediaType: string): OciError {
  const said = mediaType || `schemaVersion ${JSON.stringify(found.schemaVersion ?? null)}`;
  return new OciError(
    "unsupported",
    `${what} has a manifest of a kind that is not read here (${said}). Push it as an OCI or Docker schema 2 image.`,
  );
}

function invalid(what: string, why: string): OciError {
  return new OciError("invalid-manifest", `${what} is not an image: ${why}. Build and push it again.`);
}

function isDescriptor(value: unknown): value is Descriptor {
  if (typeof value !== "object" || value === null) return false;
  const { mediaType, digest, size } = value as Partial<Descriptor>;
  return (
    typeof mediaType === "string" &&
    typeof digest === "string" &&
    isDigest(digest) &&
    Number.isSafeInteger(size) &&
    (size as number) >= 0
  );
}
