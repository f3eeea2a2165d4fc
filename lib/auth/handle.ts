import type { Server } from "./server.ts";

const KEY = Symbol.for("sealos-hub.web-server");
const holder = globalThis as { [KEY]?: Server };

/**
 * The one server of this process. Next.js bundles routes apart, so a module's variable could exist several times; this
 * handle does not. It is set when the process starts (instrumentation.ts). Throws before that.
 */
export function server(): Server {
  const current = holder[KEY];
  if (!current) throw new Error("The web server has not been started: instrumentation.ts did not run");
  return current;
}

/** Called once per process, and with nothing when it ends. */
export function setServer(next: Server | undefined): void {
  holder[KEY] = next;
}
