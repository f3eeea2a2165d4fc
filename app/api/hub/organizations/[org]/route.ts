import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { organizationParams } from "../../../parameters.ts";
import { organization } from "../../organization.ts";

export const GET = route(
  {
    id: "getOrganization",
    summary: "An organization that one belongs to: its people, invitations and images",
    params: organizationParams,
    answer: organization,
  },
  ({ operations, hub, visitor, params }) => operations.organizationView(hub, visitor, params.org),
);

export const PATCH = route(
  {
    id: "changeOrganization",
    summary: "Change what an organization says of itself",
    params: organizationParams,
    body: z.strictObject({
      displayName: z.string().max(10_000).optional(),
      description: z.string().max(10_000).optional(),
    }),
    answer: organization,
  },
  ({ operations, hub, visitor, params, body }) =>
    operations.changeOrganization(hub, visitor, params.org, body),
);

export const DELETE = route(
  {
    id: "deleteOrganization",
    summary: "Delete an organization that publishes nothing",
    params: organizationParams,
    status: 204,
  },
  async ({ operations, hub, visitor, params }) => {
    await operations.removeOrganization(hub, visitor, params.org);
    return undefined;
  },
);
