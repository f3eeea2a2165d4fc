import type { Scope } from "./auth.ts";
import { isOciError, OciError } from "./errors.ts";
import type { Answer, Transport } from "./transport.ts";
import type { Descriptor } from "./types.ts";

export interface BlobToPush {
  descriptor: Descriptor;
  /** The blob's bytes from `start` on; asked again when an upload is resumed. */
  open(start: number): AsyncIterable<Uint8Array>;
  /** Another repository of the same registry that has it. */
  mountFrom?: string;
  /** Bytes that have arrived. */
  onProgress?(bytes: number): void;
}

/**
 * Sends one blob (distribution-spec 1.1, "Pushing blobs"): mounted, in one piece, or in chunks. When a chunk is lost, the
 * registry is asked how much has arrived and the rest is sent.
 */
export async function upload(
  transport: Transport,
  repository: string,
  blob: BlobToPush,
): Promise<"mounted" | "uploaded"> {
  const { descriptor, mountFrom } = blob;
  const scope: Scope = { repository, actions: "pull,push", ...(mountFrom ? { from: mountFrom } : {}) };
  const what = `a push to ${transport.registry}/${repository}`;
  const query = mountFrom ? `?mount=${descriptor.digest}&from=${encodeURIComponent(mountFrom)}` : "";
  const begun = await transport.request("POST", `${repository}/blobs/uploads/${query}`, {
    scope,
    expect: mountFrom ? [201, 202] : [202],
    what,
  });
  await begun.discard();
  if (begun.status === 201) return "mounted";
  let location = locationOf(begun, what);
  const chunkBytes = Math.max(
    transport.limits.chunkBytes,
    Number(begun.headers.get("oci-chunk-min-length") ?? 0),
  );
  const finish = async (body: Buffer | undefined) => {
    const target = new URL(location);
    target.searchParams.set("digest", descriptor.digest);
    const headers: Record<string, string> = { "content-type": "application/octet-stream" };
    const done = await transport.request("PUT", target, {
      scope,
      headers,
      // A PUT without a body has a length too.
      body: body ?? Buffer.alloc(0),
      expect: [201],
      once: true,
      what,
    });
    await done.discard();
    blob.onProgress?.(descriptor.size);
  };
  if (descriptor.size <= chunkBytes) {
    await finish(await all(blob.open(0)));
    return "uploaded";
  }
  let sent = 0;
  let failures = 0;
  while (sent < descriptor.size) {
    try {
      for await (const chunk of inChunks(blob.open(sent), chunkBytes)) {
        const answer = await transport.request("PATCH", location, {
          scope,
          headers: {
            "content-type": "application/octet-stream",
            "content-range": `${sent}-${sent + chunk.byteLength - 1}`,
          },
          body: chunk,
          expect: [202, 204],
          once: true,
          what,
        });
        await answer.discard();
        location = locationOf(answer, what, location);
        sent += chunk.byteLength;
        failures = 0;
        blob.onProgress?.(sent);
      }
      if (sent < descriptor.size)
        throw new OciError(
          "size-mismatch",
          `${descriptor.digest} ends after ${sent} of ${descriptor.size} bytes.`,
        );
    } catch (error) {
      const passing = isOciError(error, "unreachable", "timeout", "rate-limited") || status(error) === 416;
      if (!passing || ++failures >= transport.limits.attempts) throw error;
      const state = await transport.request("GET", location, { scope, expect: [204], what });
      await state.discard();
      location = locationOf(state, what, location);
      sent = received(state.headers.get("range"));
    }
  }
  await finish(undefined);
  return "uploaded";
}

function status(error: unknown): number | undefined {
  return error instanceof OciError ? error.status : undefined;
}

/** Bytes that the registry has, from `Range: 0-<last>`. An empty upload is told as `0-0` too; one byte is sent again then. */
function received(range: string | null): number {
  const last = Number(/^(?:bytes=)?0-(\d+)$/.exec(range ?? "")?.[1] ?? 0);
  return last === 0 ? 0 : last + 1;
}

function locationOf(answer: Answer, what: string, before?: URL): URL {
  const text = answer.headers.get("location");
  if (text !== null && URL.canParse(text, answer.url)) {
    const next = new URL(text, answer.url);
    if (next.protocol === answer.url.protocol || next.protocol === "https:") return next;
  }
  if (before) return before;
  throw new OciError("not-a-registry", `${answer.url.host} does not say where ${what} goes on.`);
}

async function all(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* inChunks(
  source: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Buffer, void, undefined> {
  let kept: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of source) {
    for (let rest = piece; rest.byteLength > 0; ) {
      const part = rest.subarray(0, size - bytes);
      kept.push(part);
      bytes += part.byteLength;
      rest = rest.subarray(part.byteLength);
      if (bytes < size) continue;
      yield Buffer.concat(kept);
      kept = [];
      bytes = 0;
    }
  }
  if (bytes > 0) yield Buffer.concat(kept);
}
