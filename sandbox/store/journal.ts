import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";

/** One change: `value` absent means that the key was removed. */
export interface JournalRecord {
  revision: number;
  resource: string;
  namespace: string;
  name: string;
  value?: string;
}

export interface JournalOptions {
  /** Bytes appended after a snapshot before the next one is due; the snapshot's own size is added to it. */
  compactAfterBytes?: number;
}

const HEADER = "sandbox-journal 1\n";
const NEWLINE = 0x0a;
const CHUNK = 1 << 20;

/** One line: checksum, revision, operation, where, and the object. JSON holds no raw line feed, so a line is a record. */
function encode(record: JournalRecord): string {
  const { revision, resource, namespace, name, value } = record;
  const text = `${revision} ${value === undefined ? "D" : "P"} ${resource} ${namespace}/${name}${value === undefined ? "" : ` ${value}`}`;
  return `${crc32(text).toString(16).padStart(8, "0")} ${text}\n`;
}

function decode(line: Buffer): JournalRecord | undefined {
  if (line.length < 10 || Number.parseInt(line.toString("latin1", 0, 8), 16) !== crc32(line.subarray(9)))
    return;
  const next = (from: number) => line.indexOf(0x20, from);
  const afterRevision = next(9);
  const afterOperation = next(afterRevision + 1);
  const afterResource = next(afterOperation + 1);
  const operation = line.toString("latin1", afterRevision + 1, afterOperation);
  const afterKey = operation === "P" ? next(afterResource + 1) : line.length;
  const key = line.toString("utf8", afterResource + 1, afterKey);
  const slash = key.indexOf("/");
  return {
    revision: Number(line.toString("latin1", 9, afterRevision)),
    resource: line.toString("utf8", afterOperation + 1, afterResource),
    namespace: key.slice(0, slash),
    name: key.slice(slash + 1),
    value: operation === "P" ? line.toString("utf8", afterKey + 1) : undefined,
  };
}

/**
 * An append-only file of checksummed records. `append` queues; whoever waits on `flushed()` shares one `fdatasync`
 * with all that were queued meanwhile (group commit). A torn tail is cut off when the journal is opened again.
 */
export class Journal {
  readonly #directory: string;
  readonly #compactAfterBytes: number;
  #file: FileHandle;
  #generation: number;
  #queue: string[] = [];
  #waiters: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  #busy = false;
  /** Set when a snapshot is written and waits for the moment between two commits to become the journal. */
  #takeOver: (() => Promise<void>) | undefined;
  #size: number;
  #limit: number;
  #snapshot: (() => Iterable<JournalRecord>) | undefined;
  #failed: unknown;
  #compaction: { late: string[]; done: Promise<void> } | undefined;

  private constructor(
    directory: string,
    file: FileHandle,
    generation: number,
    size: number,
    compactAfterBytes: number,
  ) {
    this.#directory = directory;
    this.#file = file;
    this.#generation = generation;
    this.#size = size;
    this.#compactAfterBytes = compactAfterBytes;
    this.#limit = size + compactAfterBytes;
  }

  /**
   * Opens the newest journal of a directory and hands every record to `replay`, in order.
   * Throws when a file is not a journal.
   */
  static async open(
    directory: string,
    replay: (record: JournalRecord) => void,
    options: JournalOptions = {},
  ): Promise<Journal> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const names = await readdir(directory);
    const generations = names.flatMap((name) => /^journal-(\d+)$/.exec(name)?.[1] ?? []).map(Number);
    const generation = Math.max(0, ...generations);
    for (const name of names) {
      if (name.endsWith(".tmp") || (/^journal-\d+$/.test(name) && name !== `journal-${generation}`)) {
        await rm(join(directory, name));
      }
    }
    const path = join(directory, `journal-${generation}`);
    const size = generations.length > 0 ? await replayFile(path, replay) : 0;
    const file = await open(path, "a", 0o600);
    const journal = new Journal(directory, file, generation, size, options.compactAfterBytes ?? 16 << 20);
    if (size === 0) {
      await file.writeFile(HEADER);
      await file.datasync();
      await syncDirectory(directory);
      journal.#size = HEADER.length;
    }
    return journal;
  }

  /** What the whole state is, asked for when the journal has grown enough to be written anew. */
  compactWith(snapshot: () => Iterable<JournalRecord>): void {
    this.#snapshot = snapshot;
  }

  /** Throws once the disk has refused a write: what is in memory may then be ahead of the file. */
  check(): void {
    if (this.#failed) throw this.#failed;
  }

  append(record: JournalRecord): void {
    this.#queue.push(encode(record));
  }

  /** Resolves when everything appended so far is on the disk; rejects when the disk refuses. */
  flushed(): Promise<void> {
    if (this.#failed) return Promise.reject(this.#failed);
    if (this.#queue.length === 0 && !this.#busy) return Promise.resolve();
    const waiting = new Promise<void>((resolve, reject) => this.#waiters.push({ resolve, reject }));
    if (!this.#busy) void this.#flush();
    return waiting;
  }

  async close(): Promise<void> {
    await this.#compaction?.done;
    await this.flushed();
    await this.#file.close();
  }

  async #flush(): Promise<void> {
    this.#busy = true;
    // One turn of the event loop lets requests that have already arrived join this commit.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#waiters.length > 0 || this.#takeOver) {
      const waiters = this.#waiters.splice(0);
      const lines = this.#queue.splice(0);
      try {
        if (lines.length > 0) await this.#write(lines);
        for (const waiter of waiters) waiter.resolve();
        const takeOver = this.#takeOver;
        this.#takeOver = undefined;
        await takeOver?.();
      } catch (error) {
        this.#failed = new Error(`the journal cannot be written: ${(error as Error).message}`);
        for (const waiter of [...waiters, ...this.#waiters.splice(0)]) waiter.reject(this.#failed);
        break;
      }
      if (this.#size > this.#limit && this.#snapshot && !this.#compaction) this.#compact(this.#snapshot());
    }
    this.#busy = false;
  }

  async #write(lines: string[]): Promise<void> {
    const bytes = Buffer.from(lines.join(""));
    await this.#file.writeFile(bytes);
    await this.#file.datasync();
    this.#size += bytes.length;
    if (this.#compaction) for (const line of lines) this.#compaction.late.push(line);
  }

  #compact(records: Iterable<JournalRecord>): void {
    const held = [...records];
    const compaction = { late: [] as string[], done: Promise.resolve() };
    this.#compaction = compaction;
    compaction.done = this.#writeSnapshot(held, compaction.late).catch(() => {
      // A snapshot that cannot be written costs only disk space: the old journal goes on, and is tried again later.
      this.#compaction = undefined;
      this.#limit = this.#size + this.#compactAfterBytes;
    });
  }

  async #writeSnapshot(records: JournalRecord[], late: string[]): Promise<void> {
    const path = join(this.#directory, `journal-${this.#generation + 1}`);
    const file = await open(`${path}.tmp`, "w", 0o600);
    let size = 0;
    let chunk = HEADER;
    const drain = async () => {
      const bytes = Buffer.from(chunk);
      chunk = "";
      size += bytes.length;
      await file.writeFile(bytes);
    };
    for (const record of records) {
      chunk += encode(record);
      if (chunk.length > CHUNK) await drain();
    }
    await drain();
    await file.datasync();
    await new Promise<void>((resolve) => {
      this.#takeOver = async () => {
        chunk = late.join("");
        await drain();
        await file.datasync();
        await file.close();
        await rename(`${path}.tmp`, path);
        await syncDirectory(this.#directory);
        const old = { file: this.#file, path: join(this.#directory, `journal-${this.#generation}`) };
        this.#file = await open(path, "a", 0o600);
        this.#generation += 1;
        this.#size = size;
        this.#limit = size * 2 + this.#compactAfterBytes;
        this.#compaction = undefined;
        await old.file.close();
        await rm(old.path);
        resolve();
      };
      if (!this.#busy) void this.#flush();
    });
  }
}

async function replayFile(path: string, replay: (record: JournalRecord) => void): Promise<number> {
  const bytes = await readFile(path);
  if (bytes.length < HEADER.length) {
    // Killed while the file was being made: nothing was acknowledged yet.
    await truncate(path, 0);
    return 0;
  }
  if (bytes.toString("latin1", 0, HEADER.length) !== HEADER)
    throw new Error(`${path} is not a journal of this sandbox`);
  let start = HEADER.length;
  for (;;) {
    const end = bytes.indexOf(NEWLINE, start);
    const record = end < 0 ? undefined : decode(bytes.subarray(start, end));
    if (!record) break;
    replay(record);
    start = end + 1;
  }
  if (start < bytes.length) await truncate(path, start);
  return start;
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
