import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDigest, sha256 } from "../oci/index.ts";

/** After evicting, so much of the bound is left in use. */
const KEEP = 0.8;
/** Another process may fill the folder too: its real size is looked at after so many writes. */
const LOOK_EVERY = 64;

/**
 * Blobs by digest in a folder of bounded size. Nothing in it is missed when it goes: whoever reads asks the registry
 * again. Any number of processes may share the folder; files appear whole, and are checked whenever they are read.
 */
export class BlobCache {
  readonly root: string;
  readonly #maxBytes: number;
  #bytes = 0;
  #writes = 0;

  constructor(root: string, maxBytes: number) {
    this.root = root;
    this.#maxBytes = maxBytes;
  }

  /** Undefined when it is not there, or is not what its name says any more. */
  async get(digest: string): Promise<Buffer | undefined> {
    if (!isDigest(digest)) return undefined;
    const path = this.#path(digest);
    const data = await readFile(path).catch(absent);
    if (!data) return undefined;
    if (sha256(data) !== digest) {
      await rm(path, { force: true });
      return undefined;
    }
    const now = new Date();
    // What was used last is evicted last. Another process may have evicted it just now.
    await utimes(path, now, now).catch(absent);
    return data;
  }

  /** Keeps a blob that was checked already. What is larger than a quarter of the cache is not kept. */
  async put(digest: string, data: Uint8Array): Promise<void> {
    if (!isDigest(digest) || data.byteLength > this.#maxBytes / 4) return;
    await mkdir(this.root, { recursive: true });
    const temporary = `${this.#path(digest)}.${randomUUID()}.tmp`;
    await writeFile(temporary, data);
    await rename(temporary, this.#path(digest));
    this.#bytes += data.byteLength;
    if (this.#writes++ % LOOK_EVERY === 0 || this.#bytes > this.#maxBytes) await this.#evict();
  }

  async #evict(): Promise<void> {
    const files: { path: string; size: number; used: number }[] = [];
    for (const name of await readdir(this.root)) {
      const path = join(this.root, name);
      const found = await stat(path).catch(absent);
      if (found?.isFile()) files.push({ path, size: found.size, used: found.mtimeMs });
    }
    this.#bytes = files.reduce((sum, { size }) => sum + size, 0);
    if (this.#bytes <= this.#maxBytes) return;
    for (const { path, size } of files.sort((a, b) => a.used - b.used)) {
      if (this.#bytes <= this.#maxBytes * KEEP) return;
      await rm(path, { force: true });
      this.#bytes -= size;
    }
  }

  #path(digest: string): string {
    return join(this.root, digest.slice("sha256:".length));
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}
