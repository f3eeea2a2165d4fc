import { server } from "@/lib/auth/handle.ts";
import { createListener } from "@/lib/web/listener.ts";
import { findStreamRoute } from "@/lib/web/routes/index.ts";
import { type Served, serve } from "@/lib/web/serve.ts";
import * as authentication from "./auth/[...nextauth]/route.ts";
import { operations } from "./openapi.json/operations.ts";

let streams: Promise<Served> | undefined;

/** Streams are answered on a connection, so they need one. */
async function overHttp(request: Request): Promise<Response> {
  streams ??= serve(
    createListener({
      rest: () => Promise.reject(new Error("not a stream")),
      onError: (error) => {
        throw error;
      },
      environment: {},
    }),
    0,
    "127.0.0.1",
  );
  const { port, server } = await streams;
  server.unref();
  const { pathname, search } = new URL(request.url);
  return fetch(`http://127.0.0.1:${port}${pathname}${search}`, {
    headers: request.headers,
    signal: request.signal,
  });
}

/** Finds the route for an address as Next.js would, and calls it. */
export async function answer(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  server();
  if (pathname.startsWith("/api/auth/")) {
    const nextauth = pathname.slice("/api/auth/".length).split("/");
    return authentication.GET(request, { params: Promise.resolve({ nextauth }) });
  }
  if (request.method === "GET" && findStreamRoute(new URL(request.url))) return overHttp(request);
  for (const { path, method, route } of operations) {
    if (method !== request.method) continue;
    const names: string[] = [];
    const pattern = path.replace(/\{(\w+)\}/g, (_, name: string) => {
      names.push(name);
      return "([^/]+)";
    });
    const match = new RegExp(`^${pattern}$`).exec(pathname);
    if (!match) continue;
    const params = Object.fromEntries(
      names.map((name, at) => [name, decodeURIComponent(match[at + 1] ?? "")]),
    );
    return route(request, { params: Promise.resolve(params) });
  }
  return new Response("no such route", { status: 404 });
}
