import type { SourceCheck, SourceState } from "../model/source-check.ts";
import { isOciError, type OciErrorCode, parseReference } from "../oci/index.ts";
import { clusterCredentials } from "../sources/index.ts";
import type { Hub } from "./hub.ts";
import { sourceOf } from "./publishing.ts";
import { type Actor, requireRole } from "./roles.ts";

const STATES: Partial<Record<OciErrorCode, SourceState>> = {
  denied: "refused",
  "not-found": "not-found",
  "forbidden-address": "forbidden",
  "not-a-registry": "not-a-registry",
  "rate-limited": "busy",
};
/** Somebody is typing and waits for it. */
const PATIENCE_MS = 8_000;

/**
 * Asks a registry, as the organization, for the tags of a repository that might be published. Connects to nothing that
 * publishing would not. Throws what is wrong with the source at its field.
 */
export async function checkSource(
  hub: Hub,
  actor: Actor,
  { organization: org, source }: { organization: string; source: string },
): Promise<SourceCheck> {
  await requireRole(hub, actor, org, "publisher");
  const { registry, repository } = parseReference(sourceOf(source));
  return hub.shares.lookups.during(actor.uid, async () => {
    const late = new Promise<undefined>((resolve) => setTimeout(resolve, PATIENCE_MS, undefined).unref());
    try {
      const tags = await Promise.race([hub.registries.at(registry, org).tags(repository), late]);
      if (!tags) return { state: "unreachable", registry, tags: 0 };
      return { state: tags.length > 0 ? "found" : "empty", registry, tags: tags.length };
    } catch (error) {
      if (!isOciError(error)) throw error;
      const { code, message } = error;
      const failed = { registry, tags: 0, message };
      if (code !== "unauthorized") return { state: STATES[code] ?? "unreachable", ...failed };
      const kept = await clusterCredentials(hub.cluster)(org, registry);
      return { state: kept ? "refused" : "credentials", ...failed };
    }
  });
}
