import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { inNamespace, objectName } from "../../../../../parameters.ts";

const opens = z.discriminatedUnion("type", [
  z.object({ type: z.literal("provider"), provider: z.string() }),
  z.object({ type: z.literal("address"), url: z.string() }),
  z.object({ type: z.literal("none"), reason: z.string() }),
]);

export const POST = route(
  {
    id: "launchApp",
    summary: "Run what the image does when its icon is opened or its window closed",
    params: inNamespace.extend({ app: objectName }),
    body: z.strictObject({ event: z.enum(["ON_RUN", "ON_CLOSE"]) }),
    answer: z.object({ opens }),
    status: 202,
  },
  async ({ operations, hub, visitor, params: { ns, app }, body: { event } }) => ({
    opens: await operations.launch(hub, visitor.uid, ns, app, event),
  }),
);
