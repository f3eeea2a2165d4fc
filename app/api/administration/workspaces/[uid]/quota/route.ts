import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { personId } from "../../../../parameters.ts";

const amount = z.string().trim().min(1).max(32);

export const PUT = route(
  {
    id: "setWorkspaceQuota",
    summary: "How much a workspace may take; amounts as Kubernetes writes them",
    access: "administrator",
    params: z.object({ uid: personId }),
    body: z.strictObject({
      "requests.cpu": amount.optional(),
      "requests.memory": amount.optional(),
      "requests.storage": amount.optional(),
      pods: amount.optional(),
    }),
    status: 204,
  },
  async ({ operations, hub, visitor, params: { uid }, body }) => {
    await operations.setWorkspaceQuota(hub, visitor, uid, body);
    return undefined;
  },
);
