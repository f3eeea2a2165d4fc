import { route } from "@/lib/auth/route.ts";
import { clusterObject, inNamespace, objectName } from "../../../../../parameters.ts";

export const POST = route(
  {
    id: "restoreFromBin",
    summary: "Install an uninstalled app again, as it was",
    params: inNamespace.extend({ name: objectName }),
    answer: clusterObject,
    status: 201,
  },
  ({ operations, hub, visitor, params: { ns, name } }) => operations.takeFromBin(hub, visitor.uid, ns, name),
);
