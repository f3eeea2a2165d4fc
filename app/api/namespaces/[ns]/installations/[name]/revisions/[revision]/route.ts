import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { clusterObject, inNamespace, objectName, objectNames } from "../../../../../../parameters.ts";
import { planAnswer } from "../../../../plan/answer.ts";

const params = inNamespace.extend({ name: objectName, revision: z.coerce.number().int().min(1) });

export const GET = route(
  {
    id: "planRollback",
    summary: "What going back to a revision would do; nothing is changed",
    params,
    query: z.object({ recreate: z.string().max(16_000).optional() }),
    answer: planAnswer,
  },
  ({ operations, hub, visitor, params: { ns, name, revision }, query }) => {
    const recreate = query.recreate?.split(",");
    return hub.shares.plans.during(visitor.uid, () =>
      operations.planRollback(hub, visitor.uid, ns, name, { revision, recreate }),
    );
  },
);

export const POST = route(
  {
    id: "rollBack",
    summary: "Go back to a revision",
    params,
    body: z.strictObject({ recreate: objectNames.optional() }),
    answer: clusterObject,
  },
  ({ operations, hub, visitor, params: { ns, name, revision }, body }) =>
    operations.rollBack(hub, visitor.uid, ns, name, { revision, ...body }),
);
