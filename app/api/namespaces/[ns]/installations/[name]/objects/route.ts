import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { inNamespace, objectName } from "../../../../../parameters.ts";

const answer = z.array(
  z.object({
    apiVersion: z.string(),
    kind: z.string(),
    name: z.string(),
    namespace: z.string().optional(),
    health: z.enum(["Current", "InProgress", "Failed", "Terminating", "NotFound", "Unknown"]),
    message: z.string(),
    reason: z.string().optional(),
    params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  }),
);

export const GET = route(
  {
    id: "listInstallationObjects",
    summary: "Everything an installation consists of, with its health",
    params: inNamespace.extend({ name: objectName }),
    answer,
  },
  ({ operations, hub, visitor, params: { ns, name } }) => operations.objectsOf(hub, visitor.uid, ns, name),
);
