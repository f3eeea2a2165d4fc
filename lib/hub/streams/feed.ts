import type { StreamEvent, StreamItem, Topic } from "../../model/stream.ts";
import type { Source } from "./source.ts";

export interface FeedOptions {
  send: (event: StreamEvent) => void;
  onError: (error: unknown) => void;
  /** Milliseconds from an informer's event to its hand-over. */
  onDelay?: (ms: number) => void;
}

/** A quota or a rollout changes many times in a moment; people see one change. */
const COALESCE_MS = 20;

/**
 * Feeds one topic: a snapshot, then what differs. Changes of one item that come close together are sent once; an item
 * that changed without changing what is shown is not sent at all.
 */
export class Feed {
  readonly #topic: Topic;
  readonly #source: Source;
  readonly #options: FeedOptions;
  readonly #dirty = new Map<string, number>();
  readonly #sent = new Map<string, object | string>();
  readonly #stop: () => void;
  #timer: NodeJS.Timeout | undefined;
  #running = true;
  #stopped = false;

  constructor(topic: Topic, source: Source, options: FeedOptions) {
    this.#topic = topic;
    this.#source = source;
    this.#options = options;
    // Before the snapshot: what changes while it is made comes after it.
    this.#stop = source.watch((key) => this.#mark(key));
  }

  async start(): Promise<void> {
    const items: StreamItem[] = [];
    for (const key of this.#source.keys()) {
      const value = await this.#source.view(key);
      if (value === undefined) continue;
      this.#sent.set(key, print(value));
      items.push({ key, value });
    }
    if (this.#stopped) return;
    this.#options.send({ type: "snapshot", topic: this.#topic, items });
    this.#running = false;
    if (this.#dirty.size > 0) this.#schedule();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#stop();
    this.#dirty.clear();
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
      this.#options.send({ type: "remove", topic, key });
      return true;
    }
    const printed = print(value);
    if (this.#sent.get(key) === printed) return false;
    this.#sent.set(key, printed);
    this.#options.send({ type: "upsert", topic, item: { key, value } });
    return true;
  }
}

/** An informer's object is the same until it changes; a view is compared by what it says. */
function print(value: object): object | string {
  return "metadata" in value ? value : JSON.stringify(value);
}
