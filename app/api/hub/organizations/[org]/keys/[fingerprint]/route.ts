import { route } from "@/lib/auth/route.ts";
import { keyParams } from "../../../../../parameters.ts";

export const DELETE = route(
  {
    id: "removeOrganizationKey",
    summary: "Take a public key away; what it signed is not verified by it any more",
    params: keyParams,
    status: 204,
  },
  async ({ operations, hub, visitor, params }) => {
    await operations.removePublicKey(hub, visitor, params.org, params.fingerprint);
    return undefined;
  },
);
