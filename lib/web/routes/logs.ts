import { z } from "zod";
import { route } from "../../auth/route.ts";
import { EventStreamResponse } from "../event-stream.ts";
import { inNamespace, objectName } from "../parameters.ts";

const flag = z
  .enum(["true", "false"])
  .default("false")
  .transform((value) => value === "true");

export const GET = route(
  {
    id: "streamLogs",
    summary: "A container's log as server-sent events: one line each, then `event: end`",
    params: inNamespace.extend({ pod: objectName }),
    query: z.object({
      container: objectName.optional(),
      tail: z.coerce.number().int().min(1).max(10_000).default(500),
      follow: flag,
      previous: flag,
    }),
    produces: "text/event-stream",
  },
  async ({ operations, hub, visitor, params: { ns, pod }, query }) => {
    const { container, tail, follow, previous } = query;
    const who = { uid: visitor.uid, namespace: ns, session: visitor.session };
    const options = { ...(container && { container }), tailLines: tail, follow, previous };
    return new EventStreamResponse(await operations.streamLogs(hub, who, pod, options));
  },
);
