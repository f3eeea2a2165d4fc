import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { inNamespace, usageGap, usageRange } from "../../../parameters.ts";

const app = z.object({
  cpuSeconds: z.number(),
  memoryByteSeconds: z.number(),
  storageByteSeconds: z.number(),
  loadBalancerSeconds: z.number().optional(),
  /** By meter and price; images' own meters are here whether they have a price or not. */
  charges: z
    .array(
      z.object({
        meter: z.string(),
        unit: z.string(),
        per: z.enum(["hour", "each"]),
        amount: z.number(),
        price: z.string().optional(),
        cost: z.number().optional(),
      }),
    )
    .optional(),
  /** Integer micro-units of the currency. */
  cost: z.number().optional(),
});
const answer = z.object({
  days: z.array(
    z.object({
      day: z.string(),
      upTo: z.string().optional(),
      currency: z.string().optional(),
      apps: z.record(z.string(), app),
      gaps: z.array(usageGap),
    }),
  ),
});

export const GET = route(
  {
    id: "getUsage",
    summary: "What a workspace used, by day and app, and what it cost",
    params: inNamespace,
    query: usageRange,
    answer,
  },
  async ({ operations, hub, visitor, params: { ns }, query }) => ({
    days: await operations.usageOf(hub, visitor.uid, ns, query),
  }),
);
