import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { doors } from "@/lib/model/door.ts";
import { inNamespace, objectName } from "../../../../../parameters.ts";

const answer = z.array(
  z.object({
    revision: z.number(),
    image: z.string(),
    digest: z.string(),
    inputs: z.record(z.string(), z.string()),
    at: z.string(),
    by: z.string().optional(),
    door: z.enum(doors).optional(),
    program: z.string().optional(),
    current: z.boolean(),
    before: z.boolean(),
  }),
);

export const GET = route(
  {
    id: "listRevisions",
    summary: "What an installation can go back to, the newest first",
    params: inNamespace.extend({ name: objectName }),
    answer,
  },
  ({ operations, hub, visitor, params: { ns, name } }) => operations.revisions(hub, visitor.uid, ns, name),
);
