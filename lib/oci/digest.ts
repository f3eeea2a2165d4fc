import { createHash } from "node:crypto";
import { OciError } from "./errors.ts";
import type { Descriptor } from "./types.ts";

/** As OCI writes it: `sha256:` and the digest in hexadecimal. */
export function sha256(data: Uint8Array): string {
  return `sha256:${createHash("sha256").update(data).digest("hex")}`;
}

/** Only sha256: it is what all registries and clients write. */
export function isDigest(text: string): boolean {
  return /^sha256:[a-f0-9]{64}$/.test(text);
}

/** https://github.com/opencontainers/image-spec/blob/main/descriptor.md */
export function descriptorOf(mediaType: string, data: Uint8Array): Descriptor {
  return { mediaType, digest: sha256(data), size: data.byteLength };
}

/** JSON as bytes; the same value, built in the same order, is the same bytes. */
export function encodeJson(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** @throws OciError when these are not the bytes that the descriptor speaks of. */
export function verify(
  data: Uint8Array,
  { digest, size }: { digest: string; size?: number },
  what: string,
): void {
  if (size !== undefined && data.byteLength !== size) throw wrongSize(what, digest, size, data.byteLength);
  const found = sha256(data);
  if (found !== digest) throw wrongDigest(what, digest, found);
}

/**
 * Passes on a stream's bytes and throws at its end, or as soon as it is too long, when they are not the descriptor's.
 * Nobody should use them before the end.
 */
export async function* verified(
  source: AsyncIterable<Uint8Array>,
  { digest, size }: { digest: string; size: number },
  what: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.byteLength;
    if (bytes > size) throw wrongSize(what, digest, size, bytes);
    hash.update(chunk);
    yield chunk;
  }
  if (bytes !== size) throw wrongSize(what, digest, size, bytes);
  const found = `sha256:${hash.digest("hex")}`;
  if (found !== digest) throw wrongDigest(what, digest, found);
}

function wrongSize(what: string, digest: string, size: number, found: number): OciError {
  const more = found > size ? "at least " : "";
  return new OciError(
    "size-mismatch",
    `${what} ${digest} should have ${size} bytes and has ${more}${found}; it was not used. Push the image again.`,
  );
}

function wrongDigest(what: string, digest: string, found: string): OciError {
  return new OciError(
    "digest-mismatch",
    `${what} ${digest} has the digest ${found} instead; it was not used. Push the image again.`,
  );
}
