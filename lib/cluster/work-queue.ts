import { Backoff } from "./backoff.ts";

export interface WorkQueueOptions {
  /** Keys processed at the same time. */
  concurrency: number;
  /** Brings one key's object to its wanted state. Throwing means: again, later. */
  process: (key: string) => Promise<void> | Promise<{ requeueAfterMs: number } | undefined>;
  onError: (error: unknown, key: string, failures: number) => void;
  /**
   * Whose key it is. Who has fewest under way comes first, and nobody has more than two thirds of the places, so that one
   * with much to do keeps nobody else waiting. Default: each key for itself.
   */
  ownerOf?: (key: string) => string;
  /** First and longest wait after failures of one key; defaults 50 ms and 60 s. */
  baseDelayMs?: number;
  maxDelayMs?: number;
  /** For metrics: called after each run. */
  onProcessed?: (run: ProcessedRun) => void;
  /** For metrics: called for each key that begins to wait, with how many wait then. */
  onAdded?: (key: string, depth: number) => void;
  /** For metrics: called when a failed key is put off, with its failures in a row. */
  onRetry?: (key: string, failures: number, delayMs: number) => void;
}

export interface ProcessedRun {
  key: string;
  /** Milliseconds of work, and of waiting for a worker before it. */
  durationMs: number;
  waitedMs: number;
  failed: boolean;
}

/**
 * Keys to work on. A key waits at most once and never runs twice at a time; added while it runs, it runs again
 * afterwards. Failures back off per key, exponentially.
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #waiting = new Map<string, number>();
  /** Since when each key runs. */
  readonly #running = new Map<string, number>();
  /** How many run, by owner. */
  readonly #busy = new Map<string, number>();
  readonly #again = new Set<string>();
  readonly #timers = new Map<string, { at: number; timer: NodeJS.Timeout }>();
  readonly #backoffs = new Map<string, Backoff>();
  #stopped = false;
  #idle?: () => void;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  /** Keys that wait for a worker; those waiting for their time are not counted. */
  get depth(): number {
    return this.#waiting.size + this.#again.size;
  }

  get running(): number {
    return this.#running.size;
  }

  /** How long what runs has been running, for each, in milliseconds: a stuck one shows here. */
  get runningMs(): number[] {
    const now = performance.now();
    return [...this.#running.values()].map((since) => now - since);
  }

  /** The longest of `runningMs`, or 0. */
  get longestRunningMs(): number {
    return Math.max(0, ...this.runningMs);
  }

  add(key: string): void {
    if (this.#stopped) return;
    this.#clearTimer(key);
    const before = this.depth;
    if (this.#running.has(key)) this.#again.add(key);
    else if (!this.#waiting.has(key)) this.#waiting.set(key, performance.now());
    if (this.depth > before) this.#options.onAdded?.(key, this.depth);
    this.#pump();
  }

  /** Adds the key after `ms`; of several calls for one key the earliest counts. */
  addAfter(key: string, ms: number): void {
    if (this.#stopped) return;
    if (ms <= 0) {
      this.add(key);
      return;
    }
    const at = performance.now() + ms;
    const known = this.#timers.get(key);
    if (known && known.at <= at) return;
    clearTimeout(known?.timer);
    // setTimeout takes at most 2^31 - 1 ms; a longer wait wakes up early, which level-triggered work bears.
    const timer = setTimeout(() => this.add(key), Math.min(ms, 2 ** 31 - 1));
    this.#timers.set(key, { at, timer });
  }

  /** Drops what waits and resolves when what runs has ended. */
  stop(): Promise<void> {
    this.#stopped = true;
    for (const { timer } of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#waiting.clear();
    this.#again.clear();
    if (this.#running.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const previous = this.#idle;
      this.#idle = () => {
        previous?.();
        resolve();
      };
    });
  }

  #clearTimer(key: string): void {
    const known = this.#timers.get(key);
    if (!known) return;
    clearTimeout(known.timer);
    this.#timers.delete(key);
  }

  #pump(): void {
    while (this.#running.size < this.#options.concurrency) {
      const key = this.#next();
      if (key === undefined) return;
      const waitedMs = performance.now() - (this.#waiting.get(key) ?? 0);
      this.#waiting.delete(key);
      this.#running.set(key, performance.now());
      this.#count(key, 1);
      void this.#run(key, waitedMs);
    }
  }

  /** The key that has waited longest, of those whose owner has fewest under way. */
  #next(): string | undefined {
    let fewest = Math.ceil((this.#options.concurrency * 2) / 3);
    let next: string | undefined;
    for (const key of this.#waiting.keys()) {
      const busy = this.#busy.get(this.#ownerOf(key)) ?? 0;
      if (busy === 0) return key;
      if (busy < fewest) [fewest, next] = [busy, key];
    }
    return next;
  }

  #ownerOf(key: string): string {
    return this.#options.ownerOf?.(key) ?? key;
  }

  #count(key: string, change: 1 | -1): void {
    const owner = this.#ownerOf(key);
    const busy = (this.#busy.get(owner) ?? 0) + change;
    if (busy > 0) this.#busy.set(owner, busy);
    else this.#busy.delete(owner);
  }

  async #run(key: string, waitedMs: number): Promise<void> {
    const start = performance.now();
    let failed = false;
    let requeueAfterMs: number | undefined;
    try {
      const result = (await this.#options.process(key)) as { requeueAfterMs: number } | undefined;
      this.#backoffs.delete(key);
      requeueAfterMs = result?.requeueAfterMs;
    } catch (error) {
      failed = true;
      let backoff = this.#backoffs.get(key);
      if (!backoff) {
        backoff = new Backoff(this.#options.baseDelayMs ?? 50, this.#options.maxDelayMs ?? 60_000);
        this.#backoffs.set(key, backoff);
      }
      requeueAfterMs = backoff.next();
      this.#options.onError(error, key, backoff.failures);
      this.#options.onRetry?.(key, backoff.failures, requeueAfterMs);
    } finally {
      this.#running.delete(key);
      this.#count(key, -1);
    }
    this.#options.onProcessed?.({ key, durationMs: performance.now() - start, waitedMs, failed });
    if (this.#stopped) {
      if (this.#running.size === 0) this.#idle?.();
      return;
    }
    if (this.#again.delete(key) && !failed) this.add(key);
    else if (requeueAfterMs !== undefined) this.addAfter(key, requeueAfterMs);
    this.#pump();
  }
}
