import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { descriptorOf, encodeJson, isDigest, sha256, verified, verify } from "./digest.ts";
import { isOciError, OciError } from "./errors.ts";
import { withLock } from "./lock.ts";
import { type Descriptor, mediaTypes, REF_NAME } from "./types.ts";

/** Manifests and blobs that can be read: a folder, a tar, or what a registry has. */
export interface BlobSource {
  index(): Promise<Descriptor[]>;
  has(digest: string): Promise<boolean>;
  /** The blob, verified. @throws OciError `not-found`, `too-large`, `digest-mismatch` */
  read(digest: string, options?: { maxBytes?: number }): Promise<Buffer>;
  /** The blob in pieces from `start`; not verified. */
  stream(digest: string, start?: number): AsyncIterable<Uint8Array>;
}

const LAYOUT = encodeJson({ imageLayoutVersion: "1.0.0" });

/**
 * A folder as an OCI image layout (image-spec 1.1). Blobs are written once under their sha256 and checked against it on
 * every read; the index is replaced atomically, under a lock that all processes respect.
 */
export class Layout implements BlobSource {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  /** @throws OciError when the folder is there and is no layout. */
  async index(): Promise<Descriptor[]> {
    const path = join(this.root, "index.json");
    const text = await readFile(path, "utf8").catch(absent);
    return text === undefined ? [] : parseIndexFile(text, path);
  }

  /** The descriptor that this name stands for. */
  async resolve(name: string): Promise<Descriptor | undefined> {
    return (await this.index()).find((each) => each.annotations?.[REF_NAME] === name);
  }

  async has(digest: string): Promise<boolean> {
    return (await stat(this.path(digest)).catch(absent)) !== undefined;
  }

  /** Whether the blob is there and is still what the descriptor says: one damaged on disk is to be fetched again. */
  async holds(descriptor: Descriptor): Promise<boolean> {
    if (!(await this.has(descriptor.digest))) return false;
    try {
      for await (const _ of verified(this.stream(descriptor.digest), descriptor, "What is stored as"));
      return true;
    } catch (error) {
      if (isOciError(error, "digest-mismatch", "size-mismatch")) return false;
      throw error;
    }
  }

  async read(digest: string, { maxBytes = Number.POSITIVE_INFINITY } = {}): Promise<Buffer> {
    const size = await this.size(digest);
    if (size > maxBytes) throw tooLarge(digest, size, maxBytes);
    const data = await readFile(this.path(digest));
    verify(data, { digest }, "What is stored as");
    return data;
  }

  stream(digest: string, start = 0): AsyncIterable<Uint8Array> {
    return createReadStream(this.path(digest), { start, highWaterMark: 1 << 20 });
  }

  /** Bytes. @throws OciError `not-found` */
  async size(digest: string): Promise<number> {
    const found = await stat(this.path(digest)).catch(absent);
    if (!found) throw missing(digest, this.root);
    return found.size;
  }

  /** When the blob was written. */
  async writtenAt(digest: string): Promise<Date> {
    return (await stat(this.path(digest))).mtime;
  }

  async write(data: Uint8Array): Promise<string> {
    const digest = sha256(data);
    const path = this.path(digest);
    const present = await readFile(path).catch(absent);
    if (!present?.equals(data)) await writeAtomically(path, [data]);
    return digest;
  }

  /** Writes and returns what the JSON value is then called. */
  async writeJson(mediaType: string, value: unknown): Promise<Descriptor> {
    const data = encodeJson(value);
    await this.write(data);
    return descriptorOf(mediaType, data);
  }

  /** Takes a blob in pieces; nothing is kept when they are not what the descriptor says. */
  async writeStream(descriptor: Descriptor, source: AsyncIterable<Uint8Array>): Promise<void> {
    const path = this.path(descriptor.digest);
    await writeAtomically(path, verified(source, descriptor, "The blob"));
  }

  /** The name stands for this descriptor from now on. */
  async tag(name: string, descriptor: Descriptor): Promise<void> {
    const entry = { ...descriptor, annotations: { ...descriptor.annotations, [REF_NAME]: name } };
    await this.update((entries) => {
      const same = entries.find((each) => each.annotations?.[REF_NAME] === name);
      if (same && JSON.stringify(same) === JSON.stringify(entry)) return entries;
      return [...entries.filter((each) => each !== same), entry];
    });
  }

  /** Adds a manifest without a name (one that refers to another, for example), once. */
  async keep(descriptor: Descriptor): Promise<void> {
    await this.update((entries) =>
      entries.some(({ digest }) => digest === descriptor.digest) ? entries : [...entries, descriptor],
    );
  }

  /** Changes the index; returning the same array leaves it. */
  async update(change: (entries: Descriptor[]) => Descriptor[]): Promise<void> {
    await mkdir(this.root, { recursive: true });
    await withLock(join(this.root, "index.lock"), async () => {
      const before = await this.index();
      const manifests = change(before);
      if (manifests === before) return;
      await writeAtomically(join(this.root, "oci-layout"), [LAYOUT]);
      const index = { schemaVersion: 2, mediaType: mediaTypes.index, manifests };
      await writeAtomically(join(this.root, "index.json"), [encodeJson(index)]);
    });
  }

  /** Where the blob is. @throws OciError when that is no digest. */
  path(digest: string): string {
    if (!isDigest(digest)) throw new OciError("invalid-reference", `${digest} is not a sha256 digest.`);
    return join(this.root, "blobs", "sha256", digest.slice("sha256:".length));
  }
}

/** The manifests of a layout's `index.json`. @throws OciError when it is none */
export function parseIndexFile(text: string, path: string): Descriptor[] {
  try {
    const { manifests } = JSON.parse(text) as { manifests?: Descriptor[] };
    if (Array.isArray(manifests)) return manifests;
  } catch (cause) {
    throw new OciError("invalid-manifest", `${path} is not JSON, so this is no OCI image layout.`, { cause });
  }
  throw new OciError("invalid-manifest", `${path} has no list of manifests, so this is no OCI image layout.`);
}

/** Sizes in bytes. */
export function tooLarge(digest: string, size: number, maxBytes: number): OciError {
  return new OciError(
    "too-large",
    `${digest} has ${size} bytes, and at most ${maxBytes} are read here. Make the image smaller.`,
  );
}

/** `where`: the layout or registry, as a person knows it. */
export function missing(digest: string, where: string): OciError {
  return new OciError("not-found", `${where} has no ${digest}.`);
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
  throw error;
}

/** Readers see the old file or the new one, also after a power cut. */
async function writeAtomically(
  path: string,
  data: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const handle = await open(temporary, "w", 0o644);
    try {
      for await (const chunk of data) await handle.writeFile(chunk);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
