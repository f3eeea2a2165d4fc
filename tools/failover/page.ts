import { setTimeout as delay } from "node:timers/promises";
import type { Browser } from "../../lib/auth/testing/hub.ts";
import { StreamReader } from "../../lib/auth/testing/hub.ts";
import type { Installation } from "../../lib/model/resources.ts";
import type { StreamEvent } from "../../lib/model/stream.ts";

const AGAIN_MS = 250;

/** An open page: follows a namespace's installations by the event stream, and opens it anew whenever it ends. */
export class OpenPage {
  /** What the page shows, by name. */
  readonly shown = new Map<string, Installation>();
  /** Streams that were opened so far. */
  streams = 0;
  readonly #browser: Browser;
  readonly #namespace: string;
  readonly #closing = new AbortController();
  readonly #running: Promise<void>;
  #stream = new AbortController();

  constructor(browser: Browser, namespace: string) {
    this.#browser = browser;
    this.#namespace = namespace;
    this.#running = this.#run();
  }

  /** Tears the stream, as the end of its server does. */
  tear(): void {
    this.#stream.abort();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.tear();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      this.#stream = new AbortController();
      try {
        await this.#follow(this.#stream.signal);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
      }
      await delay(AGAIN_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const path = `/api/stream?namespace=${this.#namespace}&topic=installations`;
    // A server that ends takes unanswered requests with it.
    const response = await Promise.race([this.#browser.fetch(path, { signal }), aborted(signal)]);
    if (!response?.ok) return;
    this.streams++;
    const reader = new StreamReader<StreamEvent>(response);
    let next = 0;
    const closed = reader.closed.then(() => true);
    const newEvent = () => reader.find(() => reader.events.length > next).then(() => false);
    do {
      for (; next < reader.events.length; next++) this.#show(reader.events[next] as StreamEvent);
    } while (!(await Promise.race([closed, newEvent(), aborted(signal).then(() => true)])));
  }

  #show(event: StreamEvent): void {
    if (event.type === "snapshot") {
      this.shown.clear();
      for (const { key, value } of event.items) this.shown.set(key, value as Installation);
    } else if (event.type === "upsert") this.shown.set(event.item.key, event.item.value as Installation);
    else if (event.type === "remove") this.shown.delete(event.key);
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}
