import type { StreamEvent, Topic } from "@/lib/model/stream";
import { connection } from "./connection";
import { emptyTopic, reduceTopics, type TopicState, type Topics } from "./reduce";

/** The part of EventSource that is used; tests pass their own. */
export interface Source {
  listen: (onMessage: (data: string) => void, onError: () => void) => void;
  close: () => void;
}

export interface StreamEdges {
  open: (url: string) => Source;
  setTimer: (run: () => void, ms: number) => () => void;
  onReport: typeof connection;
}

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 5_000;
/** A new stream that says nothing for so long is given up: a server that starts or ends may never answer. */
const SILENT_MS = 15_000;
/** A topic that loses its last reader stays this long: pages change, and the next one often wants the same. */
const LINGER_MS = 5_000;

/**
 * The one stream of this tab. Topics are counted: the first reader of a topic opens a new stream with it, the last one
 * to leave drops it. The old stream closes when the new one is ready, so nothing is missed in between.
 */
export class StreamClient {
  readonly #edges: StreamEdges;
  #namespace: string | undefined;
  #topics: Topics = new Map();
  readonly #readers = new Map<Topic, Set<() => void>>();
  #current: { source: Source; topics: string } | undefined;
  #pending: { source: Source; topics: string } | undefined;
  #cancelRetry: (() => void) | undefined;
  /** Of the pending stream. */
  #cancelSilence: (() => void) | undefined;
  #retryMs = FIRST_RETRY_MS;
  #lost = false;
  #cancelSchedule: (() => void) | undefined;
  #queue: StreamEvent[] = [];
  #flushing = false;

  constructor(edges: StreamEdges) {
    this.#edges = edges;
  }

  /** Every topic is of one namespace; changing it forgets everything. */
  setNamespace(namespace: string | undefined): void {
    if (namespace === this.#namespace) return;
    this.#namespace = namespace;
    this.#closeAll();
    this.#queue = [];
    this.#topics = new Map([...this.#topics.keys()].map((topic) => [topic, emptyTopic]));
    for (const readers of this.#readers.values()) for (const notify of readers) notify();
    this.#schedule(0);
  }

  state(topic: Topic): TopicState {
    return this.#topics.get(topic) ?? emptyTopic;
  }

  subscribe(topic: Topic, notify: () => void): () => void {
    const readers = this.#readers.get(topic) ?? new Set();
    this.#readers.set(topic, readers.add(notify));
    if (!this.#topics.has(topic)) {
      this.#topics = new Map(this.#topics).set(topic, emptyTopic);
      this.#schedule(0);
    }
    return () => {
      readers.delete(notify);
      if (readers.size === 0) this.#schedule(LINGER_MS);
    };
  }

  /** Puts a server's answer where the stream will put it anyway, a moment earlier. */
  accept(topic: Topic, key: string, value: object): void {
    this.#receive({ type: "upsert", topic, item: { key, value } });
  }

  /** Tries again at once, e.g. after signing in again or when the browser is back online. */
  reconnect(): void {
    this.#retryMs = FIRST_RETRY_MS;
    this.#closeAll();
    this.#schedule(0);
  }

  close(): void {
    this.#namespace = undefined;
    this.#closeAll();
  }

  #closeAll(): void {
    this.#cancelRetry?.();
    this.#cancelSchedule?.();
    this.#cancelSilence?.();
    this.#current?.source.close();
    this.#pending?.source.close();
    this.#current = this.#pending = undefined;
    this.#cancelRetry = this.#cancelSchedule = this.#cancelSilence = undefined;
  }

  /** Waits a moment, so that all topics that a page asks for in one render go into one stream. */
  #schedule(ms: number): void {
    // A reader that leaves must not hold up one that came in the same render.
    if (ms > 0 && this.#cancelSchedule) return;
    this.#cancelSchedule?.();
    this.#cancelSchedule = this.#edges.setTimer(() => {
      this.#cancelSchedule = undefined;
      for (const [topic, readers] of this.#readers) {
        if (readers.size > 0) continue;
        this.#readers.delete(topic);
        const rest = new Map(this.#topics);
        rest.delete(topic);
        this.#topics = rest;
      }
      this.#open();
    }, ms);
  }

  #open(): void {
    if (!this.#namespace || this.#cancelRetry) return;
    const topics = [...this.#topics.keys()].sort();
    const wanted = new URLSearchParams([
      ["namespace", this.#namespace],
      ...topics.map((topic) => ["topic", topic] as [string, string]),
    ]).toString();
    if (wanted === (this.#pending ?? this.#current)?.topics) return;
    this.#pending?.source.close();
    this.#pending = undefined;
    this.#cancelSilence?.();
    if (topics.length === 0) {
      this.#current?.source.close();
      this.#current = undefined;
      this.#edges.onReport.stream("idle");
      return;
    }
    // While it is tried again it stays lost: the banner must not come and go with every attempt.
    if (!this.#current && !this.#lost) this.#edges.onReport.stream("connecting");
    const source = this.#edges.open(`/api/stream?${wanted}`);
    const opened = { source, topics: wanted };
    this.#pending = opened;
    this.#awaitWord(opened);
    source.listen(
      (data) => this.#onEvent(opened, JSON.parse(data) as StreamEvent),
      () => this.#onError(opened),
    );
  }

  #onEvent(from: { source: Source; topics: string }, event: StreamEvent): void {
    if (from !== this.#pending && from !== this.#current) return;
    if (from === this.#pending) this.#awaitWord(from);
    switch (event.type) {
      case "ready":
        if (from === this.#pending) {
          this.#current?.source.close();
          this.#current = from;
          this.#pending = undefined;
          this.#cancelSilence?.();
        }
        this.#retryMs = FIRST_RETRY_MS;
        this.#lost = false;
        this.#edges.onReport.stream("open");
        break;
      case "cluster":
        this.#edges.onReport.cluster(event.reachable);
        break;
      case "closed":
        this.#closeAll();
        this.#edges.onReport.signedOut(event.reason);
        break;
      default:
        this.#receive(event);
    }
  }

  /** The browser's own retry gives up on HTTP errors and waits a fixed time: ours backs off and never gives up. */
  #onError(from: { source: Source; topics: string }): void {
    if (from !== this.#pending && from !== this.#current) return;
    this.#closeAll();
    this.#lost = true;
    this.#edges.onReport.stream("lost");
    this.#cancelRetry = this.#edges.setTimer(() => {
      this.#cancelRetry = undefined;
      this.#open();
    }, this.#retryMs);
    this.#retryMs = Math.min(LAST_RETRY_MS, this.#retryMs * 2);
  }

  #awaitWord(from: { source: Source; topics: string }): void {
    this.#cancelSilence?.();
    this.#cancelSilence = this.#edges.setTimer(() => {
      this.#cancelSilence = undefined;
      if (from === this.#pending) this.#onError(from);
    }, SILENT_MS);
  }

  #receive(event: StreamEvent): void {
    this.#queue.push(event);
    if (this.#flushing) return;
    this.#flushing = true;
    queueMicrotask(() => {
      this.#flushing = false;
      const events = this.#queue;
      this.#queue = [];
      const before = this.#topics;
      this.#topics = reduceTopics(before, events);
      for (const [topic, readers] of this.#readers) {
        if (before.get(topic) !== this.#topics.get(topic)) for (const notify of readers) notify();
      }
    });
  }
}

export const stream = new StreamClient({
  open: (url) => {
    const source = new EventSource(url);
    return {
      listen: (onMessage, onError) => {
        source.onmessage = (event: MessageEvent<string>) => onMessage(event.data);
        source.onerror = onError;
      },
      close: () => source.close(),
    };
  },
  setTimer: (run, ms) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  onReport: connection,
});
