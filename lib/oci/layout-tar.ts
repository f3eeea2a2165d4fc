import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Pack } from "tar-stream";
import { encodeJson, isDigest, verify } from "./digest.ts";
import { OciError } from "./errors.ts";
import { type BlobSource, missing, parseIndexFile, tooLarge } from "./layout.ts";
import { reachable } from "./reachable.ts";
import { type Descriptor, type Index, type Manifest, mediaTypes, REF_NAME } from "./types.ts";

/** `index.json` of a sane layout has some hundred bytes per image. */
const INDEX_BYTES = 16 * 1024 * 1024;

/** An OCI image layout in a tar file (`oci-archive`), read where it lies: only the places of its blobs are kept. */
export class TarLayout implements BlobSource {
  readonly path: string;
  readonly #entries: Descriptor[];
  readonly #places: Map<string, { offset: number; size: number }>;

  private constructor(
    path: string,
    entries: Descriptor[],
    places: Map<string, { offset: number; size: number }>,
  ) {
    this.path = path;
    this.#entries = entries;
    this.#places = places;
  }

  /** @throws OciError when the file is no layout in an uncompressed tar. */
  static async open(path: string): Promise<TarLayout> {
    const places = new Map<string, { offset: number; size: number }>();
    let entries: Descriptor[] | undefined;
    // Most programs that know of tars never open one.
    const { extract } = await import("tar-stream");
    const tar = extract();
    const source = createReadStream(path, { highWaterMark: 1 << 20 });
    const fed = pipeline(source, tar);
    fed.catch(() => undefined);
    try {
      for await (const entry of tar) {
        const name = entry.header.name.replace(/^\.\//, "");
        const size = entry.header.size ?? 0;
        const [, hex] = /^blobs\/sha256\/([a-f0-9]{64})$/.exec(name) ?? [];
        if (hex && entry.header.type === "file") {
          // Given by the library, and left out by its types.
          const { byteOffset } = entry.header as unknown as { byteOffset: number };
          places.set(`sha256:${hex}`, { offset: byteOffset, size });
        }
        if (name !== "index.json") {
          entry.resume();
          continue;
        }
        if (size > INDEX_BYTES) throw tooLarge("index.json", size, INDEX_BYTES);
        const chunks: Buffer[] = [];
        for await (const chunk of entry) chunks.push(chunk as Buffer);
        entries = parseIndexFile(Buffer.concat(chunks).toString("utf8"), `${path}: index.json`);
      }
      await fed;
    } catch (cause) {
      if (cause instanceof OciError || (cause as NodeJS.ErrnoException).code === "ENOENT") throw cause;
      throw new OciError("unsupported", `${path} is no OCI image layout: it cannot be read as a tar file.`, {
        cause,
      });
    }
    if (!entries)
      throw new OciError(
        "unsupported",
        `${path} is no OCI image layout: it has no index.json. Write it with hub bundle, or as oci-archive.`,
      );
    return new TarLayout(path, entries, places);
  }

  async index(): Promise<Descriptor[]> {
    return this.#entries;
  }

  async has(digest: string): Promise<boolean> {
    return this.#places.has(digest);
  }

  async read(digest: string, { maxBytes = Number.POSITIVE_INFINITY } = {}): Promise<Buffer> {
    const { size } = this.#place(digest);
    if (size > maxBytes) throw tooLarge(digest, size, maxBytes);
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.stream(digest)) chunks.push(chunk);
    const data = Buffer.concat(chunks);
    verify(data, { digest, size }, `${this.path}: what is stored as`);
    return data;
  }

  stream(digest: string, start = 0): AsyncIterable<Uint8Array> {
    const { offset, size } = this.#place(digest);
    if (start >= size) return Readable.from([]);
    return createReadStream(this.path, {
      start: offset + start,
      end: offset + size - 1,
      highWaterMark: 1 << 20,
    });
  }

  #place(digest: string): { offset: number; size: number } {
    if (!isDigest(digest)) throw new OciError("invalid-reference", `${digest} is not a sha256 digest.`);
    const place = this.#places.get(digest);
    if (!place) throw missing(digest, this.path);
    return place;
  }
}

/**
 * Writes these images, and all that they hold, to a tar file; each blob once, in the order of their digests, without
 * owners and times, so that the same images give the same bytes. It has docker's `manifest.json` too, for `docker load`.
 */
export async function writeLayoutTar(
  source: BlobSource,
  entries: Descriptor[],
  path: string,
): Promise<{ blobs: number; bytes: number }> {
  await mkdir(dirname(path), { recursive: true });
  const blobs = new Map<string, Descriptor>();
  for (const entry of entries)
    for (const each of await reachable(source, entry)) blobs.set(each.digest, each);
  const index: Index = { schemaVersion: 2, mediaType: mediaTypes.index, manifests: entries };
  const { pack } = await import("tar-stream");
  const tar = pack();
  const temporary = `${path}.tmp`;
  const written = pipeline(tar, createWriteStream(temporary));
  written.catch(() => undefined);
  let bytes = 0;
  try {
    await file(tar, "oci-layout", encodeJson({ imageLayoutVersion: "1.0.0" }));
    await file(tar, "index.json", encodeJson(index));
    await file(tar, "manifest.json", encodeJson(await forDocker(source, entries)));
    for (const [digest, { size }] of [...blobs].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const entry = tar.entry(header(`blobs/sha256/${digest.slice("sha256:".length)}`, size));
      await pipeline(source.stream(digest), entry);
      bytes += size;
    }
    tar.finalize();
    await written;
    await rename(temporary, path);
  } catch (error) {
    tar.destroy();
    await rm(temporary, { force: true });
    throw error;
  }
  return { blobs: blobs.size, bytes };
}

async function forDocker(source: BlobSource, entries: Descriptor[]): Promise<object[]> {
  const images: object[] = [];
  const path = ({ digest }: Descriptor) => `blobs/sha256/${digest.slice("sha256:".length)}`;
  for (const entry of entries) {
    if (entry.mediaType !== mediaTypes.manifest && entry.mediaType !== mediaTypes.dockerManifest) continue;
    const name = entry.annotations?.[REF_NAME];
    const { config, layers } = JSON.parse((await source.read(entry.digest)).toString("utf8")) as Manifest;
    images.push({
      Config: path(config),
      RepoTags: name?.includes(":") ? [name] : [],
      Layers: layers.map(path),
    });
  }
  return images;
}

function header(name: string, size: number) {
  return { name, size, mode: 0o644, uid: 0, gid: 0, mtime: new Date(0), type: "file" as const };
}

function file(tar: Pack, name: string, data: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    tar.entry(header(name, data.byteLength), data, (error) => (error ? reject(error) : resolve()));
  });
}
