import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ImageContent } from "../model/image.ts";
import { ImageError } from "./error.ts";
import { packLayer, unpackLayer } from "./layer.ts";
import { withLock } from "./lock.ts";
import { type Files, readImage } from "./read.ts";

const INDEX = "application/vnd.oci.image.index.v1+json";
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const CONFIG = "application/vnd.oci.image.config.v1+json";
const LAYER = "application/vnd.oci.image.layer.v1.tar";
const REF_NAME = "org.opencontainers.image.ref.name";
/** On an entry whose tag has moved on: the repository (`org/repo`) that it was published in. */
const FORMER_REPOSITORY = "io.sealos.hub.repository";
/** Contents kept in memory; one is rarely over 1 MiB. */
const CACHED = 64;

interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
  annotations?: Record<string, string>;
}

interface Manifest {
  schemaVersion: 2;
  mediaType: string;
  config: Descriptor;
  layers: Descriptor[];
  annotations: Record<string, string>;
}

export interface StoredImage {
  reference: string;
  digest: string;
  /** Bytes of all blobs. */
  size: number;
  createdAt: string;
}

export interface StoredContent {
  content: ImageContent;
  /** Bytes of all blobs. */
  size: number;
  createdAt: string;
}

/**
 * Images on disk as an OCI image layout (image-spec 1.1). Blobs are written once under their sha256 and checked
 * against it on every read from disk; the index is replaced atomically, under a lock that all processes respect.
 */
export class ContentStore {
  readonly root: string;
  readonly #cache = new Map<string, StoredContent>();

  constructor(root: string) {
    this.root = root;
  }

  /**
   * Stores an image under `org/repo:tag` and returns its digest. The same files give the same digest, whenever and
   * wherever they are stored.
   * @throws ImageError when the files are no image.
   */
  async put(reference: string, files: Files, options: { createdAt?: string } = {}): Promise<StoredImage> {
    const content = readImage(files);
    const layer = await packLayer(files);
    const layerBlob = descriptor(LAYER, layer);
    const annotations = annotationsOf(content);
    const config = encode({
      architecture: "unknown",
      os: "unknown",
      config: { Labels: annotations },
      rootfs: { type: "layers", diff_ids: [layerBlob.digest] },
    });
    const configBlob = descriptor(CONFIG, config);
    const manifest = encode({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: configBlob,
      layers: [layerBlob],
      annotations,
    } satisfies Manifest);
    const { digest } = descriptor(MANIFEST, manifest);
    for (const blob of [layer, config, manifest]) await this.#writeBlob(blob);
    const createdAt = options.createdAt ?? new Date().toISOString();
    await this.#updateIndex((entries) => {
      const same = entries.find((each) => each.digest === digest && nameOf(each) === reference);
      if (same) return entries;
      const entry: Descriptor = {
        mediaType: MANIFEST,
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

  /** The digest that `org/repo:tag` stands for now. */
  async resolve(reference: string): Promise<string | undefined> {
    return (await this.#index()).find((each) => nameOf(each) === reference)?.digest;
  }

  /**
   * Whether the digest was ever published in the repository (`org/repo`). All contents lie in one store, so a digest
   * alone says nothing about whose image it is.
   */
  async holds(repository: string, digest: string): Promise<boolean> {
    return (await this.#index()).some((each) => each.digest === digest && repositoryOf(each) === repository);
  }

  /** @throws ImageError when the digest is unknown, or what is on disk is not what the digest says. */
  async read(digest: string): Promise<StoredContent> {
    const cached = this.#cache.get(digest);
    if (cached) {
      this.#cache.delete(digest);
      this.#cache.set(digest, cached);
      return cached;
    }
    const { manifest, bytes } = await this.#manifest(digest);
    const [layer] = manifest.layers;
    if (!layer || layer.mediaType !== LAYER) {
      throw new ImageError(`the image ${digest} has no layer that the Hub can read`);
    }
    await this.#readBlob(manifest.config.digest);
    const content = readImage(await unpackLayer(await this.#readBlob(layer.digest)));
    const entry = (await this.#index()).find((each) => each.digest === digest);
    const createdAt = entry ? createdOf(entry) : (await stat(this.#path(digest))).mtime.toISOString();
    const stored = { content, size: bytes + manifest.config.size + layer.size, createdAt };
    this.#cache.set(digest, stored);
    const [oldest] = this.#cache.keys();
    if (this.#cache.size > CACHED && oldest) this.#cache.delete(oldest);
    return stored;
  }

  async list(): Promise<StoredImage[]> {
    const entries = (await this.#index()).filter((each) => nameOf(each) !== "");
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
    return { manifest: JSON.parse(data.toString("utf8")) as Manifest, bytes: data.byteLength };
  }

  async #readBlob(digest: string): Promise<Buffer> {
    if (!/^sha256:[a-f0-9]{64}$/.test(digest)) throw new ImageError(`${digest} is not a sha256 digest`);
    const data = await readFile(this.#path(digest)).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== "ENOENT") throw cause;
      throw new ImageError(`the content store has no ${digest}`, { cause });
    });
    const found = sha256(data);
    if (found !== digest) {
      throw new ImageError(`what is stored as ${digest} has the digest ${found}; store the image again`);
    }
    return data;
  }

  async #writeBlob(data: Buffer): Promise<void> {
    const path = this.#path(sha256(data));
    const present = await readFile(path).catch(() => undefined);
    if (present?.equals(data)) return;
    await writeAtomically(path, data);
  }

  async #index(): Promise<Descriptor[]> {
    const text = await readFile(join(this.root, "index.json"), "utf8").catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return undefined;
        throw error;
      },
    );
    return text === undefined ? [] : (JSON.parse(text) as { manifests: Descriptor[] }).manifests;
  }

  async #updateIndex(change: (entries: Descriptor[]) => Descriptor[]): Promise<void> {
    await mkdir(this.root, { recursive: true });
    await withLock(join(this.root, "index.lock"), async () => {
      const before = await this.#index();
      const manifests = change(before);
      if (manifests === before) return;
      await writeAtomically(join(this.root, "oci-layout"), encode({ imageLayoutVersion: "1.0.0" }));
      const index = { schemaVersion: 2, mediaType: INDEX, manifests };
      await writeAtomically(join(this.root, "index.json"), encode(index));
    });
  }

  #path(digest: string): string {
    return join(this.root, "blobs", "sha256", digest.slice("sha256:".length));
  }
}

export function sha256(data: Uint8Array): string {
  return `sha256:${createHash("sha256").update(data).digest("hex")}`;
}

function descriptor(mediaType: string, data: Buffer): Descriptor {
  return { mediaType, digest: sha256(data), size: data.byteLength };
}

function encode(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function nameOf(entry: Descriptor): string {
  return entry.annotations?.[REF_NAME] ?? "";
}

function repositoryOf(entry: Descriptor): string {
  return entry.annotations?.[FORMER_REPOSITORY] ?? nameOf(entry).split(":")[0] ?? "";
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

function annotationsOf(content: ImageContent): Record<string, string> {
  const known: Record<string, string | undefined> = {
    title: content.title,
    description: content.description,
    version: content.version,
    authors: content.author,
    url: content.url,
    source: content.gitRepo,
    licenses: content.licence,
  };
  return Object.fromEntries(
    Object.entries(known).flatMap(([key, value]) =>
      value ? [[`org.opencontainers.image.${key}`, value]] : [],
    ),
  );
}

/** Readers see the old file or the new one, also after a power cut. */
async function writeAtomically(path: string, data: Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}.tmp`;
  const handle = await open(temporary, "w", 0o644);
  try {
    await handle.writeFile(data);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
}
