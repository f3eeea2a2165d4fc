import { Backoff } from "./backoff.ts";
import type { Cluster } from "./cluster.ts";
import { ApiError, isGone, isNotFound } from "./errors.ts";
import { type Change, Store } from "./store.ts";
import { type AnyObject, type ApiObject, endsInitialEvents, type Selectors, type Type } from "./types.ts";

export type InformerEvent<T> = Change<T>;

export interface InformerOptions<T> {
  /** What a subscriber threw. Default: a process warning. */
  onError?: (error: unknown) => void;
  /** Applied to every object before it is stored, e.g. to drop `managedFields`. */
  transform?: (object: T) => T;
  /** A watch that brings nothing for so long, not even a bookmark, is opened anew; default 70 s. */
  idleTimeoutMs?: number;
  /** Objects per list request, where the server does not stream lists; default 500. */
  pageSize?: number;
  /** Whether to ask for streamed lists, which cost server and client less memory; default true. */
  streamingLists?: boolean;
  /** Waits between attempts grow from base to max; defaults 200 ms and 5 s. */
  baseDelayMs?: number;
  maxDelayMs?: number;
}

/**
 * A local copy of all objects of one kind, kept current by list and watch, or by one streamed list that goes on as a
 * watch where the server offers that. It outlives every fault: an expired
 * resource version, a broken or silent connection, a server that is gone, a kind that is not served yet or no more.
 * After a gap the difference arrives as ordinary events.
 */
export class Informer<T extends ApiObject = AnyObject> {
  /** Resolves once the first complete list is in. Stays pending while the kind is not served. */
  readonly synced: Promise<void>;
  /** Resolves at the first list, or as soon as the server has said that it does not serve the kind, or not to us. */
  readonly settled: Promise<void>;
  readonly type: Type & Selectors;
  readonly #cluster: Cluster;
  readonly #options: InformerOptions<T>;
  readonly #store = new Store<T>();
  readonly #subscribers = new Set<(event: Change<T>) => void>();
  readonly #healthListeners = new Set<(reachable: boolean) => void>();
  readonly #backoff: Backoff;
  #abort?: AbortController;
  #resourceVersion?: string;
  #streamingLists: boolean;
  #reachable?: boolean;
  #hasSynced = false;
  #resolveSynced: () => void;
  #resolveSettled: () => void;

  constructor(cluster: Cluster, type: Type & Selectors, options: InformerOptions<T> = {}) {
    this.#cluster = cluster;
    this.type = type;
    this.#options = options;
    this.#streamingLists = options.streamingLists ?? true;
    this.#backoff = new Backoff(options.baseDelayMs ?? 200, options.maxDelayMs ?? 5_000);
    const synced = Promise.withResolvers<void>();
    const settled = Promise.withResolvers<void>();
    this.synced = synced.promise;
    this.settled = settled.promise;
    this.#resolveSynced = synced.resolve;
    this.#resolveSettled = settled.resolve;
  }

  get hasSynced(): boolean {
    return this.#hasSynced;
  }

  /** Starts following; a second call does nothing. Returns itself. */
  start(): this {
    if (this.#abort) return this;
    this.#abort = new AbortController();
    this.#run(this.#abort.signal).catch((error: unknown) => this.#report(error));
    return this;
  }

  /** Stops following; what is stored stays readable. */
  stop(): void {
    this.#abort?.abort();
    this.#abort = undefined;
  }

  get(namespace: string | undefined, name: string): T | undefined {
    return this.#store.get(namespace, name);
  }

  /** All objects, or those of one namespace. The objects are shared: never change them. */
  list(namespace?: string): T[] {
    return this.#store.list(namespace);
  }

  /** Calls back at each change from now on; what is stored already is not replayed. Returns the way to stop it. */
  subscribe(subscriber: (event: Change<T>) => void): () => void {
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  }

  /** Calls back when the server becomes reachable or unreachable, and at once if that is known. */
  onHealth(listener: (reachable: boolean) => void): () => void {
    this.#healthListeners.add(listener);
    if (this.#reachable !== undefined) listener(this.#reachable);
    return () => this.#healthListeners.delete(listener);
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        if (this.#resourceVersion === undefined && !this.#streamingLists) await this.#relist(signal);
        await this.#watch(signal);
      } catch (error) {
        if (signal.aborted) return;
        await this.#recover(error, signal);
      }
    }
  }

  async #relist(signal: AbortSignal): Promise<void> {
    const items: T[] = [];
    let resourceVersion = "";
    let next: string | undefined;
    let limit: number | undefined = this.#options.pageSize ?? 500;
    do {
      try {
        const page = await this.#cluster.list<T>({ ...this.type, limit, continue: next, signal });
        for (const item of page.items) items.push(item);
        resourceVersion = page.resourceVersion;
        next = page.continue;
      } catch (error) {
        if (!isGone(error) || !next) throw error;
        // The snapshot behind the page token has been compacted: take everything in one answer instead.
        items.length = 0;
        next = undefined;
        limit = undefined;
        const all = await this.#cluster.list<T>({ ...this.type, signal });
        for (const item of all.items) items.push(item);
        resourceVersion = all.resourceVersion;
      }
    } while (next);
    signal.throwIfAborted();
    const { transform } = this.#options;
    this.#replace(transform ? items.map(transform) : items, resourceVersion);
  }

  /** Takes over a complete list; what differs from what was known arrives as events. */
  #replace(items: T[], resourceVersion: string | undefined): void {
    const changes = this.#store.replace(items);
    this.#resourceVersion = resourceVersion;
    this.#healthy();
    for (const change of changes) this.#publish(change);
    this.#hasSynced = true;
    this.#resolveSynced();
    this.#resolveSettled();
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { transform, idleTimeoutMs = 70_000 } = this.#options;
    const from = this.#resourceVersion;
    const began = performance.now();
    // Spread, so that many informers do not come back at the same moment.
    const timeoutSeconds = 300 + Math.floor(Math.random() * 300);
    const since = from === undefined ? { sendInitialEvents: true as const } : { resourceVersion: from };
    const selected = { ...this.type, ...since, timeoutSeconds, idleTimeoutMs };
    // Who takes the request is there; when nothing happens, the first bookmark is a minute away. It is no success yet,
    // so the backoff stays.
    const events = this.#cluster.watch<T>(selected, signal, () => this.#setReachable(true));
    /** Collects a streamed list until it is complete. */
    let initial = from === undefined ? new Store<T>() : undefined;
    let received = 0;
    try {
      for await (const event of events) {
        signal.throwIfAborted();
        if (event.type === "ERROR") throw ApiError.fromStatus(event.object);
        if (received++ === 0) this.#healthy();
        const { resourceVersion } = event.object.metadata;
        if (initial && endsInitialEvents(event)) {
          const items = initial.list();
          initial = undefined;
          this.#replace(items, resourceVersion);
          continue;
        }
        if (!initial) this.#resourceVersion = resourceVersion;
        if (event.type === "BOOKMARK") continue;
        const object = transform ? transform(event.object) : event.object;
        const store = initial ?? this.#store;
        const change = event.type === "DELETED" ? store.delete(object) : store.set(object);
        if (change && !initial) this.#publish(change);
      }
    } catch (error) {
      if (initial && refusesStreaming(error)) {
        this.#streamingLists = false;
        return;
      }
      throw error;
    }
    // A server that ends every watch at once must not be asked in a tight loop.
    if (received === 0 && performance.now() - began < 1_000) await pause(this.#backoff.next(), signal);
    else this.#healthy();
  }

  async #recover(error: unknown, signal: AbortSignal): Promise<void> {
    const failure = error instanceof ApiError ? error : undefined;
    if (!failure) this.#report(error);
    if (isGone(error)) {
      this.#resourceVersion = undefined;
      if (this.#backoff.failures === 0) {
        this.#backoff.next();
        return;
      }
    } else if (isNotFound(error)) {
      // Not served (yet, or any more): nothing of this kind exists.
      this.#resourceVersion = undefined;
      this.#setReachable(true);
      for (const change of this.#store.replace([])) this.#publish(change);
      this.#resolveSettled();
      await this.#cluster.discovery.refresh().catch(() => this.#setReachable(false));
    } else if (failure?.reason === "Silent") {
      // Half-open or only quiet: the next request shows which.
      return;
    } else if (failure === undefined || failure.status === 0 || failure.status >= 500) {
      this.#setReachable(false);
      // 500s on a resumed watch can come from its resource version: after a few, start over.
      if (failure && failure.status >= 500 && this.#backoff.failures >= 3) this.#resourceVersion = undefined;
    } else if (failure.status === 400) {
      this.#resourceVersion = undefined;
    } else if (failure.status === 403) {
      // Nothing of it is to be seen with these rights, which may be given later.
      this.#resolveSettled();
    }
    const retryAfterMs = (failure?.retryAfterSeconds ?? 0) * 1000;
    await pause(Math.max(this.#backoff.next(), retryAfterMs), signal);
  }

  #healthy(): void {
    this.#backoff.reset();
    this.#setReachable(true);
  }

  #setReachable(reachable: boolean): void {
    if (this.#reachable === reachable) return;
    this.#reachable = reachable;
    for (const listener of this.#healthListeners) this.#guard(() => listener(reachable));
  }

  #publish(change: Change<T>): void {
    for (const subscriber of this.#subscribers) this.#guard(() => subscriber(change));
  }

  #guard(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#report(error);
    }
  }

  #report(error: unknown): void {
    if (this.#options.onError) this.#options.onError(error);
    else process.emitWarning(error instanceof Error ? error : String(error));
  }
}

/** Whether the server does not know streamed lists: it says so, or sends none of what was asked for. */
function refusesStreaming(error: unknown): boolean {
  return (
    error instanceof ApiError && (error.status === 422 || error.status === 400 || error.reason === "Silent")
  );
}

/** Waits, or returns early when the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}
