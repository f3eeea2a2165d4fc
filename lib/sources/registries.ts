import type { Repository } from "../model/resources.ts";
import { formatReference, OciError, parseReference, Registry, type RegistryOptions } from "../oci/index.ts";
import { guardedFetch } from "./guard.ts";

type Credentials = Awaited<ReturnType<NonNullable<RegistryOptions["credentials"]>>>;

export interface RegistriesOptions {
  /** Hosts that an administrator allows wherever they are, and without TLS. */
  allowed(host: string): boolean;
  /** What the organization is known by at the registry. */
  credentials?(organization: string, registry: string): Promise<Credentials>;
  limits?: RegistryOptions["limits"];
}

/** Where a repository's images are. */
export interface Place {
  registry: Registry;
  repository: string;
  /** `registry.example.com/labring/pg`, in full. */
  name: string;
}

/** Credentials that were changed are used after so long by those who only read. */
const KEPT_MS = 30_000;

/** The registries that repositories name as their source. */
export class Registries {
  readonly #options: RegistriesOptions;
  readonly #fetch: typeof fetch;
  readonly #known = new Map<string, { registry: Registry; until: number }>();

  constructor(options: RegistriesOptions) {
    this.#options = options;
    this.#fetch = guardedFetch(options);
  }

  /**
   * Undefined for a repository whose images are in the Hub's own content store.
   * @throws OciError `invalid-reference` when the source is no reference, or names a tag
   */
  placeOf({ spec }: Repository): Place | undefined {
    const { source, organization } = spec;
    if (!source || source === "content") return undefined;
    const { registry: host, repository, tag, digest } = parseReference(source);
    if (tag || digest)
      throw new OciError(
        "invalid-reference",
        `The source "${source}" names one version; write it without, as host/name.`,
      );
    const key = `${organization} ${host}`;
    let known = this.#known.get(key);
    if (!known || known.until < Date.now()) {
      const { allowed, credentials, limits } = this.#options;
      const registry = new Registry({
        registry: host,
        fetch: this.#fetch,
        plainHttp: allowed(host) && isUnencrypted(host),
        credentials: async () => credentials?.(organization, host),
        limits: { timeoutMs: 15_000, attempts: 2, retryAfterMs: 2_000, ...limits },
      });
      known = { registry, until: Date.now() + KEPT_MS };
      this.#known.set(key, known);
    }
    return { registry: known.registry, repository, name: formatReference({ registry: host, repository }) };
  }

  /** Lets what changed about an organization's credentials count at once. */
  forget(organization: string): void {
    for (const key of this.#known.keys()) if (key.startsWith(`${organization} `)) this.#known.delete(key);
  }
}

/** Registries for trying, on this machine or under a port of their own other than TLS's. */
function isUnencrypted(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/.test(host) || /:(80|5000)$/.test(host);
}
