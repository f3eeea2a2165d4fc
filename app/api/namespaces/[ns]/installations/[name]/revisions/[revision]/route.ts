import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { clusterObject, inNamespace, objectName } from "../../../../../../parameters.ts";
import { planAnswer } from "../../../../plan/answer.ts";

const params = inNamespace.extend({ name: objectName, revision: z.coerce.number().int().min(1) });

export const GET = route(
  {
    id: "planRollback",
    summary: "What going back to a revision would do; nothing is changed",
    params,
    answer: planAnswer,
  },
  ({ operations, hub, visitor, params: { ns, name, revision } }) =>
    hub.shares.plans.during(visitor.uid, () => operations.planRollback(hub, visitor.uid, ns, name, revision)),
);

export const POST = route(
  { id: "rollBack", summary: "Go back to a revision", params, answer: clusterObject },
  ({ operations, hub, visitor, params: { ns, name, revision } }) =>
    operations.rollBack(hub, visitor.uid, ns, name, revision),
);
