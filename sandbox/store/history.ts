import type { StoreEvent } from "./store.ts";

/** The latest changes, bounded by number and by bytes of text; what falls out can no longer be resumed from. */
export class History {
  readonly #maxEvents: number;
  readonly #maxBytes: number;
  #events: StoreEvent[] = [];
  #head = 0;
  #bytes = 0;
  #compacted = 0;

  constructor(maxEvents: number, maxBytes: number) {
    this.#maxEvents = maxEvents;
    this.#maxBytes = maxBytes;
  }

  /** The newest revision whose changes are no longer all known: a watch may start from it, not from before it. */
  get compacted(): number {
    return this.#compacted;
  }

  push(event: StoreEvent): void {
    this.#events.push(event);
    this.#bytes += event.entry.body.length;
    while (this.#events.length - this.#head > this.#maxEvents || this.#bytes > this.#maxBytes) {
      const oldest = this.#events[this.#head];
      if (!oldest) break;
      this.#bytes -= oldest.entry.body.length;
      this.#compacted = oldest.revision;
      this.#head += 1;
    }
    if (this.#head > 1024 && this.#head > this.#events.length / 2) {
      this.#events = this.#events.slice(this.#head);
      this.#head = 0;
    }
  }

  /** Forgets everything up to a revision. */
  compact(revision: number): void {
    this.#events = this.#events.slice(this.#head).filter((event) => event.revision > revision);
    this.#head = 0;
    this.#bytes = this.#events.reduce((sum, event) => sum + event.entry.body.length, 0);
    this.#compacted = Math.max(this.#compacted, revision);
  }

  /** Changes of a resource after a revision, oldest first. */
  *since(revision: number, resource: string): Generator<StoreEvent> {
    for (let index = this.#head; index < this.#events.length; index += 1) {
      const event = this.#events[index];
      if (event && event.revision > revision && event.entry.resource === resource) yield event;
    }
  }
}
