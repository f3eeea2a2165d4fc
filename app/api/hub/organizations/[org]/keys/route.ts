import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { organizationParams } from "../../../../parameters.ts";
import { organization } from "../../../organization.ts";

export const POST = route(
  {
    id: "addOrganizationKey",
    summary: "Add a public key (PEM) that an organization's images are signed with",
    params: organizationParams,
    body: z.strictObject({ publicKey: z.string().max(10_000) }),
    answer: organization,
    status: 201,
  },
  ({ operations, hub, visitor, params, body }) =>
    operations.addPublicKey(hub, visitor, params.org, body.publicKey),
);
