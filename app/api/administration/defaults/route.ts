import { z } from "zod";
import { route } from "@/lib/auth/route.ts";

const offer = z.object({
  image: z.string(),
  title: z.string(),
  i18n: z.record(z.string(), z.object({ title: z.string() })).optional(),
  trusted: z.boolean(),
  installed: z.boolean(),
});
const answer = z.object({
  organizations: z.array(
    z.object({
      name: z.string(),
      displayName: z.string(),
      trusted: z.boolean(),
      keys: z.array(z.object({ fingerprint: z.string(), kind: z.string() })),
      requireSignature: z.boolean(),
      images: z.number(),
    }),
  ),
  kinds: z.array(
    z.object({
      kind: z.string(),
      offers: z.array(offer),
      preset: z.string().optional(),
      fits: z.boolean(),
    }),
  ),
  settings: z.object({
    requireSignatures: z.boolean(),
    quota: z.record(z.string(), z.string()),
    currency: z.string().optional(),
    pricesProblem: z.string().optional(),
    meteredUpTo: z.string().optional(),
    binDays: z.number(),
    mirrors: z.number(),
    runnerImage: z.string().optional(),
    signIn: z.array(z.string()),
  }),
});

export const GET = route(
  {
    id: "getDefaults",
    summary: "Whom the cluster trusts, and what holds for all workspaces",
    access: "administrator",
    answer,
  },
  ({ operations, hub, visitor }) => operations.defaultsView(hub, visitor),
);
