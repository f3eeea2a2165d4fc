import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sha256 } from "../oci/index.ts";
import { BlobCache } from "./blob-cache.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "blob-cache-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const blob = (seed: number) => Buffer.alloc(1000, seed);

test("keeps blobs, and gives back only what its digest says", async () => {
  const cache = new BlobCache(folder, 100_000);
  const digest = sha256(blob(1));
  await cache.put(digest, blob(1));
  expect(await cache.get(digest)).toEqual(blob(1));
  await writeFile(join(folder, digest.slice(7)), "something else");
  expect(await cache.get(digest)).toBeUndefined();
  expect(await readdir(folder)).toEqual([]);
});

test("never reads outside its folder", async () => {
  const cache = new BlobCache(folder, 100_000);
  expect(await cache.get("sha256:../../etc/passwd")).toBeUndefined();
});

test("stays within its bound; two processes may share the folder", async () => {
  const caches = [new BlobCache(folder, 20_000), new BlobCache(folder, 20_000)];
  for (let at = 0; at < 120; at++) await caches[at % 2]?.put(sha256(blob(at)), blob(at));
  expect((await readdir(folder)).length).toBeLessThanOrEqual(40);
  const last = caches[0] as BlobCache;
  for (let at = 0; at < 30; at++) await last.put(sha256(blob(at + 120)), blob(at + 120));
  expect((await readdir(folder)).length).toBeLessThanOrEqual(20);
  expect(await last.get(sha256(blob(149)))).toEqual(blob(149));
});
