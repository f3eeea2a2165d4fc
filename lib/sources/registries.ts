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
/** Clients that are remembered; images may name any number of hosts. */
const MOST = 500;

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
    const registry = this.at(host, organization);
    return { registry, repository, name: formatReference({ registry: host, repository }) };
  }

  /** A registry, asked as this organization; without one, as nobody. */
  at(host: string, organization = ""): Registry {
    const key = `${organization} ${host}`;
    const known = this.#known.get(key);
    if (known && known.until > Date.now()) return known.registry;
    const { credentials } = this.#options;
    const registry = this.asked(host, async () =>
      organization ? credentials?.(organization, host) : undefined,
    );
    this.#known.delete(key);
    this.#known.set(key, { registry, until: Date.now() + KEPT_MS });
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST && oldest !== undefined) this.#known.delete(oldest);
    return registry;
  }

  /** A registry, asked once with credentials that are not kept (yet). */
  asked(host: string, credentials: () => Promise<Credentials>): Registry {
    const { allowed, limits } = this.#options;
    return new Registry({
      registry: host,
      fetch: this.#fetch,
      plainHttp: allowed(host) && isUnencrypted(host),
      credentials,
      limits: { timeoutMs: 15_000, attempts: 2, retryAfterMs: 2_000, ...limits },
    });
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
