/** Starts what lives as long as the process, once, before the first request. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === "nodejs") {
    const { startWebServer } = await import("./instrumentation-node.ts");
    await startWebServer();
  }
}
