import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { inNamespace, objectName } from "../../../../../parameters.ts";

const text = z.string();
const answer = z.object({
  at: text,
  name: text,
  namespace: text,
  image: text,
  phase: text.optional(),
  conditions: z.array(z.object({ type: text, status: text, reason: text, message: text, since: text })),
  objects: z.array(z.object({ kind: text, name: text, health: text })),
  pods: z.array(
    z.object({
      name: text,
      phase: text,
      containers: z.array(
        z.object({
          name: text,
          state: text,
          restarts: z.number(),
          log: z.object({ text, previous: z.boolean() }).optional(),
        }),
      ),
    }),
  ),
  events: z.array(z.object({ at: text, type: text, reason: text, message: text, object: text })),
  logs: z.enum(["read", "withheld", "too-many-secrets"]),
  morePods: z.number(),
});

export const GET = route(
  {
    id: "troubleshootInstallation",
    summary:
      "Conditions, objects, pods with their last log lines, and events of an installation; secrets are masked",
    params: inNamespace.extend({ name: objectName }),
    answer,
  },
  ({ operations, hub, visitor, request, params: { ns, name } }) =>
    operations.troubleshooting(hub, visitor.uid, ns, name, request.signal),
);
