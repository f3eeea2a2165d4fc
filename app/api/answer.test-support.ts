import { server } from "@/lib/auth/handle.ts";
import * as authentication from "./auth/[...nextauth]/route.ts";
import { operations } from "./openapi.json/operations.ts";

/** Finds the route for an address as Next.js would, and calls it. */
export async function answer(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  server();
  if (pathname.startsWith("/api/auth/")) {
    const nextauth = pathname.slice("/api/auth/".length).split("/");
    return authentication.GET(request, { params: Promise.resolve({ nextauth }) });
  }
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
