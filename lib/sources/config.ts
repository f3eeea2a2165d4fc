import { hostPatterns } from "./addresses.ts";
import { BlobCache } from "./blob-cache.ts";

export interface SourcesConfig {
  allowed(host: string): boolean;
  cache?: BlobCache;
  /** Whether images in registries have to be signed with a key of their organization, whatever it says itself. */
  requireSignatures: boolean;
}

const MiB = 1024 ** 2;

/**
 * What web and manager are told about registries: `REGISTRY_ALLOW`, `CONTENT_CACHE_DIR`, `CONTENT_CACHE_MB` (512),
 * `REQUIRE_SIGNATURES` (`1`).
 */
export function readSourcesConfig(environment: Record<string, string | undefined>): SourcesConfig {
  const megabytes = Number(environment.CONTENT_CACHE_MB || 512);
  if (!(megabytes >= 1))
    throw new Error(`CONTENT_CACHE_MB is not a number of MiB: ${environment.CONTENT_CACHE_MB}`);
  return {
    allowed: hostPatterns(environment.REGISTRY_ALLOW ?? ""),
    requireSignatures: readSwitch(environment, "REQUIRE_SIGNATURES"),
    ...(environment.CONTENT_CACHE_DIR
      ? { cache: new BlobCache(environment.CONTENT_CACHE_DIR, megabytes * MiB) }
      : {}),
  };
}

/** A slip in what keeps images out must not let them in. */
function readSwitch(environment: Record<string, string | undefined>, name: string): boolean {
  const text = environment[name] || "0";
  if (text !== "0" && text !== "1") throw new Error(`${name} is neither 1 nor 0: ${text}`);
  return text === "1";
}
