import {
  type Descriptor,
  descriptorOf,
  encodeJson,
  isCompanionTag,
  isDigest,
  isManifestType,
  isOciError,
  Layout,
  type Manifest,
  mediaTypes,
  parseManifest,
  REF_NAME,
} from "../oci/index.ts";
import { imageAnnotations } from "./annotations.ts";
import { ImageError } from "./error.ts";
import { readKubefile } from "./kubefile.ts";
import { packLayer, readLayers } from "./layer.ts";
import { type Files, readImage, readmes } from "./read.ts";
import { readImageApart } from "./read-apart.ts";
import { Readings, type StoredContent } from "./readings.ts";
import { type ImageSettings, settingsOf } from "./settings.ts";
import { unpackSubcharts } from "./subcharts.ts";

export { sha256 } from "../oci/index.ts";

/** On an entry whose tag has moved on: the repository (`org/repo`) that it was published in. */
const FORMER_REPOSITORY = "io.sealos.hub.repository";

export interface StoredImage {
  reference: string;
  digest: string;
  /** Bytes of all blobs. */
  size: number;
  createdAt: string;
}

/** Cluster images on disk, in an OCI image layout; `org/repo:tag` names each. */
export class ContentStore {
  readonly root: string;
  readonly layout: Layout;
  readonly #readings = new Readings();

  constructor(root: string) {
    this.root = root;
    this.layout = new Layout(root);
  }

  /**
   * Stores an image under `org/repo:tag` and returns its digest. The same files give the same digest, whenever and
   * wherever they are stored.
   * @throws ImageError when the files are no image.
   */
  async put(
    reference: string,
    files: Files,
    options: { createdAt?: string; settings?: ImageSettings } = {},
  ): Promise<StoredImage> {
    const content = readImage(await unpackSubcharts(files), options.settings);
    const layer = await packLayer(files);
    const layerBlob = descriptorOf(mediaTypes.layer, layer);
    const annotations = imageAnnotations(content);
    const config = encodeJson({
      architecture: "unknown",
      os: "unknown",
      config: {
        ...(content.command || content.workspace ? (options.settings ?? settingsIn(files)) : {}),
        Labels: annotations,
      },
      rootfs: { type: "layers", diff_ids: [layerBlob.digest] },
    });
    const manifest = encodeJson({
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      config: descriptorOf(mediaTypes.config, config),
      layers: [layerBlob],
      annotations,
    } satisfies Manifest);
    const { digest } = descriptorOf(mediaTypes.manifest, manifest);
    for (const blob of [layer, config, manifest]) await this.layout.write(blob);
    const createdAt = options.createdAt ?? new Date().toISOString();
    await this.layout.update((entries) => {
      const same = entries.find((each) => each.digest === digest && nameOf(each) === reference);
      if (same) return entries;
      const entry: Descriptor = {
        mediaType: mediaTypes.manifest,
        digest,
        size: manifest.byteLength,
        annotations: { [REF_NAME]: reference, "org.opencontainers.image.created": createdAt },
      };
      const moved = entries.map((each) => (nameOf(each) === reference ? former(each) : each));
      return [...withoutRepeats(moved), entry].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
    });
    const size = layer.byteLength + config.byteLength + manifest.byteLength;
    return { reference, digest, size, createdAt };
  }

  /**
   * Takes over every image of another store, those whose tags have moved on as well. A tag that both have means the
   * other's image from now on; nothing is lost by its digest. Returns how many were not there before.
   */
  async addFrom(other: ContentStore): Promise<number> {
    const theirs = await other.layout.index();
    for (const digest of new Set(theirs.map((each) => each.digest))) {
      const { manifest } = await other.#manifest(digest);
      for (const blob of [digest, manifest.config.digest, ...manifest.layers.map((layer) => layer.digest)])
        await this.layout.write(await other.#readBlob(blob));
    }
    let added = 0;
    await this.layout.update((entries) => {
      const has = (entry: Descriptor) =>
        entries.some(
          (each) =>
            each.digest === entry.digest &&
            nameOf(each) === nameOf(entry) &&
            repositoryOf(each) === repositoryOf(entry),
        );
      const news = theirs.filter((entry) => !has(entry));
      if (news.length === 0) return entries;
      added = news.length;
      const names = new Set(news.map(nameOf).filter(Boolean));
      const kept = entries.map((each) => (names.has(nameOf(each)) ? former(each) : each));
      return withoutRepeats([...kept, ...news]).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
    });
    return added;
  }

  /** The digest that `org/repo:tag` stands for now. */
  async resolve(reference: string): Promise<string | undefined> {
    return (await this.layout.index()).find((each) => nameOf(each) === reference)?.digest;
  }

  /**
   * Whether the digest was ever published in the repository (`org/repo`). All contents lie in one store, so a digest
   * alone says nothing about whose image it is.
   */
  async holds(repository: string, digest: string): Promise<boolean> {
    return (await this.layout.index()).some(
      (each) => each.digest === digest && repositoryOf(each) === repository,
    );
  }

  /** @throws ImageError when the digest is unknown, or what is on disk is not what the digest says. */
  async read(digest: string): Promise<StoredContent> {
    return this.#readings.read(
      digest,
      async () => {
        const { manifest, bytes } = await this.#manifest(digest);
        const settings = settingsOf(await this.#readBlob(manifest.config.digest));
        const files = await readLayers(manifest.layers, (layer) => this.#readBlob(layer.digest));
        const entry = (await this.layout.index()).find((each) => each.digest === digest);
        const createdAt = entry ? createdOf(entry) : (await this.layout.writtenAt(digest)).toISOString();
        const size = [manifest.config, ...manifest.layers].reduce((sum, each) => sum + each.size, bytes);
        return { files, settings, size, createdAt };
      },
      async ({ files, settings, size, createdAt }) => {
        const content = await readImageApart(await unpackSubcharts(files), settings);
        return { content, size, createdAt };
      },
    );
  }

  /** Only the READMEs by locale, which takes a fraction of reading all. @throws ImageError as `read` does. */
  async readmes(digest: string): Promise<Record<string, string>> {
    const known = this.#readings.get(digest);
    if (known) return known.content.readmes;
    const { manifest } = await this.#manifest(digest);
    return readmes(await readLayers(manifest.layers, (layer) => this.#readBlob(layer.digest)));
  }

  /** Every tag; what belongs to an image, like its signatures, is none. */
  async list(): Promise<StoredImage[]> {
    const entries = (await this.layout.index()).filter(
      (each) => nameOf(each) !== "" && isManifestType(each.mediaType) && !isCompanionTag(tagOf(each)),
    );
    return Promise.all(
      entries.map(async (entry) => {
        const { manifest, bytes } = await this.#manifest(entry.digest);
        const blobs = [manifest.config, ...manifest.layers].reduce((sum, each) => sum + each.size, bytes);
        return { reference: nameOf(entry), digest: entry.digest, size: blobs, createdAt: createdOf(entry) };
      }),
    );
  }

  async #manifest(digest: string): Promise<{ manifest: Manifest; bytes: number }> {
    const data = await this.#readBlob(digest);
    return { manifest: asImageError(() => parseManifest(data, digest)), bytes: data.byteLength };
  }

  async #readBlob(digest: string): Promise<Buffer> {
    if (!isDigest(digest))
      throw new ImageError([`${digest} is not a sha256 digest`, `${digest} 不是 sha256 摘要`]);
    try {
      return await this.layout.read(digest);
    } catch (cause) {
      if (isOciError(cause, "not-found"))
        throw new ImageError([`the content store has no ${digest}`, `内容存储中没有 ${digest}`], { cause });
      if (isOciError(cause)) throw new ImageError([cause.message, cause.zh], { cause });
      throw cause;
    }
  }
}

/** What the Kubefile among the files says, for an image that is stored without a configuration. */
function settingsIn(files: Files): ImageSettings {
  const kubefile = files.get("Kubefile");
  return kubefile ? readKubefile(new TextDecoder().decode(kubefile)).settings : {};
}

function asImageError<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (isOciError(cause)) throw new ImageError([cause.message, cause.zh], { cause });
    throw cause;
  }
}

function nameOf(entry: Descriptor): string {
  return entry.annotations?.[REF_NAME] ?? "";
}

function tagOf(entry: Descriptor): string {
  return nameOf(entry).replace(/^.*:/, "");
}

function repositoryOf(entry: Descriptor): string {
  return entry.annotations?.[FORMER_REPOSITORY] ?? nameOf(entry).replace(/:[^:/]*$/, "");
}

/** The entry of a tag that names another digest now. */
function former(entry: Descriptor): Descriptor {
  const { [REF_NAME]: _, ...annotations } = entry.annotations ?? {};
  return { ...entry, annotations: { ...annotations, [FORMER_REPOSITORY]: repositoryOf(entry) } };
}

/** Former entries once per repository and digest. */
function withoutRepeats(entries: Descriptor[]): Descriptor[] {
  const seen = new Set<string>();
  return entries.filter((entry) => {
    if (nameOf(entry) !== "") return true;
    const key = `${repositoryOf(entry)}@${entry.digest}`;
    return !seen.has(key) && seen.add(key);
  });
}

function createdOf(entry: Descriptor): string {
  return entry.annotations?.["org.opencontainers.image.created"] ?? new Date(0).toISOString();
}
