import { join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * The server's own code is loaded by Node itself, from its sources, and not by the bundler: one copy of every module,
 * worker threads included, however routes are bundled. Routes reach it through lib/auth/handle.ts.
 */
export async function startWebServer(): Promise<void> {
  const source = pathToFileURL(join(process.cwd(), "lib", "auth", "server.ts")).href;
  const { startServer } = (await import(
    /* turbopackIgnore: true */ source
  )) as typeof import("./lib/auth/server.ts");
  startServer();
}
