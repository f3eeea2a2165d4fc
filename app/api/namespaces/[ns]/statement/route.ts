import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { inNamespace, month, usageGap } from "../../../parameters.ts";

const line = z.object({
  meter: z.string(),
  unit: z.string(),
  per: z.enum(["hour", "each"]),
  /** Hours of a unit; of counters, units. */
  amount: z.number(),
  price: z.string().optional(),
  /** Integer micro-units of the currency. */
  cost: z.number().optional(),
  currency: z.string().optional(),
});
const answer = z.object({
  month: z.string(),
  /** All of the month is written: nothing of it changes any more. */
  closed: z.boolean(),
  apps: z.array(z.object({ app: z.string(), lines: z.array(line) })),
  meters: z.array(line),
  totals: z.record(z.string(), z.number()),
  changes: z.array(
    z.object({
      day: z.string(),
      app: z.string(),
      meter: z.string(),
      unit: z.string(),
      before: z.string(),
      after: z.string(),
    }),
  ),
  gaps: z.array(usageGap),
});

export const GET = route(
  {
    id: "getStatement",
    summary: "What a month cost a workspace, by app, meter and price",
    params: inNamespace,
    query: z.object({ month }),
    answer,
  },
  ({ operations, hub, visitor, params: { ns }, query }) =>
    operations.monthlyStatement(hub, visitor.uid, ns, query.month),
);
