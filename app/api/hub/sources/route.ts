import { z } from "zod";
import { route } from "@/lib/auth/route.ts";

export const POST = route(
  {
    id: "checkSource",
    summary: "Whether a registry has tags where somebody is about to publish from, asked as the organization",
    body: z.strictObject({ organization: z.string().max(1000), source: z.string().max(10_000) }),
    answer: z.object({
      state: z.enum([
        "found",
        "empty",
        "credentials",
        "refused",
        "not-found",
        "forbidden",
        "not-a-registry",
        "busy",
        "unreachable",
      ]),
      registry: z.string(),
      tags: z.number(),
      message: z.string().optional(),
    }),
  },
  ({ operations, hub, visitor, body }) => operations.checkSource(hub, visitor, body),
);
