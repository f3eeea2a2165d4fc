import { z } from "zod";
import { route } from "@/lib/auth/route.ts";

const answer = z.object({
  kinds: z.array(
    z.object({
      apiVersion: z.string(),
      kind: z.string(),
      plural: z.string(),
      provider: z.string(),
      resource: z.string(),
      title: z.string(),
      start: z.string().optional(),
      actions: z.array(z.looseObject({ name: z.string() })),
    }),
  ),
  offeredBy: z.string().optional(),
});

export const GET = route(
  {
    id: "listKinds",
    summary: "Which provider answers for which kind, and which image would for one that none does",
    query: z.object({ apiVersion: z.string().max(253).optional(), kind: z.string().max(63).optional() }),
    answer,
  },
  ({ operations, hub, visitor, query }) => operations.kindsView(hub, visitor.uid, query),
);
