import { z } from "zod";
import { route } from "../../auth/route.ts";
import { EventStreamResponse } from "../event-stream.ts";
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
  async ({ operations, hub, visitor: { uid, session }, query: { namespace, topic } }) => {
    const topics = [...new Set(topic)].map(operations.parseTopic);
    return new EventStreamResponse(await operations.openStream(hub, { uid, session, namespace, topics }));
  },
);
