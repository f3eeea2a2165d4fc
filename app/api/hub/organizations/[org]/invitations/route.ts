import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { organizationParams } from "../../../../parameters.ts";
import { organization, role } from "../../../organization.ts";

export const POST = route(
  {
    id: "inviteToOrganization",
    summary: "Make a link that lets one person in, once, within a week",
    params: organizationParams,
    body: z.strictObject({ role }),
    answer: z.object({ code: z.string(), url: z.string(), expiresAt: z.string(), organization }),
    status: 201,
  },
  ({ operations, hub, visitor, params, body }) => operations.invite(hub, visitor, params.org, body.role),
);
