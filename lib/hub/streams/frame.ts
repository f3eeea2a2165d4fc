import type { StreamEvent } from "../../model/stream.ts";

const encoder = new TextEncoder();

/** An event as it goes over the wire: one `data:` line, since JSON has no line breaks of its own. */
export function frameOf(event: StreamEvent): Uint8Array {
  return encoder.encode(`data: ${JSON.stringify(event)}\n\n`);
}
