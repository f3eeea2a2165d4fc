import { server } from "@/lib/auth/handle.ts";

/** 200 once every kind that pages show has been listed; else 503 with what is being waited for. */
export async function GET(): Promise<Response> {
  const state = server().hub.ready();
  return Response.json(state, { status: state.ready ? 200 : 503, headers: { "cache-control": "no-store" } });
}
