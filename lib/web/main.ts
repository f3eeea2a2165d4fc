import { parseArgs } from "node:util";
import next from "next";
import { server as current } from "../auth/handle.ts";
import { createListener } from "./listener.ts";
import { type Served, serve } from "./serve.ts";

// The web process: event streams are answered here (listener.ts), everything else by Next.js, which starts what both
// need (instrumentation.ts). `--dev` builds pages as they are asked for.
const { values } = parseArgs({ options: { dev: { type: "boolean", default: false } } });
const port = Number(process.env.PORT || 3000);
const hostname = process.env.HOST || undefined;

const { promise: prepared, resolve: begin } = Promise.withResolvers<void>();
const listener = createListener({
  rest: (request, response) => pages(request, response),
  onError: (error) => current().hub.log.error({ err: error }, "a request could not be answered"),
});

let served: Served;
try {
  served = await serve(
    (request, response) => {
      prepared.then(() => listener(request, response));
    },
    port,
    hostname,
  );
} catch (error) {
  process.stderr.write(`The web server cannot listen on port ${port}: ${(error as Error).message}\n`);
  process.exit(1);
}
const app = next({
  dev: values.dev,
  port: served.port,
  ...(hostname && { hostname }),
  httpServer: served.server,
});
const pages = app.getRequestHandler();
try {
  await app.prepare();
} catch (error) {
  process.stderr.write(`The web server cannot start: ${(error as Error).message}\n`);
  process.exit(1);
}
begin();

let stopping = false;
for (const signal of ["SIGTERM", "SIGINT"] as const)
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    // Streams would never end by themselves; their browsers open them again at another replica.
    current().hub.drain();
    served
      .close()
      .then(() => app.close())
      .finally(() => process.exit(0));
  });
