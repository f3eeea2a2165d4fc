import { createServer, type Server } from "node:http";
import type { Registry } from "prom-client";

export interface EndpointOptions {
  port: number;
  host: string;
  registry: Registry;
  /** Brings gauges up to date; called before each answer of `/metrics`. */
  measure?: () => void;
  /** Whether there is a reason to send this process no work; a word or two on it. */
  ready?: () => { ready: boolean; [detail: string]: unknown };
}

/**
 * What kubelets and Prometheus ask, on a port that no Ingress leads to: `/healthz` (the process answers), `/readyz` and
 * `/metrics` (Prometheus text format). Rejects when the port cannot be had.
 */
export function serveEndpoints(options: EndpointOptions): Promise<Server> {
  const { registry, measure, ready = () => ({ ready: true }) } = options;
  const server = createServer((request, response) => {
    const answer = (status: number, body: string, type = "text/plain; charset=utf-8") => {
      response.writeHead(status, { "content-type": type, "cache-control": "no-store" }).end(body);
    };
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    if (request.method !== "GET" && request.method !== "HEAD") return answer(405, "only GET\n");
    if (pathname === "/healthz") return answer(200, "ok\n");
    if (pathname === "/readyz") {
      const state = ready();
      return answer(state.ready ? 200 : 503, `${JSON.stringify(state)}\n`, "application/json");
    }
    if (pathname !== "/metrics") return answer(404, "not found\n");
    measure?.();
    registry.metrics().then(
      (text) => answer(200, text, registry.contentType),
      (error: unknown) => answer(500, `${error}\n`),
    );
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, () => resolve(server));
  });
}
