import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { namespaceName } from "../parameters.ts";

const query = z.object({
  namespace: namespaceName,
  topic: z.preprocess(
    (value) => (value === undefined ? [] : [value].flat()),
    z.array(z.string().max(400)).min(1).max(32),
  ),
});

export const GET = route(
  {
    id: "openStream",
    summary: "Live state of a workspace as server-sent events; each `data:` is a StreamEvent",
    query,
    produces: "text/event-stream",
  },
  async ({ operations, hub, visitor, query: { namespace, topic }, request }) => {
    const topics = [...new Set(topic)].map(operations.parseTopic);
    const { uid, session } = visitor;
    const body = await operations.openStream(hub, {
      uid,
      session,
      namespace,
      topics,
      signal: request.signal,
    });
    return new Response(body, { headers: operations.streamHeaders });
  },
);
