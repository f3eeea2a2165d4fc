import type { StreamEvent } from "../../model/stream.ts";

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
  | "failed";

const encoder = new TextEncoder();

/**
 * One browser's server-sent-event stream (https://html.spec.whatwg.org/multipage/server-sent-events.html). What is
 * sent goes into the response's own queue; a client that does not read it in time is dropped rather than buffered for.
 */
export class Channel {
  readonly body: ReadableStream<Uint8Array>;
  readonly #options: ChannelOptions;
  readonly #heartbeat: NodeJS.Timeout;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #closed = false;

  constructor(options: ChannelOptions) {
    this.#options = options;
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        cancel: () => this.#finish("client-gone"),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: options.maxWaitingBytes }),
    );
    this.#heartbeat = setInterval(() => this.#write(": still here\n\n"), options.heartbeatMs);
    this.#heartbeat.unref();
  }

  get closed(): boolean {
    return this.#closed;
  }

  send(event: StreamEvent): void {
    this.#write(`data: ${JSON.stringify(event)}\n\n`);
  }

  /** A line of text, as the log route sends it. Line breaks cannot end the event early. */
  line(text: string): void {
    this.#write(`data: ${text.replace(/\r/g, "")}\n\n`);
  }

  named(event: string, data: string): void {
    this.#write(`event: ${event}\ndata: ${data}\n\n`);
  }

  /** Ends the stream; what waits is still delivered. */
  close(reason: CloseReason): void {
    if (this.#closed) return;
    if (reason === "signed-out" || reason === "expired" || reason === "forbidden")
      this.send({ type: "closed", reason });
    if (this.#closed) return;
    this.#finish(reason);
    this.#controller.close();
  }

  #write(text: string): void {
    if (this.#closed) return;
    const bytes = encoder.encode(text);
    this.#controller.enqueue(bytes);
    if ((this.#controller.desiredSize ?? 0) < 0) {
      this.#finish("too-slow");
      this.#controller.error(new Error("the client reads too slowly"));
    }
  }

  #finish(reason: CloseReason): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#heartbeat);
    this.#options.onClose(reason);
  }
}

/** Headers of an event stream; `no-transform` keeps proxies and compression from holding events back. */
export const streamHeaders = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-store, no-transform",
  "x-accel-buffering": "no",
};
