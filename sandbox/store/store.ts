import { History } from "./history.ts";
import { Journal, type JournalOptions, type JournalRecord } from "./journal.ts";

export type Labels = Readonly<Record<string, string>>;

export interface StoredMeta {
  name: string;
  namespace?: string;
  uid: string;
  resourceVersion?: string;
  labels?: Record<string, string>;
  ownerReferences?: { uid: string }[];
  deletionTimestamp?: string;
}

/** An object as it is kept: the serialised text without `apiVersion` and `kind`, and what is asked for often. */
export interface Entry {
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly revision: number;
  readonly labels: Labels | undefined;
  readonly owners: readonly string[] | undefined;
  readonly deleting: boolean;
  /** JSON text that begins with `{"metadata":`. */
  readonly body: string;
}

export interface StoreEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly revision: number;
  readonly entry: Entry;
  readonly previous: Entry | undefined;
}

export type Subscriber = (event: StoreEvent) => void;

export interface StoreOptions extends JournalOptions {
  /** Absent: nothing is written to a disk. */
  directory?: string;
  historyEvents?: number;
  historyBytes?: number;
  /** Told once when the disk refuses a write: from then on nothing more can be written. */
  onFailure?: (error: Error) => void;
}

class Collection {
  readonly entries = new Map<string, Entry>();
  #sorted: string[] | undefined;

  set(entry: Entry): void {
    if (!this.entries.has(entry.name)) this.#sorted = undefined;
    this.entries.set(entry.name, entry);
  }

  delete(name: string): void {
    this.entries.delete(name);
    this.#sorted = undefined;
  }

  get names(): readonly string[] {
    this.#sorted ??= [...this.entries.keys()].sort();
    return this.#sorted;
  }
}

/** Revisions skipped at a restart, so that one that was seen but never made durable is not given out a second time. */
const RESTART_GAP = 1000;

/**
 * The objects of the cluster, each change under one growing revision, journalled when there is a directory. Changes
 * are visible to the next write at once; subscribers hear of them when they are durable, in order.
 */
export class Store {
  #revision = 1;
  readonly #resources = new Map<string, Map<string, Collection>>();
  readonly #byUid = new Map<string, Entry>();
  readonly #dependents = new Map<string, Set<Entry>>();
  readonly #subscribers = new Map<string, Set<Subscriber>>();
  readonly #everything = new Set<Subscriber>();
  readonly history: History;
  #journal: Journal | undefined;
  #pending: StoreEvent[] = [];
  #delivered = 1;
  #delivering = false;
  #failed = false;
  readonly #onFailure: ((error: Error) => void) | undefined;
  readonly #waiters: { revision: number; resolve: () => void; reject: (error: unknown) => void }[] = [];

  private constructor(options: StoreOptions) {
    this.#onFailure = options.onFailure;
    this.history = new History(options.historyEvents ?? 10_000, options.historyBytes ?? 16 << 20);
  }

  static async open(options: StoreOptions = {}): Promise<Store> {
    const store = new Store(options);
    if (options.directory) {
      let last = 0;
      store.#journal = await Journal.open(
        options.directory,
        (record) => {
          last = Math.max(last, record.revision);
          const { resource, namespace, name, value } = record;
          if (value === undefined) store.#forget(resource, namespace, name);
          else store.#keep(entryOf(resource, record.revision, JSON.parse(value).metadata, value));
        },
        options,
      );
      store.#journal.compactWith(() => store.#snapshot());
      if (last > 0) store.#revision = last + RESTART_GAP;
      store.#delivered = store.#revision;
      store.history.compact(store.#revision);
    }
    return store;
  }

  get revision(): number {
    return this.#revision;
  }

  /** The newest revision that subscribers have heard of. */
  get delivered(): number {
    return this.#delivered;
  }

  get size(): number {
    return this.#byUid.size;
  }

  get(resource: string, namespace: string, name: string): Entry | undefined {
    return this.#resources.get(resource)?.get(namespace)?.entries.get(name);
  }

  byUid(uid: string): Entry | undefined {
    return this.#byUid.get(uid);
  }

  /** Objects that name this uid among their owners. */
  dependents(uid: string): readonly Entry[] {
    return [...(this.#dependents.get(uid) ?? [])];
  }

  /** All objects of a resource by namespace and name, from just after `after` when given. */
  *list(resource: string, namespace?: string, after?: { namespace: string; name: string }): Generator<Entry> {
    const spaces = this.#resources.get(resource);
    if (!spaces) return;
    const names = namespace !== undefined ? [namespace] : [...spaces.keys()].sort();
    for (const space of names) {
      if (after && space < after.namespace) continue;
      const collection = spaces.get(space);
      if (!collection) continue;
      for (const name of collection.names) {
        if (after && space === after.namespace && name <= after.name) continue;
        const entry = collection.entries.get(name);
        if (entry) yield entry;
      }
    }
  }

  count(resource: string, namespace?: string): number {
    const spaces = this.#resources.get(resource);
    if (!spaces) return 0;
    if (namespace !== undefined) return spaces.get(namespace)?.entries.size ?? 0;
    let total = 0;
    for (const collection of spaces.values()) total += collection.entries.size;
    return total;
  }

  /** Resources that hold objects, as keys. */
  resources(): string[] {
    return [...this.#resources.keys()];
  }

  /** Writes an object under the next revision, which it also puts into `metadata.resourceVersion`. */
  put(resource: string, object: { metadata: StoredMeta }): Entry {
    this.#journal?.check();
    const { metadata } = object;
    const previous = this.get(resource, metadata.namespace ?? "", metadata.name);
    const revision = this.#next();
    metadata.resourceVersion = String(revision);
    const entry = entryOf(resource, revision, metadata, serialise(object));
    this.#keep(entry);
    this.#journal?.append({ ...entry, value: entry.body });
    this.#emit({ type: previous ? "MODIFIED" : "ADDED", revision, entry, previous });
    return entry;
  }

  /** Removes an object; the event carries `object` as it was last, under the revision of the removal. */
  remove(resource: string, object: { metadata: StoredMeta }): Entry {
    this.#journal?.check();
    const { metadata } = object;
    const previous = this.get(resource, metadata.namespace ?? "", metadata.name);
    const revision = this.#next();
    metadata.resourceVersion = String(revision);
    const entry = entryOf(resource, revision, metadata, serialise(object));
    this.#forget(resource, entry.namespace, entry.name);
    this.#journal?.append({ revision, resource, namespace: entry.namespace, name: entry.name });
    this.#emit({ type: "DELETED", revision, entry, previous });
    return entry;
  }

  /** Throws once the disk has refused a write. */
  check(): void {
    this.#journal?.check();
  }

  /** Resolves when everything written so far is durable and subscribers have been told; rejects when it cannot be. */
  committed(): Promise<void> {
    if (this.#pending.length === 0) return Promise.resolve();
    const waiting = new Promise<void>((resolve, reject) => {
      this.#waiters.push({ revision: this.#revision, resolve, reject });
    });
    if (!this.#delivering) void this.#deliver();
    return waiting;
  }

  /** Sees to it that what was written becomes durable, for those who do not wait for it. */
  settle(): void {
    if (this.#pending.length > 0 && !this.#delivering) void this.#deliver();
  }

  /** Hears of every change of a resource, or of all when it is undefined. Returns how to stop. */
  subscribe(resource: string | undefined, subscriber: Subscriber): () => void {
    const set = resource === undefined ? this.#everything : (this.#subscribers.get(resource) ?? new Set());
    if (resource !== undefined) this.#subscribers.set(resource, set);
    set.add(subscriber);
    return () => set.delete(subscriber);
  }

  async close(): Promise<void> {
    await this.committed();
    await this.#journal?.close();
  }

  async #deliver(): Promise<void> {
    this.#delivering = true;
    while (this.#pending.length > 0) {
      const upTo = this.#pending.length;
      try {
        if (this.#journal) await this.#journal.flushed();
        else await new Promise<void>((resolve) => setImmediate(resolve));
      } catch (error) {
        for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
        if (!this.#failed) this.#onFailure?.(error as Error);
        this.#failed = true;
        break;
      }
      for (const event of this.#pending.splice(0, upTo)) this.#tell(event);
      while (this.#waiters[0] && this.#waiters[0].revision <= this.#delivered)
        this.#waiters.shift()?.resolve();
    }
    this.#delivering = false;
  }

  #tell(event: StoreEvent): void {
    this.history.push(event);
    this.#delivered = event.revision;
    for (const subscriber of this.#subscribers.get(event.entry.resource) ?? []) subscriber(event);
    for (const subscriber of this.#everything) subscriber(event);
  }

  #next(): number {
    this.#revision += 1;
    return this.#revision;
  }

  #emit(event: StoreEvent): void {
    this.#pending.push(event);
  }

  #keep(entry: Entry): void {
    this.#forget(entry.resource, entry.namespace, entry.name, true);
    let spaces = this.#resources.get(entry.resource);
    if (!spaces) {
      spaces = new Map();
      this.#resources.set(entry.resource, spaces);
    }
    let collection = spaces.get(entry.namespace);
    if (!collection) {
      collection = new Collection();
      spaces.set(entry.namespace, collection);
    }
    collection.set(entry);
    this.#byUid.set(entry.uid, entry);
    for (const uid of entry.owners ?? []) {
      const set = this.#dependents.get(uid) ?? new Set();
      this.#dependents.set(uid, set.add(entry));
    }
  }

  #forget(resource: string, namespace: string, name: string, replaced = false): void {
    const spaces = this.#resources.get(resource);
    const collection = spaces?.get(namespace);
    const entry = collection?.entries.get(name);
    if (!spaces || !collection || !entry) return;
    this.#byUid.delete(entry.uid);
    for (const uid of entry.owners ?? []) {
      const set = this.#dependents.get(uid);
      set?.delete(entry);
      if (set?.size === 0) this.#dependents.delete(uid);
    }
    if (replaced) return;
    collection.delete(name);
    if (collection.entries.size === 0) spaces.delete(namespace);
  }

  *#snapshot(): Generator<JournalRecord> {
    // Holds nothing but the revision, which may belong to a removal that a snapshot leaves no other trace of.
    yield { revision: this.#revision, resource: "-", namespace: "", name: "-" };
    for (const spaces of this.#resources.values()) {
      for (const collection of spaces.values()) {
        for (const { revision, resource, namespace, name, body } of collection.entries.values()) {
          yield { revision, resource, namespace, name, value: body };
        }
      }
    }
  }
}

function entryOf(resource: string, revision: number, metadata: StoredMeta, body: string): Entry {
  const owners = metadata.ownerReferences?.map((owner) => owner.uid);
  return {
    resource,
    namespace: metadata.namespace ?? "",
    name: metadata.name,
    uid: metadata.uid,
    revision,
    labels: metadata.labels,
    owners: owners && owners.length > 0 ? owners : undefined,
    deleting: metadata.deletionTimestamp !== undefined,
    body,
  };
}

function serialise(object: { metadata: StoredMeta }): string {
  const { apiVersion: _apiVersion, kind: _kind, metadata, ...rest } = object as Record<string, unknown>;
  return JSON.stringify({ metadata, ...rest });
}
