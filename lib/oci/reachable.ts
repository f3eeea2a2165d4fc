import type { BlobSource } from "./layout.ts";
import { manifestType, parseIndex, parseManifest } from "./manifest.ts";
import { type Descriptor, isIndexType, isManifestType } from "./types.ts";

/** A manifest or index is never this large; registries refuse more than 4 MiB. */
export const MANIFEST_BYTES = 4 * 1024 * 1024;

/**
 * The descriptor and all that it leads to: the manifests of an index, configs, layers. What is needed comes before what
 * needs it, which is the order for pushing.
 * @throws OciError when a manifest is missing or none.
 */
export async function reachable(
  source: Pick<BlobSource, "read">,
  descriptor: Descriptor,
): Promise<Descriptor[]> {
  const found = new Map<string, Descriptor>();
  const visit = async (each: Descriptor): Promise<void> => {
    if (found.has(each.digest)) return;
    if (isIndexType(each.mediaType) || isManifestType(each.mediaType)) {
      const bytes = await source.read(each.digest, { maxBytes: MANIFEST_BYTES });
      for (const child of childrenOf(bytes, each.digest)) await visit(child);
    }
    found.set(each.digest, each);
  };
  await visit(descriptor);
  return [...found.values()];
}

/** What a manifest or index names directly; its subject is not part of it. */
export function childrenOf(bytes: Uint8Array, what: string): Descriptor[] {
  if (isIndexType(manifestType(bytes, what))) return parseIndex(bytes, what).manifests;
  const { config, layers } = parseManifest(bytes, what);
  return [config, ...layers];
}
