/** The process answers: nothing more is claimed, so that a cluster that is away does not restart the console. */
export async function GET(): Promise<Response> {
  return new Response("ok\n", { headers: { "cache-control": "no-store" } });
}
