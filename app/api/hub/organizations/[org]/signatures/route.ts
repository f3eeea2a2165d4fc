import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { organizationParams } from "../../../../parameters.ts";
import { organization } from "../../../organization.ts";

export const PUT = route(
  {
    id: "setOrganizationSignatures",
    summary: "Let only signed images of an organization be installed, or not",
    params: organizationParams,
    body: z.strictObject({ required: z.boolean() }),
    answer: organization,
  },
  ({ operations, hub, visitor, params, body }) =>
    operations.requireSignature(hub, visitor, params.org, body.required),
);
