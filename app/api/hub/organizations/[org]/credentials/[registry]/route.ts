import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { credentialParams } from "../../../../../parameters.ts";

const text = z.string().min(1).max(4096);

export const PUT = route(
  {
    id: "setRegistryCredential",
    summary: "What an organization is known by at one registry, kept if the registry does not refuse it",
    params: credentialParams,
    body: z.strictObject({ username: text, password: text }),
    answer: z.object({ registry: z.string(), signIn: z.enum(["signed-in", "not-asked", "unreachable"]) }),
  },
  ({ operations, hub, visitor, params: { org, registry }, body }) =>
    operations.setCredential(hub, visitor, org, { registry, ...body }),
);

export const DELETE = route(
  {
    id: "forgetRegistryCredential",
    summary: "Forget what an organization is known by at one registry",
    params: credentialParams,
    status: 204,
  },
  async ({ operations, hub, visitor, params: { org, registry } }) => {
    await operations.forgetCredential(hub, visitor, org, registry);
    return undefined;
  },
);
