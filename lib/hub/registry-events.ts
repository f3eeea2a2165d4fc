import { createHash, timingSafeEqual } from "node:crypto";
import { isNotFound } from "../cluster/index.ts";
import { isOciError, parseReference } from "../oci/index.ts";
import type { Hub } from "./hub.ts";
import { SpokenProblem } from "./messages.ts";
import { requestRefresh } from "./registry-credentials.ts";

export interface RegistryEvent {
  action?: string | undefined;
  target?: { repository?: string | undefined; mediaType?: string | undefined } | undefined;
}

/**
 * What a registry announces says only "look again": the manager then asks the registry itself. Registries know
 * themselves by other names than their users do, so every repository whose source ends alike is marked. Returns how
 * many. Throws `registry-secret`.
 */
export async function announce(
  hub: Hub,
  authorization: string | null,
  events: readonly RegistryEvent[],
): Promise<number> {
  const { registryEventsSecret: secret } = hub.config;
  const given = (authorization ?? "").replace(/^Bearer /i, "");
  if (!secret || !same(given, secret)) throw new SpokenProblem("registry-secret");
  const changed = new Set(
    events.flatMap(({ action, target }) =>
      target?.repository && (action === "delete" || (action === "push" && isManifest(target.mediaType)))
        ? [target.repository]
        : [],
    ),
  );
  const concerned = hub.catalogue.repositories
    .list()
    .filter(({ spec }) => spec.source && changed.has(pathOf(spec.source) ?? ""));
  for (const { metadata } of concerned)
    await requestRefresh(hub.cluster, metadata.name).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  return concerned.length;
}

/** Compared as digests, so that neither length nor beginning of the secret shows in the time it takes. */
function same(given: string, secret: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}

function isManifest(mediaType: string | undefined): boolean {
  return mediaType === undefined || /manifest|index/.test(mediaType);
}

function pathOf(source: string): string | undefined {
  if (source === "content") return undefined;
  try {
    return parseReference(source).repository;
  } catch (error) {
    // The repository's own condition says that its source is none.
    if (isOciError(error)) return undefined;
    throw error;
  }
}
