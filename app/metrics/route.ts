import { server } from "@/lib/auth/handle.ts";

/**
 * Prometheus text format. It names no person and no workspace; keep it from the public all the same: with METRICS_PORT
 * it is served there, where no Ingress leads, and not here.
 */
export async function GET(): Promise<Response> {
  const { hub } = server();
  if (hub.config.metrics) return new Response("not found\n", { status: 404 });
  hub.informers.measure();
  const { registry } = hub.metrics;
  return new Response(await registry.metrics(), {
    headers: { "content-type": registry.contentType, "cache-control": "no-store" },
  });
}
