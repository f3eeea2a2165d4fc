import type { Writable } from "node:stream";
import type { StreamEvent } from "../../model/stream.ts";
import { frameOf } from "./frame.ts";

export interface ChannelOptions {
  /** Bytes that may wait for a slow client before it is dropped; it reconnects and gets a fresh snapshot. */
  maxWaitingBytes: number;
  heartbeatMs: number;
  /** Called once, whoever ended it. */
  onClose: (reason: CloseReason) => void;
}

export type CloseReason =
  | "client-gone"
  | "too-slow"
  | "signed-out"
  | "expired"
  | "forbidden"
  | "ended"
  | "failed"
  /** This process is being stopped; the browser reconnects elsewhere. */
  | "draining";

/** Begins to write a stream to a response whose headers have been sent. */
export type StartStream = (out: Writable) => void;

const encoder = new TextEncoder();
const HEARTBEAT = encoder.encode(": still here\n\n");

/**
 * One browser's server-sent-event stream (https://html.spec.whatwg.org/multipage/server-sent-events.html). What is
 * sent goes to the response at once; a client that does not read it in time is dropped rather than buffered for.
 */
export class Channel {
  readonly #out: Writable;
  readonly #options: ChannelOptions;
  readonly #stopBeating: () => void;
  #closed = false;

  constructor(out: Writable, options: ChannelOptions) {
    this.#out = out;
    this.#options = options;
    this.#stopBeating = beat(this, options.heartbeatMs);
    const gone = () => this.#finish("client-gone");
    out.once("close", gone);
    // A connection that breaks says so by closing as well.
    out.on("error", gone);
    if (out.destroyed) queueMicrotask(gone);
  }

  get closed(): boolean {
    return this.#closed;
  }

  send(event: StreamEvent): void {
    this.write(frameOf(event));
  }

  /** A line of text, as the log route sends it. Line breaks cannot end the event early. */
  line(text: string): void {
    this.#text(`data: ${text.replace(/\r/g, "")}\n\n`);
  }

  named(event: string, data: string): void {
    this.#text(`event: ${event}\ndata: ${data}\n\n`);
  }

  /** Ends the stream; what waits is still delivered. */
  close(reason: CloseReason): void {
    if (this.#closed) return;
    if (reason === "signed-out" || reason === "expired" || reason === "forbidden")
      this.send({ type: "closed", reason });
    if (this.#closed) return;
    this.#finish(reason);
    this.#out.end();
  }

  #text(text: string): void {
    if (!this.#closed) this.write(encoder.encode(text));
  }

  /** Sends bytes that are whole events; they may be shared with other channels and are never changed. */
  write(bytes: Uint8Array): void {
    if (this.#closed) return;
    this.#out.write(bytes);
    if (this.#out.writableLength > this.#options.maxWaitingBytes) {
      this.#finish("too-slow");
      this.#out.destroy();
    }
  }

  #finish(reason: CloseReason): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopBeating();
    this.#options.onClose(reason);
  }
}

/** Channels by the time between heartbeats: one timer for all of a kind. */
const hearts = new Map<number, { channels: Set<Channel>; timer: NodeJS.Timeout }>();

function beat(channel: Channel, ms: number): () => void {
  let heart = hearts.get(ms);
  if (!heart) {
    const channels = new Set<Channel>();
    const timer = setInterval(() => {
      for (const each of channels) each.write(HEARTBEAT);
    }, ms);
    timer.unref();
    heart = { channels, timer };
    hearts.set(ms, heart);
  }
  const { channels, timer } = heart;
  channels.add(channel);
  return () => {
    channels.delete(channel);
    if (channels.size > 0) return;
    clearInterval(timer);
    hearts.delete(ms);
  };
}
