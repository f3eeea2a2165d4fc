import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import type { Marked } from "./marks.ts";
import type { FromThread, ToFetch, ToSearch, ToThread } from "./protocol.ts";
import type { Found } from "./search-index.ts";

/** The index of ten thousand images takes a third of it. */
const MOST_MEMORY_MB = 768;
const RESTART_MS = 1_000;

type Question = ToThread extends infer Each
  ? Each extends { ask: number }
    ? Omit<Each, "ask">
    : never
  : never;
type Answer = Omit<FromThread, "to">;

/**
 * The search index, in a thread of its own: neither indexing READMEs nor a costly question keeps the web server from
 * its other work, and its memory has a bound. A thread that ends is replaced, by one without READMEs if they were too much.
 */
export class SearchThread {
  readonly #contentDir: string;
  readonly #fetch: (digest: string, repository: string) => Promise<Record<string, string>>;
  readonly #onFailure: (error: unknown) => void;
  readonly #documents = new Map<number, ToSearch & { key: string }>();
  readonly #waiting = new Map<number, { question: Question; resolve: (answer: Answer) => void }>();
  #worker: Worker | undefined;
  #changes: Extract<ToThread, { change: unknown }>["change"] = [];
  #asked = 0;
  #readmes = true;
  #stopped = false;

  /** @param fetch READMEs, by locale, of an image in the registry of a repository; never rejects */
  constructor(
    contentDir: string,
    fetch: (digest: string, repository: string) => Promise<Record<string, string>>,
    onFailure: (error: unknown) => void,
  ) {
    this.#contentDir = contentDir;
    this.#fetch = fetch;
    this.#onFailure = onFailure;
  }

  /** Tells the thread, if anything that is searched has changed. */
  set(document: ToSearch): void {
    const key = createHash("sha256").update(JSON.stringify(document)).digest("base64");
    const { number } = document.set;
    if (this.#documents.get(number)?.key === key) return;
    this.#documents.set(number, { ...document, key });
    this.#tell(document);
  }

  delete(number: number): void {
    if (this.#documents.delete(number)) this.#tell({ delete: number });
  }

  async find(scopes: string[], query: string): Promise<Found> {
    const answer = await this.#ask({ find: query, scopes });
    return "found" in answer ? (answer.found as Found) : never(answer);
  }

  async nearest(scopes: string[], query: string): Promise<Uint32Array> {
    const answer = await this.#ask({ nearest: query, scopes });
    return "nearest" in answer ? (answer.nearest as Uint32Array) : never(answer);
  }

  async snippets(numbers: number[], { typed, meant }: Found): Promise<(Marked | undefined)[]> {
    if (numbers.length === 0) return [];
    const answer = await this.#ask({ snippets: numbers, typed, meant });
    return "snippets" in answer ? (answer.snippets as (Marked | undefined)[]) : never(answer);
  }

  /** Resolves once every README of the content store is searched (registries are not waited for), with how many there are and what they take. */
  async settled(): Promise<{ readmes: number; unread: number; bytes: number }> {
    const answer = await this.#ask({ settled: true });
    return "settled" in answer
      ? (answer.settled as { readmes: number; unread: number; bytes: number })
      : never(answer);
  }

  stop(): void {
    this.#stopped = true;
    void this.#worker?.terminate();
    this.#worker = undefined;
  }

  #tell(change: Extract<ToThread, { change: unknown }>["change"][number]): void {
    this.#changes.push(change);
    if (this.#changes.length === 1) queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    const change = this.#changes;
    this.#changes = [];
    if (change.length > 0 && !this.#stopped) this.#running().postMessage({ change } satisfies ToThread);
  }

  #ask(question: Question): Promise<Answer> {
    return new Promise((resolve) => {
      const ask = ++this.#asked;
      this.#waiting.set(ask, { question, resolve });
      this.#running();
      this.#flush();
      this.#worker?.postMessage({ ask, ...question });
    });
  }

  #running(): Worker {
    this.#worker ??= this.#start();
    return this.#worker;
  }

  #start(): Worker {
    const worker = new Worker(pathToFileURL(workerFile()), {
      workerData: { contentDir: this.#contentDir, readmes: this.#readmes },
      env: {},
      execArgv: ["--disable-warning=ExperimentalWarning"],
      resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB },
    });
    worker.unref();
    worker.on("message", (message: FromThread | ToFetch) => {
      if ("fetch" in message) return this.#fetchFor(worker, message);
      const { to, ...answer } = message;
      this.#waiting.get(to)?.resolve(answer);
      this.#waiting.delete(to);
    });
    worker.on("error", (error) => {
      this.#readmes &&= (error as NodeJS.ErrnoException).code !== "ERR_WORKER_OUT_OF_MEMORY";
      this.#onFailure(error);
    });
    worker.on("exit", () => {
      if (this.#stopped || this.#worker !== worker) return;
      setTimeout(() => this.#restart(), RESTART_MS).unref();
    });
    return worker;
  }

  /** Answers the thread that asked; one that has ended asks no more, and the next asks anew. */
  #fetchFor(worker: Worker, { fetch, digest, repository }: ToFetch): void {
    void this.#fetch(digest, repository).then((texts) =>
      worker.postMessage({ fetched: fetch, texts } satisfies ToThread),
    );
  }

  /** Tells a new thread everything, and asks it what is still to be answered. */
  #restart(): void {
    if (this.#stopped) return;
    this.#changes = [];
    const worker = this.#start();
    this.#worker = worker;
    worker.postMessage({ change: [...this.#documents.values()].map(({ key: _, ...each }) => each) });
    for (const [ask, { question }] of this.#waiting) worker.postMessage({ ask, ...question });
  }
}

function never(answer: Answer): never {
  throw new Error(`the search thread answered something else: ${Object.keys(answer).join(", ")}`);
}

/** Beside this file; a bundled server, whose code has moved, finds it in its working directory. */
function workerFile(): string {
  const candidates = [import.meta.dirname, join(process.cwd(), "lib", "hub", "search")].filter(
    (each) => each !== undefined,
  );
  const found = candidates.map((folder) => join(folder, "search-worker.ts")).find(existsSync);
  if (!found) throw new Error(`the search thread's file is not in ${candidates.join(" or ")}`);
  return found;
}
