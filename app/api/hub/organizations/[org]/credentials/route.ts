import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { organizationParams } from "../../../../parameters.ts";

const text = z.string().min(1).max(4096);

export const GET = route(
  {
    id: "listRegistryCredentials",
    summary: "The registries that an organization is known at, and as whom; never a password",
    params: organizationParams,
    answer: z.object({ items: z.array(z.object({ registry: z.string(), username: z.string() })) }),
  },
  async ({ operations, hub, visitor, params }) => ({
    items: await operations.credentialHosts(hub, visitor, params.org),
  }),
);

/** Passwords go in and never come out: there is no way to read them here. */
export const PUT = route(
  {
    id: "setOrganizationCredentials",
    summary:
      "What an organization is known by at registries, in place of what was kept before; an empty list forgets it",
    params: organizationParams,
    body: z.strictObject({
      credentials: z
        .array(
          z.strictObject({
            registry: z
              .string()
              .max(253)
              .regex(/^[\w.-]+(:\d{1,5})?$/, "not a registry's host and port"),
            username: text,
            password: text,
          }),
        )
        .max(16),
    }),
    status: 204,
  },
  async ({ operations, hub, visitor, params, body }) => {
    await operations.setCredentials(hub, visitor, params.org, body.credentials);
    return undefined;
  },
);
