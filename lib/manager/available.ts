import { newerTag } from "../install/versions.ts";
import { parseImageReference, repositoryName } from "../model/names.ts";
import type { Installation, Repository } from "../model/resources.ts";
import type { World } from "./world.ts";

/**
 * What the catalogue has that is newer than what is installed. Providers and shared instances are the cluster's, whatever
 * tag a tenant names, so nothing is offered for them here.
 */
export function availableFor(
  world: World,
  { spec, metadata }: Installation,
  { mode, phase, digest }: NonNullable<Installation["status"]>,
): { tag: string; digest: string } | undefined {
  if (mode !== "application" || metadata.deletionTimestamp) return undefined;
  const image = parseImageReference(spec.image);
  const known = image && repositoryOf(world, image)?.status;
  if (!image || !known?.tags) return undefined;
  // While something else is being applied the digest is still that of before.
  const settled = phase === "Running" || phase === "Suspended";
  return newerTag({ tag: image.tag, digest: settled ? digest : undefined }, known.tags, known.latestTag);
}

/** Undefined while nobody has published it. */
export function repositoryOf(
  { repositories }: World,
  { org, repo }: { org: string; repo: string },
): Repository | undefined {
  return repositories.get(undefined, repositoryName(org, repo));
}
