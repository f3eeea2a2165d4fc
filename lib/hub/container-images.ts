import { type ImageMirror, mirrored } from "../install/mirrors.ts";
import type { ContainerImageView, WhyUnknown } from "../model/repository-views.ts";
import {
  formatReference,
  isOciError,
  type Layout,
  type Measured,
  measure,
  parseReference,
  REF_NAME,
  type Reference,
  RemoteSource,
  versionOf,
} from "../oci/index.ts";
import type { Registries } from "../sources/index.ts";
import type { ResolvedImage } from "./catalogue.ts";
import type { Hub } from "./hub.ts";

interface Asker {
  /** Whose credentials may be used, and the only registry that they are for. */
  organization: string;
  host?: string | undefined;
  /** Whether this cluster's mirrors stand in for the registries. */
  mirrored: boolean;
}

type Found = Measured | { unknown: WhyUnknown };

/** Nobody waited for the answer any more, so the registry was not asked. */
const NOT_ITS_TURN: Found = { unknown: "unreachable" };
const AT_ONCE = 4;
const KEPT_MS = 10 * 60_000;
/** A registry that is away may be back soon. */
const FAILED_MS = 60_000;
const MOST = 2_000;
/** Whoever waits gets what is known by then; the rest is asked for again the next time. */
const PATIENCE_MS = 8_000;

export interface ContainerImagesOptions {
  /** Images that were bundled with apps lie here under their full names. */
  layout: Pick<Layout, "index" | "read">;
  registries: Registries;
  mirrors: readonly ImageMirror[];
  /** Registries that an administrator lets be asked about any image. */
  allowed(host: string): boolean;
  patienceMs?: number;
}

/** Digests and sizes of the container images that apps name: asked for when somebody looks, and kept for a while. */
export class ContainerImages {
  readonly #options: ContainerImagesOptions;
  readonly #known = new Map<string, { found: Promise<Found>; until: number }>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(options: ContainerImagesOptions) {
    this.#options = options;
  }

  /** In the order in which they are given. Never throws for what a registry does. */
  async look(references: readonly string[], asker: Asker): Promise<ContainerImageView[]> {
    const { layout, patienceMs = PATIENCE_MS } = this.#options;
    const bundled = new Map((await layout.index()).map((entry) => [entry.annotations?.[REF_NAME], entry]));
    const signal = AbortSignal.timeout(patienceMs);
    const late = new Promise<Found>((resolve) => {
      signal.addEventListener("abort", () => resolve({ unknown: "unreachable" }), { once: true });
    });
    return Promise.all(
      references.map(async (reference): Promise<ContainerImageView> => {
        const parsed = parsedOf(reference);
        if (!parsed) return { reference, unknown: "undecided" };
        const entry = bundled.get(formatReference(parsed));
        if (entry) return { reference, ...(await measure(layout, entry).catch(whyUnknown)) };
        const mirror = asker.mirrored ? mirrored(reference, this.#options.mirrors) : undefined;
        const place = mirror ? parseReference(mirror) : parsed;
        const own = place.registry === asker.host;
        const view = { reference, ...(mirror ? { mirror } : {}) };
        if (!own && !mirror && !this.#options.allowed(place.registry))
          return { ...view, unknown: "not-asked" };
        const asked = this.#remembered(place, own ? asker.organization : "", signal);
        return { ...view, ...(await Promise.race([asked, late])) };
      }),
    );
  }

  /** What one organization's account may see is remembered for that organization alone. */
  #remembered(place: Reference, organization: string, signal: AbortSignal): Promise<Found> {
    const key = `${organization} ${formatReference(place)}`;
    const known = this.#known.get(key);
    if (known && known.until > Date.now()) return known.found;
    const found = this.#inTurn(signal, () => this.#ask(place, organization));
    const entry = { found, until: Number.POSITIVE_INFINITY };
    this.#known.delete(key);
    this.#known.set(key, entry);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST && oldest !== undefined) this.#known.delete(oldest);
    void found.then((result) => {
      if (result === NOT_ITS_TURN) entry.until = 0;
      else entry.until = Date.now() + ("unknown" in result ? FAILED_MS : KEPT_MS);
    });
    return found;
  }

  async #ask({ repository, registry: host, ...version }: Reference, organization: string): Promise<Found> {
    try {
      const registry = this.#options.registries.at(host, organization);
      const descriptor = await registry.head(
        repository,
        versionOf({ registry: host, repository, ...version }),
      );
      if (!descriptor) return { unknown: "not-found" };
      return await measure(new RemoteSource(registry, repository), descriptor);
    } catch (error) {
      return whyUnknown(error);
    }
  }

  /** Some at a time; who has given up waiting does not get a turn any more. */
  async #inTurn(signal: AbortSignal, work: () => Promise<Found>): Promise<Found> {
    if (this.#running >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      return signal.aborted ? NOT_ITS_TURN : await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}

/** The container images of one image, for whoever may see it. */
export function containerImagesOf(
  hub: Hub,
  uid: string,
  image: ResolvedImage,
): Promise<ContainerImageView[]> {
  const { organization, source } = image.repository.spec;
  const host = source && source !== "content" ? parsedOf(source)?.registry : undefined;
  return hub.shares.lookups.during(uid, () =>
    hub.containerImages.look(image.content.containerImages, {
      organization,
      host,
      // What operators run is granted by its own name.
      mirrored: image.content.mode === "application",
    }),
  );
}

/** With a tag, as bundles name it; undefined for what only an expression decides. */
function parsedOf(text: string): Reference | undefined {
  if (text.includes("${{")) return undefined;
  try {
    const reference = parseReference(text);
    return reference.tag || reference.digest ? reference : { ...reference, tag: "latest" };
  } catch (error) {
    if (isOciError(error)) return undefined;
    throw error;
  }
}

function whyUnknown(error: unknown): { unknown: WhyUnknown } {
  if (!isOciError(error)) throw error;
  if (error.code === "unauthorized" || error.code === "denied") return { unknown: "credentials" };
  return { unknown: error.code === "not-found" ? "not-found" : "unreachable" };
}
