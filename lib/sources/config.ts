import { hostPatterns } from "./addresses.ts";
import { BlobCache } from "./blob-cache.ts";

export interface SourcesConfig {
  allowed(host: string): boolean;
  cache?: BlobCache;
}

const MiB = 1024 ** 2;

/** What web and manager are told about registries: `REGISTRY_ALLOW`, `CONTENT_CACHE_DIR`, `CONTENT_CACHE_MB` (512). */
export function readSourcesConfig(environment: Record<string, string | undefined>): SourcesConfig {
  const megabytes = Number(environment.CONTENT_CACHE_MB || 512);
  if (!(megabytes >= 1))
    throw new Error(`CONTENT_CACHE_MB is not a number of MiB: ${environment.CONTENT_CACHE_MB}`);
  return {
    allowed: hostPatterns(environment.REGISTRY_ALLOW ?? ""),
    ...(environment.CONTENT_CACHE_DIR
      ? { cache: new BlobCache(environment.CONTENT_CACHE_DIR, megabytes * MiB) }
      : {}),
  };
}
