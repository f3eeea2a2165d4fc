import { type BlobSource, parseReference, REF_NAME, type Reference, reachable } from "../../lib/oci/index.ts";

/** Which other repository of the same registry may have a blob, by what else the layout has for it. */
export async function mountable(
  source: BlobSource,
  { registry, repository }: Reference,
): Promise<(digest: string) => string | undefined> {
  const homes = new Map<string, string>();
  for (const entry of await source.index()) {
    const name = entry.annotations?.[REF_NAME];
    if (!name?.startsWith(`${registry}/`)) continue;
    const other = parseReference(name);
    if (other.repository === repository) continue;
    for (const { digest } of await reachable(source, entry)) homes.set(digest, other.repository);
  }
  return (digest) => homes.get(digest);
}
