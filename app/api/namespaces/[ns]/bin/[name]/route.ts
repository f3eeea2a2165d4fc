import { route } from "@/lib/auth/route.ts";
import { inNamespace, objectName } from "../../../../parameters.ts";

export const DELETE = route(
  {
    id: "deleteFromBin",
    summary: "Delete an uninstalled app for good, with its volumes and Secrets",
    params: inNamespace.extend({ name: objectName }),
    status: 204,
  },
  async ({ operations, hub, visitor, params: { ns, name } }) => {
    await operations.clearBin(hub, visitor.uid, ns, name);
    return undefined;
  },
);
