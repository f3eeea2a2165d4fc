/**
 * Starts what lives as long as the process. It is loaded by Node itself, from its sources, and not by the bundler: one
 * copy of every module, worker threads included, whatever routes are bundled how.
 */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { join } = await import("node:path");
  const { pathToFileURL } = await import("node:url");
  const source = pathToFileURL(join(process.cwd(), "lib", "auth", "server.ts")).href;
  const { startServer } = (await import(
    /* turbopackIgnore: true */ source
  )) as typeof import("./lib/auth/server.ts");
  startServer();
}
