import { route } from "@/lib/auth/route.ts";
import { budgetChange, inNamespace } from "../../../parameters.ts";

export const PUT = route(
  {
    id: "setBudget",
    summary: "What the workspace may cost in a month, set by its owner",
    params: inNamespace,
    body: budgetChange,
    status: 204,
  },
  async ({ operations, hub, visitor, params: { ns }, body }) => {
    await operations.setBudget(hub, visitor.uid, ns, body);
    return undefined;
  },
);
