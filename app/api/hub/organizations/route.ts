import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { organization, organizationCard } from "../organization.ts";

export const GET = route(
  {
    id: "listOrganizations",
    summary: "The organizations that one belongs to; to an administrator, all",
    answer: z.object({ items: z.array(organizationCard) }),
  },
  async ({ operations, hub, visitor }) => ({ items: operations.listOrganizations(hub, visitor) }),
);

export const POST = route(
  {
    id: "createOrganization",
    summary: "Make an organization and be its owner",
    body: z.strictObject({ name: z.string().max(1000), displayName: z.string().max(1000).optional() }),
    answer: organization,
    status: 201,
  },
  ({ operations, hub, visitor, body }) => operations.createOrganization(hub, visitor, body),
);
