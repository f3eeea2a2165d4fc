import type { Credentials, Scope } from "./auth.ts";
import { descriptorOf, encodeJson, isDigest, verified, verify } from "./digest.ts";
import { isOciError, OciError } from "./errors.ts";
import { tooLarge } from "./layout.ts";
import { manifestType, parseIndex, parseManifest } from "./manifest.ts";
import { canonicalHost, isLoopback } from "./reference.ts";
import { defaultLimits, type Limits, Transport } from "./transport.ts";
import { type Descriptor, isIndexType, isManifestType, mediaTypes } from "./types.ts";
import { type BlobToPush, upload } from "./upload.ts";

export interface RegistryOptions {
  /** Host and port. */
  registry: string;
  credentials?: (registry: string) => Promise<Credentials | undefined>;
  /** Only this machine's registries are spoken to without TLS, unless said otherwise. */
  plainHttp?: boolean;
  /** For whoever must guard which addresses are connected to. */
  fetch?: typeof fetch;
  limits?: Partial<Limits>;
  userAgent?: string;
  /** Ends what is under way. */
  signal?: AbortSignal;
}

export interface FetchedManifest {
  notModified: false;
  bytes: Buffer;
  descriptor: Descriptor;
  /** To ask again with. */
  etag: string;
}

const MANIFESTS = [
  mediaTypes.manifest,
  mediaTypes.index,
  mediaTypes.dockerManifest,
  mediaTypes.dockerList,
].join(", ");

/** Of lists: a registry that has ever another page ends here. */
const MOST_PAGES = 500;

/** One registry, by the OCI distribution specification 1.1. Everything that it sends is checked against its digest and size. */
export class Registry {
  readonly registry: string;
  readonly #transport: Transport;

  constructor(options: RegistryOptions) {
    this.registry = canonicalHost(options.registry);
    this.#transport = new Transport({
      registry: this.registry,
      plainHttp: options.plainHttp ?? isLoopback(this.registry),
      credentials: async () => options.credentials?.(this.registry),
      fetch: options.fetch ?? fetch,
      limits: { ...defaultLimits, ...options.limits },
      userAgent: options.userAgent ?? "sealos-hub",
      ...(options.signal ? { signal: options.signal } : {}),
    });
  }

  /** That there is a registry, which accepts the credentials. @throws OciError */
  async ping(): Promise<void> {
    const scope: Scope = { repository: "catalog", actions: "pull" };
    const answer = await this.#transport.request("GET", "", {
      scope,
      expect: [200],
      what: "the registry itself",
    });
    await answer.discard();
  }

  /** A manifest or index by tag or digest; with an etag of before, perhaps only that it is still the same. */
  async manifest(repository: string, reference: string): Promise<FetchedManifest>;
  async manifest(
    repository: string,
    reference: string,
    options: { etag?: string },
  ): Promise<FetchedManifest | { notModified: true; etag: string }>;
  async manifest(
    repository: string,
    reference: string,
    { etag }: { etag?: string } = {},
  ): Promise<FetchedManifest | { notModified: true; etag: string }> {
    const what = this.#name(repository, reference);
    const answer = await this.#transport.request("GET", `${repository}/manifests/${reference}`, {
      scope: { repository, actions: "pull" },
      headers: { accept: MANIFESTS, ...(etag ? { "if-none-match": etag } : {}) },
      expect: etag ? [200, 304] : [200],
      what,
    });
    if (answer.status === 304 && etag) {
      await answer.discard();
      return { notModified: true, etag };
    }
    const bytes = await answer.bytes(this.#transport.limits.manifestBytes);
    const said = answer.headers.get("docker-content-digest");
    for (const digest of [said, reference])
      if (digest && isDigest(digest)) verify(bytes, { digest }, `The manifest ${what},`);
    const descriptor = descriptorOf(manifestType(bytes, what), bytes);
    return {
      notModified: false,
      bytes,
      descriptor,
      etag: answer.headers.get("etag") ?? `"${descriptor.digest}"`,
    };
  }

  /** What a tag or digest stands for, if anything. */
  async head(repository: string, reference: string): Promise<Descriptor | undefined> {
    const answer = await this.#transport.request("HEAD", `${repository}/manifests/${reference}`, {
      scope: { repository, actions: "pull" },
      headers: { accept: MANIFESTS },
      expect: [200, 404],
      what: this.#name(repository, reference),
    });
    await answer.discard();
    if (answer.status === 404) return undefined;
    const digest = answer.headers.get("docker-content-digest") ?? "";
    const mediaType = answer.headers.get("content-type")?.split(";")[0]?.trim() ?? "";
    const known = isDigest(digest) && (isIndexType(mediaType) || isManifestType(mediaType));
    if (known) return { mediaType, digest, size: Number(answer.headers.get("content-length") ?? 0) };
    // Not every registry names the digest here.
    return (await this.manifest(repository, reference)).descriptor;
  }

  async hasBlob(repository: string, digest: string): Promise<boolean> {
    const answer = await this.#transport.request("HEAD", `${repository}/blobs/${digest}`, {
      scope: { repository, actions: "pull" },
      expect: [200, 404],
      what: `${repository}@${digest}`,
    });
    await answer.discard();
    return answer.status === 200;
  }

  /** A blob in memory. @throws OciError `too-large` before anything is read when the descriptor says so. */
  async blob(
    repository: string,
    descriptor: Descriptor,
    { maxBytes }: { maxBytes: number },
  ): Promise<Buffer> {
    if (descriptor.size > maxBytes) throw tooLarge(descriptor.digest, descriptor.size, maxBytes);
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.blobStream(repository, descriptor)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /** A blob in pieces; throws at its end when it was not what the descriptor says, so use nothing before. */
  async *blobStream(repository: string, descriptor: Descriptor): AsyncGenerator<Uint8Array, void, undefined> {
    const answer = await this.#transport.request("GET", `${repository}/blobs/${descriptor.digest}`, {
      scope: { repository, actions: "pull" },
      expect: [200],
      what: `${repository}@${descriptor.digest}`,
    });
    yield* verified(answer.stream(), descriptor, `The blob that ${answer.url.host} sent as`);
  }

  /** All tags, sorted. */
  async tags(repository: string): Promise<string[]> {
    const { limits, base } = this.#transport;
    const found = new Set<string>();
    let next: URL | undefined = new URL(`${repository}/tags/list?n=1000`, base);
    const seen = new Set<string>();
    while (next && !seen.has(next.href)) {
      seen.add(next.href);
      const what = `the tags of ${this.registry}/${repository}`;
      const scope: Scope = { repository, actions: "pull" };
      const answer = await this.#transport.request("GET", next, { scope, expect: [200], what });
      const page = json(await answer.bytes(limits.manifestBytes), what);
      // Registries say null when there are none.
      for (const tag of Array.isArray(page.tags) ? page.tags : [])
        if (typeof tag === "string") found.add(tag);
      if (found.size > limits.tags || seen.size > MOST_PAGES)
        throw new OciError("too-large", `${what} are more than ${limits.tags}; remove old ones.`);
      next = nextPage(answer.headers.get("link"), next);
    }
    return [...found].sort();
  }

  /** What refers to a digest (signatures, attestations), from the referrers API or, before 1.1, the tag instead of it. */
  async referrers(repository: string, digest: string): Promise<Descriptor[]> {
    const what = `what refers to ${this.registry}/${repository}@${digest}`;
    const scope: Scope = { repository, actions: "pull" };
    const found: Descriptor[] = [];
    let next: URL | undefined = new URL(`${repository}/referrers/${digest}`, this.#transport.base);
    const seen = new Set<string>();
    while (next && !seen.has(next.href)) {
      seen.add(next.href);
      const answer = await this.#transport.request("GET", next, { scope, expect: [200, 404], what });
      if (answer.status === 404) {
        await answer.discard();
        return this.#referrersTag(repository, digest);
      }
      const bytes = await answer.bytes(this.#transport.limits.manifestBytes);
      found.push(...parseIndex(bytes, what).manifests);
      next = nextPage(answer.headers.get("link"), next);
    }
    return found;
  }

  async #referrersTag(repository: string, digest: string): Promise<Descriptor[]> {
    try {
      const { bytes } = await this.manifest(repository, fallbackTag(digest));
      return parseIndex(bytes, fallbackTag(digest)).manifests;
    } catch (error) {
      if (isOciError(error, "not-found")) return [];
      throw error;
    }
  }

  /** Sends a blob; with `mountFrom`, only if the registry cannot take it from that repository. */
  async pushBlob(repository: string, blob: BlobToPush): Promise<"mounted" | "uploaded"> {
    return upload(this.#transport, repository, blob);
  }

  /** Lets a repository have a blob of another one's. False when the registry did not. */
  async mount(repository: string, descriptor: Descriptor, from: string): Promise<boolean> {
    const answer = await this.#transport.request(
      "POST",
      `${repository}/blobs/uploads/?mount=${descriptor.digest}&from=${encodeURIComponent(from)}`,
      {
        scope: { repository, actions: "pull,push", from },
        expect: [201, 202],
        what: `a push to ${this.registry}/${repository}`,
      },
    );
    await answer.discard();
    return answer.status === 201;
  }

  /**
   * Puts a manifest or index under a tag or its digest. One with a subject is entered in the list of what refers to it
   * when the registry does not do that by itself.
   */
  async pushManifest(repository: string, reference: string, bytes: Uint8Array): Promise<Descriptor> {
    const what = `${repository}:${reference}`;
    const mediaType = manifestType(bytes, what);
    const descriptor = descriptorOf(mediaType, bytes);
    const answer = await this.#transport.request("PUT", `${repository}/manifests/${reference}`, {
      scope: { repository, actions: "pull,push" },
      headers: { "content-type": mediaType },
      body: bytes,
      expect: [201, 200, 202],
      what: `a push of ${what}`,
    });
    await answer.discard();
    const said = answer.headers.get("docker-content-digest");
    if (said && isDigest(said)) verify(bytes, { digest: said }, `What ${this.registry} stored of ${what} as`);
    const { subject, artifactType, annotations, config } = isIndexType(mediaType)
      ? { ...parseIndex(bytes, what), config: undefined }
      : parseManifest(bytes, what);
    if (subject && !answer.headers.has("oci-subject")) {
      const type = artifactType ?? config?.mediaType;
      const entry = {
        ...descriptor,
        ...(type ? { artifactType: type } : {}),
        ...(annotations ? { annotations } : {}),
      };
      await this.#refer(repository, subject.digest, entry);
    }
    return descriptor;
  }

  async #refer(repository: string, subject: string, entry: Descriptor): Promise<void> {
    const before = await this.#referrersTag(repository, subject);
    if (before.some(({ digest }) => digest === entry.digest)) return;
    const index = encodeJson({
      schemaVersion: 2,
      mediaType: mediaTypes.index,
      manifests: [...before, entry],
    });
    await this.pushManifest(repository, fallbackTag(subject), index);
  }

  #name(repository: string, reference: string): string {
    return `${this.registry}/${repository}${isDigest(reference) ? "@" : ":"}${reference}`;
  }
}

/** distribution-spec 1.1, "Referrers Tag Schema". */
function fallbackTag(digest: string): string {
  return digest.replace(":", "-");
}

/** The next page by `Link: <…>; rel="next"`, on the same host only. */
function nextPage(link: string | null, from: URL): URL | undefined {
  const [, target] = /<([^<>]*)>\s*;[^,]*\brel="?next"?/i.exec(link ?? "") ?? [];
  if (target === undefined || !URL.canParse(target, from)) return undefined;
  const next = new URL(target, from);
  return next.host === from.host ? new URL(`${next.pathname}${next.search}`, from) : undefined;
}

function json(bytes: Buffer, what: string): Record<string, unknown> {
  try {
    const found: unknown = JSON.parse(bytes.toString("utf8"));
    if (typeof found === "object" && found !== null) return found as Record<string, unknown>;
  } catch (cause) {
    throw new OciError("not-a-registry", `The registry's answer about ${what} is not JSON.`, { cause });
  }
  throw new OciError("not-a-registry", `The registry's answer about ${what} is no object.`);
}
