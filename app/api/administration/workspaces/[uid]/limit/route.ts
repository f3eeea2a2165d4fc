import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { budgetChange, personId } from "../../../../parameters.ts";

export const PUT = route(
  {
    id: "setWorkspaceLimit",
    summary:
      "What a workspace may cost in a month at most, and whether its stop is lifted for the rest of this one",
    access: "administrator",
    params: z.object({ uid: personId }),
    body: budgetChange.partial().extend({ lifted: z.boolean().optional() }),
    status: 204,
  },
  async ({ operations, hub, visitor, params: { uid }, body }) => {
    await operations.setWorkspaceLimit(hub, visitor, uid, body);
    return undefined;
  },
);
