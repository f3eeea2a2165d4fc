import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { memberParams } from "../../../../../parameters.ts";
import { organization, role } from "../../../../organization.ts";

export const PUT = route(
  {
    id: "setOrganizationMember",
    summary: "Add a person to an organization, or give a member another role",
    params: memberParams,
    body: z.strictObject({ role }),
    answer: organization,
  },
  ({ operations, hub, visitor, params, body }) =>
    operations.setMember(hub, visitor, params.org, params.user, body.role),
);

export const DELETE = route(
  {
    id: "removeOrganizationMember",
    summary: "Remove a member, or leave",
    params: memberParams,
    status: 204,
  },
  async ({ operations, hub, visitor, params }) => {
    await operations.removeMember(hub, visitor, params.org, params.user);
    return undefined;
  },
);
