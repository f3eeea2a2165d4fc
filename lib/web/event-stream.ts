import type { StartStream } from "../hub/streams/channel.ts";

/**
 * The answer of a route that streams: begun by the server on the bare connection (listener.ts), so that what stays for
 * as long as the stream is the connection and nothing around it. `no-transform` keeps proxies and compression from
 * holding events back.
 */
export class EventStreamResponse extends Response {
  readonly start: StartStream;

  constructor(start: StartStream) {
    super(null, {
      headers: {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-cache, no-store, no-transform",
        "x-accel-buffering": "no",
      },
    });
    this.start = start;
  }
}
