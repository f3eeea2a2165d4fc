import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { clusterObject, inNamespace, objectName } from "../../../../parameters.ts";

export const PATCH = route(
  {
    id: "cancelActionRun",
    summary: "Stop a run of an action, or keep it from beginning; one that has ended stays as it is",
    params: inNamespace.extend({ run: objectName }),
    body: z.strictObject({ cancelled: z.literal(true) }),
    answer: clusterObject,
  },
  async ({ operations, hub, visitor, params: { ns, run } }) =>
    operations.cancelRun(hub, visitor.uid, ns, run),
);
