import { server } from "@/lib/auth/handle.ts";

/** Prometheus text format. It names no person and no workspace; keep it from the public by the Ingress all the same. */
export async function GET(): Promise<Response> {
  const { hub } = server();
  hub.informers.measure();
  const { registry } = hub.metrics;
  return new Response(await registry.metrics(), {
    headers: { "content-type": registry.contentType, "cache-control": "no-store" },
  });
}
