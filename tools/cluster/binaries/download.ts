import { createHash } from "node:crypto";
import { chmod, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { extract } from "tar-stream";
import type { Release } from "./releases.ts";

const CONNECT_MS = 5_000;
const WHOLE_MS = 300_000;

/**
 * Fetches a release into `target`, which appears whole or not at all, after its bytes have been compared with the
 * publisher's checksum file. That file comes from the same place: it tells a damaged download, not a forged one. Throws
 * one sentence.
 */
export async function download(release: Release, target: string): Promise<void> {
  const expected = checksumIn((await get(release.checksums)).toString("utf8"), basename(release.url));
  if (!expected) throw new Error(`${release.checksums} has no checksum of ${basename(release.url)}.`);
  const bytes = await get(release.url);
  const actual = createHash("sha256").update(bytes).digest("hex");
  if (actual !== expected) throw new Error(`${release.url} has the checksum ${actual}, not ${expected}.`);
  const program = release.entry ? await entryOf(bytes, release.entry) : bytes;
  if (!program) throw new Error(`${release.url} does not contain ${release.entry}.`);
  await mkdir(dirname(target), { recursive: true });
  const partial = `${target}.${process.pid}.part`;
  try {
    await writeFile(partial, program);
    await chmod(partial, 0o755);
    await rename(partial, target);
  } finally {
    await rm(partial, { force: true });
  }
}

/** The checksum of `file` in a checksum file, which may hold one checksum alone or many with their files' names. */
export function checksumIn(text: string, file: string): string | undefined {
  const lines = text.split("\n").map((line) => line.trim().split(/\s+\*?/));
  const found = lines.find(([, name]) => name === file) ?? (lines.length <= 2 ? lines[0] : undefined);
  const [sum, name] = found ?? [];
  return sum && /^[0-9a-f]{64}$/.test(sum) && (!name || name === file) ? sum : undefined;
}

async function get(url: string): Promise<Buffer> {
  const slow = new AbortController();
  const timer = setTimeout(() => slow.abort(), CONNECT_MS);
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([slow.signal, AbortSignal.timeout(WHOLE_MS)]),
    });
    clearTimeout(timer);
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    const why = slow.signal.aborted ? `no answer within ${CONNECT_MS / 1000} s` : reasonOf(error);
    throw new Error(`${url} cannot be fetched: ${why}.`);
  } finally {
    clearTimeout(timer);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

async function entryOf(archive: Buffer, wanted: string): Promise<Buffer | undefined> {
  const files = extract();
  files.end(gunzipSync(archive));
  let found: Buffer | undefined;
  for await (const file of files) {
    if (file.header.name.replace(/^\.\//, "") === wanted) found = await buffer(file);
    else file.resume();
  }
  return found;
}
