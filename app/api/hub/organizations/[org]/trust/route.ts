import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { organizationParams } from "../../../../parameters.ts";
import { organization } from "../../../organization.ts";

export const PUT = route(
  {
    id: "setOrganizationTrust",
    summary: "Let an organization's images be offered to the whole cluster, or not",
    access: "administrator",
    params: organizationParams,
    body: z.strictObject({ trusted: z.boolean() }),
    answer: organization,
  },
  ({ operations, hub, visitor, params, body }) => operations.setTrust(hub, visitor, params.org, body.trusted),
);
