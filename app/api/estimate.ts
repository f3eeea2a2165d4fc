import { z } from "zod";

const estimate = z.object({
  cpu: z.number(),
  memory: z.number(),
  storage: z.number(),
  loadBalancers: z.number(),
  least: z.boolean().optional(),
  cost: z.object({ currency: z.string(), monthlyMicros: z.number() }).optional(),
});
const reference = { kind: z.string(), name: z.string() };

/** A `ChangeEstimate`, as the API describes it. */
export const changeEstimate = z.object({
  objects: z.array(
    z.object({
      ...reference,
      expected: z.literal(true).optional(),
      before: estimate.optional(),
      after: estimate,
    }),
  ),
  unread: z.array(z.object(reference)),
});
