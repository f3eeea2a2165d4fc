import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { personId } from "../../../../parameters.ts";

const resource = z
  .string()
  .max(400)
  .regex(/^(requests\.(cpu|memory|storage)|pods|count\/[a-z0-9]([-a-z0-9.]*[a-z0-9])?)$/);
const amount = z.string().trim().max(32);

export const PUT = route(
  {
    id: "setWorkspaceQuota",
    summary:
      "How much a workspace may take, amounts as Kubernetes writes them, and how many of a kind (count/PLURAL.GROUP; nothing: the provider's own limit, or none)",
    access: "administrator",
    params: z.object({ uid: personId }),
    body: z.record(resource, amount),
    status: 204,
  },
  async ({ operations, hub, visitor, params: { uid }, body }) => {
    await operations.setWorkspaceQuota(hub, visitor, uid, body);
    return undefined;
  },
);
