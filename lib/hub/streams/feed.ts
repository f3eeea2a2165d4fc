import type { StreamItem, Topic } from "../../model/stream.ts";
import { frameOf } from "./frame.ts";
import type { Source } from "./source.ts";

export interface FeedOptions {
  onError: (error: unknown) => void;
  /** How many were told of one change. */
  onSent?: (listeners: number) => void;
  /** Milliseconds from an informer's event to its hand-over. */
  onDelay?: (ms: number) => void;
  /** Called once, when the last listener has left: this feed must not be joined any more. */
  onIdle?: () => void;
}

/** Takes an event as it goes over the wire; the same bytes are given to everybody. */
export type Listener = (frame: Uint8Array) => void;

/** A quota or a rollout changes many times in a moment; people see one change. */
const COALESCE_MS = 20;
/** Many tabs come at once after a web server has started; later ones are few. */
const SNAPSHOT_KEPT_MS = 2_000;

/**
 * Feeds one topic to all who listen: a snapshot first, then what differs. Whatever the number of listeners, an item is
 * looked at and written out once. Changes of one item that come close together are sent once; an item that changed
 * without changing what is shown is not sent at all.
 */
export class Feed {
  readonly #topic: Topic;
  readonly #source: Source;
  readonly #options: FeedOptions;
  readonly #listeners = new Set<Listener>();
  readonly #dirty = new Map<string, number>();
  readonly #sent = new Map<string, object | string>();
  readonly #stop: () => void;
  readonly #filled: Promise<void>;
  #snapshot: Uint8Array | undefined;
  #forget: NodeJS.Timeout | undefined;
  #timer: NodeJS.Timeout | undefined;
  #joining = 0;
  #running = true;
  #stopped = false;

  constructor(topic: Topic, source: Source, options: FeedOptions) {
    this.#topic = topic;
    this.#source = source;
    this.#options = options;
    // Before the snapshot: what changes while it is made comes after it.
    this.#stop = source.watch((key) => this.#mark(key));
    this.#filled = this.#fill();
    // Whoever joins is told.
    this.#filled.catch(() => undefined);
  }

  /** Gives the listener a snapshot and what differs from then on. Returns the way to leave; throws what fails. */
  async join(listener: Listener): Promise<() => void> {
    this.#joining++;
    try {
      await this.#filled;
      listener(this.#takeSnapshot());
      this.#listeners.add(listener);
    } finally {
      this.#joining--;
      this.#restWhenAlone();
    }
    return () => {
      this.#listeners.delete(listener);
      this.#restWhenAlone();
    };
  }

  #restWhenAlone(): void {
    if (this.#stopped || this.#listeners.size > 0 || this.#joining > 0) return;
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#forget);
    this.#stop();
    this.#dirty.clear();
    this.#options.onIdle?.();
  }

  async #fill(): Promise<void> {
    for (const key of this.#source.keys()) {
      const value = await this.#source.view(key);
      if (value !== undefined) this.#sent.set(key, print(value));
    }
    this.#running = false;
    if (this.#dirty.size > 0 && !this.#stopped) this.#schedule();
  }

  #takeSnapshot(): Uint8Array {
    if (this.#snapshot) return this.#snapshot;
    const items: StreamItem[] = [];
    for (const [key, printed] of this.#sent)
      items.push({ key, value: typeof printed === "string" ? (JSON.parse(printed) as object) : printed });
    this.#snapshot = frameOf({ type: "snapshot", topic: this.#topic, items });
    this.#forget = setTimeout(() => {
      this.#snapshot = undefined;
    }, SNAPSHOT_KEPT_MS);
    this.#forget.unref();
    return this.#snapshot;
  }

  #mark(key: string): void {
    if (!this.#dirty.has(key)) this.#dirty.set(key, performance.now());
    if (!this.#running) this.#schedule();
  }

  #schedule(): void {
    this.#running = true;
    this.#timer = setTimeout(() => {
      this.#flush()
        .catch(this.#options.onError)
        .finally(() => {
          this.#running = false;
          if (this.#dirty.size > 0 && !this.#stopped) this.#schedule();
        });
    }, COALESCE_MS);
  }

  async #flush(): Promise<void> {
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    for (const [key, since] of dirty) {
      try {
        const value = await this.#source.view(key);
        if (this.#stopped) return;
        if (this.#tell(key, value)) this.#options.onDelay?.(performance.now() - since);
      } catch (error) {
        this.#options.onError(error);
      }
    }
  }

  /** Sends the item's new state, if it is one. */
  #tell(key: string, value: object | undefined): boolean {
    const topic = this.#topic;
    if (value === undefined) {
      if (!this.#sent.delete(key)) return false;
      this.#send(frameOf({ type: "remove", topic, key }));
      return true;
    }
    const printed = print(value);
    if (this.#sent.get(key) === printed) return false;
    this.#sent.set(key, printed);
    this.#send(frameOf({ type: "upsert", topic, item: { key, value } }));
    return true;
  }

  #send(frame: Uint8Array): void {
    clearTimeout(this.#forget);
    this.#snapshot = undefined;
    this.#options.onSent?.(this.#listeners.size);
    for (const listener of this.#listeners) listener(frame);
  }
}

/** An informer's object is the same until it changes; a view is compared by what it says. */
function print(value: object): object | string {
  return "metadata" in value ? value : JSON.stringify(value);
}
