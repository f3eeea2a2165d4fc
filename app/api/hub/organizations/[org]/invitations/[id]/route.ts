import { route } from "@/lib/auth/route.ts";
import { invitationParams } from "../../../../../parameters.ts";

export const DELETE = route(
  {
    id: "withdrawInvitation",
    summary: "Make an invitation open nothing any more",
    params: invitationParams,
    status: 204,
  },
  async ({ operations, hub, visitor, params }) => {
    await operations.withdrawInvitation(hub, visitor, params.org, params.id);
    return undefined;
  },
);
