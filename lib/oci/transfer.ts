import { OciError } from "./errors.ts";
import type { BlobSource, Layout } from "./layout.ts";
import { parseIndex, parseManifest } from "./manifest.ts";
import { childrenOf, MANIFEST_BYTES, reachable } from "./reachable.ts";
import type { Registry } from "./registry.ts";
import { type Descriptor, isIndexType, isManifestType, REF_NAME } from "./types.ts";

export interface TransferProgress {
  digest: string;
  bytes: number;
  total: number;
  /** Once it is over. */
  outcome?: "present" | "mounted" | "transferred";
}

interface TransferOptions {
  onProgress?(progress: TransferProgress): void;
}

export interface Pushed {
  digest: string;
  /** Everything was there already. */
  unchanged: boolean;
  blobs: { digest: string; size: number; outcome: "present" | "mounted" | "transferred" }[];
  /** Digests of what refers to the image and went with it. */
  referrers: string[];
}

export interface Pulled {
  descriptor: Descriptor;
  blobs: { digest: string; size: number; outcome: "present" | "transferred" }[];
  referrers: string[];
}

/** Blobs on their way at once. */
const AT_ONCE = 6;

/** What one repository of a registry has, as a source to copy from. */
export class RemoteSource implements BlobSource {
  readonly registry: Registry;
  readonly repository: string;
  readonly #known = new Map<string, Descriptor>();

  constructor(registry: Registry, repository: string) {
    this.registry = registry;
    this.repository = repository;
  }

  async index(): Promise<Descriptor[]> {
    return [];
  }

  async has(digest: string): Promise<boolean> {
    return this.registry.hasBlob(this.repository, digest);
  }

  /** A manifest or index; other blobs are streamed only. */
  async read(digest: string): Promise<Buffer> {
    const { bytes } = await this.registry.manifest(this.repository, digest);
    for (const child of childrenOf(bytes, digest)) this.#known.set(child.digest, child);
    return bytes;
  }

  async *stream(digest: string, start = 0): AsyncGenerator<Uint8Array, void, undefined> {
    const descriptor = this.#known.get(digest);
    if (!descriptor) throw new Error(`the manifest that names ${digest} was not read`);
    let skip = start;
    for await (const chunk of this.registry.blobStream(this.repository, descriptor)) {
      const rest = chunk.subarray(Math.min(skip, chunk.byteLength));
      skip -= chunk.byteLength - rest.byteLength;
      if (rest.byteLength > 0) yield rest;
    }
  }
}

/**
 * Puts an image, an index, and what refers to them into a repository, under a tag or their own digest. When all is there
 * already, that costs one round of HEAD requests. Blobs go first and the tag moves last, so that a push that breaks off
 * changes nothing that anybody sees.
 */
export async function pushImage(
  source: BlobSource,
  descriptor: Descriptor,
  to: { registry: Registry; repository: string; reference?: string },
  options: TransferOptions & {
    /** Another repository of the same registry that may have the blob. */
    mountFrom?: (digest: string) => string | undefined;
    /** Manifests that refer to this one; unless given, those of the source. */
    referrers?: Descriptor[];
  } = {},
): Promise<Pushed> {
  const { registry, repository } = to;
  const { onProgress, mountFrom } = options;
  const referrers = options.referrers ?? (await referrersIn(source, descriptor.digest));
  const roots = [
    { descriptor, reference: to.reference ?? descriptor.digest },
    ...referrers.map((each) => ({ descriptor: each, reference: each.digest })),
  ];
  const there = await Promise.all(
    roots.map(
      async (root) => (await registry.head(repository, root.reference))?.digest === root.descriptor.digest,
    ),
  );
  const missing = roots.filter((_, n) => !there[n]);
  const blobs = new Map<string, Pushed["blobs"][number]>();
  const manifests = new Map<string, { descriptor: Descriptor; reference: string }>();
  const wanted = new Map<string, Descriptor>();
  for (const root of missing)
    for (const each of await reachable(source, root.descriptor)) {
      if (!isManifestType(each.mediaType) && !isIndexType(each.mediaType)) wanted.set(each.digest, each);
      else {
        const own = each.digest === root.descriptor.digest;
        manifests.set(each.digest, { descriptor: each, reference: own ? root.reference : each.digest });
      }
    }
  await parallel([...wanted.values()], AT_ONCE, async (blob) => {
    const { digest, size } = blob;
    const tell = (bytes: number, outcome?: TransferProgress["outcome"]) =>
      onProgress?.({ digest, bytes, total: size, ...(outcome ? { outcome } : {}) });
    const outcome = (await registry.hasBlob(repository, digest))
      ? "present"
      : await send(blob, (bytes) => tell(bytes));
    blobs.set(digest, { digest, size, outcome });
    tell(size, outcome);
  });
  for (const each of manifests.values())
    await registry.pushManifest(
      repository,
      each.reference,
      await source.read(each.descriptor.digest, { maxBytes: MANIFEST_BYTES }),
    );
  return {
    digest: descriptor.digest,
    unchanged: missing.length === 0,
    blobs: [...wanted.keys()].flatMap((digest) => blobs.get(digest) ?? []),
    referrers: referrers.map(({ digest }) => digest),
  };

  async function send(blob: Descriptor, tell: (bytes: number) => void): Promise<"mounted" | "transferred"> {
    const from = mountFrom?.(blob.digest);
    const outcome = await registry.pushBlob(repository, {
      descriptor: blob,
      open: (start) => source.stream(blob.digest, start),
      onProgress: tell,
      ...(from && from !== repository ? { mountFrom: from } : {}),
    });
    return outcome === "mounted" ? "mounted" : "transferred";
  }
}

/** Brings an image, or an index with all its images, and what refers to it into a layout. It gets no name there. */
export async function pullImage(
  from: { registry: Registry; repository: string; reference: string },
  layout: Layout,
  options: TransferOptions & { platform?: string; referrers?: boolean } = {},
): Promise<Pulled> {
  const { registry, repository } = from;
  const source = new RemoteSource(registry, repository);
  const first = (await registry.manifest(repository, from.reference)).descriptor;
  const descriptor = options.platform ? await ofPlatform(source, first, options.platform) : first;
  const referrers =
    options.referrers === false ? [] : await registry.referrers(repository, descriptor.digest);
  const blobs: Pulled["blobs"] = [];
  for (const root of [descriptor, ...referrers]) {
    const all = await reachable(source, root);
    await parallel(all, AT_ONCE, async (each) => {
      const { digest, size } = each;
      const tell = (bytes: number, outcome?: "present" | "transferred") =>
        options.onProgress?.({ digest, bytes, total: size, ...(outcome ? { outcome } : {}) });
      if (isManifestType(each.mediaType) || isIndexType(each.mediaType)) {
        await layout.write(await source.read(digest));
        return;
      }
      const outcome = (await layout.holds(each)) ? "present" : "transferred";
      if (outcome === "transferred") await layout.writeStream(each, counted(source.stream(digest), tell));
      blobs.push({ digest, size, outcome });
      tell(size, outcome);
    });
    if (root !== descriptor) await layout.keep(root);
  }
  return { descriptor, blobs, referrers: referrers.map(({ digest }) => digest) };
}

/** The manifests without a name in a source's index that refer to this digest; a registry is asked. */
async function referrersIn(source: BlobSource, digest: string): Promise<Descriptor[]> {
  if (source instanceof RemoteSource) return source.registry.referrers(source.repository, digest);
  const found: Descriptor[] = [];
  for (const entry of await source.index()) {
    if (entry.annotations?.[REF_NAME] || !isManifestType(entry.mediaType)) continue;
    const bytes = await source.read(entry.digest, { maxBytes: MANIFEST_BYTES });
    if (parseManifest(bytes, entry.digest).subject?.digest === digest) found.push(entry);
  }
  return found;
}

/** The one image of an index for `os/architecture`; an image alone is itself. */
async function ofPlatform(
  source: RemoteSource,
  descriptor: Descriptor,
  platform: string,
): Promise<Descriptor> {
  if (!isIndexType(descriptor.mediaType)) return descriptor;
  const [os, architecture, variant] = platform.split("/");
  const { manifests } = parseIndex(await source.read(descriptor.digest), descriptor.digest);
  const found = manifests.find(
    (each) =>
      each.platform?.os === os &&
      each.platform?.architecture === architecture &&
      (variant === undefined || each.platform?.variant === variant),
  );
  if (found) return found;
  throw new OciError("not-found", `${source.repository}@${descriptor.digest} has no image for ${platform}.`);
}

async function* counted(
  source: AsyncIterable<Uint8Array>,
  tell: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.byteLength;
    tell(bytes);
    yield chunk;
  }
}

/** Does the work for each, so many at once; the first failure ends it once those under way are over. */
export async function parallel<T>(
  items: T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  let failed = false;
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined && !failed; item = waiting.shift())
      await work(item).catch((error: unknown) => {
        failed = true;
        throw error;
      });
  };
  const outcomes = await Promise.allSettled(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
}
