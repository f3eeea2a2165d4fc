import {
  type ContentStore,
  ImageError,
  ImageUnavailable,
  isLayerType,
  limits,
  Readings,
  readImageApart,
  readLayers,
  type StoredContent,
  settingsOf,
  unpackSubcharts,
} from "../images/index.ts";
import { readmes } from "../images/read.ts";
import { parseImageReference, repositoryName } from "../model/names.ts";
import type { Image, Repository } from "../model/resources.ts";
import type { SignatureVerdict } from "../model/signature.ts";
import {
  type Descriptor,
  inLayout,
  inRegistry,
  isOciError,
  type PublicKey,
  parseManifest,
} from "../oci/index.ts";
import type { BlobCache } from "./blob-cache.ts";
import type { Place, Registries } from "./registries.ts";
import { signatureOf } from "./signatures.ts";

export interface HubImagesOptions {
  store: ContentStore;
  registries: Registries;
  /** Absent: everything is asked of the registry again once it has left the memory. */
  cache?: BlobCache | undefined;
  repository(name: string): Repository | undefined;
  images(): readonly Image[];
}

const MANIFEST_BYTES = 4 * 1024 * 1024;
const CONFIG_BYTES = 1024 * 1024;

/**
 * The Hub's images, wherever they are: in its own content store, or in the registry that their repository names, whose
 * blobs stay there. What is asked for is fetched by digest, checked, and kept for a while.
 */
export class HubImages {
  readonly #options: HubImagesOptions;
  readonly #readings = new Readings();

  constructor(options: HubImagesOptions) {
    this.#options = options;
  }

  /** Folder of the Hub's own content store. */
  get root(): string {
    return this.#options.store.root;
  }

  /** The digest that `org/repo:tag` stands for now. */
  async resolve(reference: string): Promise<string | undefined> {
    const parsed = parseImageReference(reference);
    if (!parsed) return undefined;
    const name = repositoryName(parsed.org, parsed.repo);
    if (!this.inRegistry(name)) return this.#options.store.resolve(reference);
    return this.#imagesOf(name).find(({ spec }) => spec.tag === parsed.tag)?.spec.digest;
  }

  /** Whether the digest is the repository's (`org/repo`): what its registry has under another name does not count. */
  async holds(repository: string, digest: string): Promise<boolean> {
    const name = repository.replace("/", ".");
    if (!this.inRegistry(name)) return this.#options.store.holds(repository, digest);
    if (this.#imagesOf(name).some(({ spec }) => spec.digest === digest)) return true;
    const place = this.#placeOf(name);
    return (
      place !== undefined && (await asked(() => place.registry.head(place.repository, digest))) !== undefined
    );
  }

  /**
   * Content by digest; `repository` (`org/repo`, or its object's name) says where it is when it is not here.
   * @throws ImageUnavailable when the registry cannot be asked or sent something else, ImageError when it is no image
   */
  async read(digest: string, repository?: string): Promise<StoredContent> {
    const name = repository?.replace("/", ".");
    if (!name || !this.inRegistry(name)) return this.#options.store.read(digest);
    return this.#readings.read(
      `${name}@${digest}`,
      () => this.#files(name, digest),
      async ({ files, manifest, config, bytes }) => {
        const content = await readImageApart(await unpackSubcharts(files), settingsOf(config));
        const size = [manifest.config, ...manifest.layers].reduce((sum, each) => sum + each.size, bytes);
        const created = manifest.annotations?.["org.opencontainers.image.created"] ?? createdOf(config);
        return { content, size, createdAt: created ?? "" };
      },
    );
  }

  /** Only the READMEs by locale, which keeps other contents in memory. @throws as `read` does */
  async readmes(digest: string, repository: string): Promise<Record<string, string>> {
    const name = repository.replace("/", ".");
    if (!this.inRegistry(name)) return this.#options.store.readmes(digest);
    const known = this.#readings.get(`${name}@${digest}`);
    if (known) return known.content.readmes;
    return readmes((await this.#files(name, digest)).files);
  }

  /**
   * Which of the keys signed the digest: as the catalogue has it, else as its registry or the content store says now.
   * @throws ImageUnavailable when the registry cannot be asked
   */
  async signature(repository: string, digest: string, keys: readonly PublicKey[]): Promise<SignatureVerdict> {
    const name = repository.replace("/", ".");
    const known = this.#imagesOf(name).find(({ status }) => status?.signature?.digest === digest);
    const key = known?.status?.signature?.key;
    if (key && keys.some(({ fingerprint }) => fingerprint === key)) return { state: "Signed", key };
    if (!this.inRegistry(name)) {
      const path = name.replace(".", "/");
      return asked(() => signatureOf(inLayout(this.#options.store.layout, path), digest, keys));
    }
    const place = this.#placeOf(name);
    if (!place) return { state: "Unsigned" };
    return asked(() => signatureOf(inRegistry(place.registry, place.repository), digest, keys));
  }

  /** What providers there are: the store's images, and of those in registries the ones known to be providers. */
  async list(): Promise<{ reference: string; digest: string }[]> {
    const stored = (await this.#options.store.list()).filter(
      ({ reference }) => !this.inRegistry((reference.split(":")[0] ?? "").replace("/", ".")),
    );
    const elsewhere = this.#options
      .images()
      .filter(({ spec }) => spec.mode === "provider" && this.inRegistry(spec.repository))
      .map(({ spec }) => ({
        reference: `${spec.repository.replace(".", "/")}:${spec.tag}`,
        digest: spec.digest,
      }));
    return [...stored, ...elsewhere];
  }

  /** An image's files, with the manifest that names them, its size, and the configuration. */
  async #files(name: string, digest: string) {
    const place = this.#placeOf(name);
    if (!place) throw new ImageError([`the repository ${name} names no source`, `仓库 ${name} 没有写明来源`]);
    // That a digest is known from elsewhere is no proof that this repository has it: its registry has to show the manifest.
    const shown = this.#imagesOf(name).some(({ spec }) => spec.digest === digest);
    const manifestBytes = async () => (await place.registry.manifest(place.repository, digest)).bytes;
    const bytes = shown ? await this.#blob(digest, manifestBytes) : await asked(manifestBytes);
    if (!shown) await this.#options.cache?.put(digest, bytes);
    const manifest = await asked(async () => parseManifest(bytes, `${place.name}@${digest}`));
    const layers = manifest.layers.filter(({ mediaType }) => isLayerType(mediaType));
    if (layers.length === 0)
      throw new ImageError([
        `the image ${place.name}@${digest} has no layer that the Hub can read`,
        `镜像 ${place.name}@${digest} 没有镜像中心可读取的层`,
      ]);
    const blob = (descriptor: Descriptor, maxBytes: number) =>
      this.#blob(descriptor.digest, () => place.registry.blob(place.repository, descriptor, { maxBytes }));
    const config = await blob(manifest.config, CONFIG_BYTES);
    const files = await readLayers(layers, (layer) => blob(layer, limits.layer));
    return { files, manifest, config, bytes: bytes.byteLength };
  }

  async #blob(digest: string, fetch: () => Promise<Buffer>): Promise<Buffer> {
    const { cache } = this.#options;
    const known = await cache?.get(digest);
    if (known && known.byteLength <= Math.max(MANIFEST_BYTES, limits.layer)) return known;
    const data = await asked(fetch);
    await cache?.put(digest, data);
    return data;
  }

  /** Whether a repository's (`<org>.<repo>`) images are in a registry, and not in the Hub's own content store. */
  inRegistry(name: string): boolean {
    const source = this.#options.repository(name)?.spec.source;
    return source !== undefined && source !== "" && source !== "content";
  }

  #placeOf(name: string): Place | undefined {
    const repository = this.#options.repository(name);
    try {
      return repository && this.#options.registries.placeOf(repository);
    } catch (cause) {
      throw unavailable(cause);
    }
  }

  #imagesOf(name: string): Image[] {
    return this.#options.images().filter(({ spec }) => spec.repository === name);
  }
}

/** When the image was built, if that is a real time: builders that want the same bytes again write 1970. */
function createdOf(config: Buffer): string | undefined {
  try {
    const { created } = JSON.parse(config.toString("utf8")) as { created?: unknown };
    const at = typeof created === "string" ? Date.parse(created) : 0;
    return at > 86_400_000 ? new Date(at).toISOString() : undefined;
  } catch {
    // The config says nothing else that is used; the layers say what the image is.
    return undefined;
  }
}

/** Says a registry's failure as an image's. */
export async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw unavailable(error);
  }
}

function unavailable(error: unknown): unknown {
  if (!isOciError(error)) return error;
  const { code, message, zh, retryAfterSeconds, cause } = error;
  if (
    code === "manifest-list" ||
    code === "unsupported" ||
    code === "invalid-manifest" ||
    code === "too-large"
  )
    return new ImageError([message, zh], { cause });
  return new ImageUnavailable([message, zh], code, {
    cause,
    ...(retryAfterSeconds ? { retryAfterSeconds } : {}),
  });
}
