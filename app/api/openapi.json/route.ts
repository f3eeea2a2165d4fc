import { server } from "@/lib/auth/handle.ts";
import { apiDescription } from "./document.ts";
import { operations } from "./operations.ts";

export async function GET(): Promise<Response> {
  return Response.json(apiDescription(operations, server().hub.config.version), {
    headers: { "cache-control": "public, max-age=300" },
  });
}
