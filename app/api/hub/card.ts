import { z } from "zod";

const localized = z.object({ title: z.string().optional(), description: z.string().optional() });

export const mode = z.enum(["provider", "shared", "application"]);
export const repositoryCard = z.object({
  org: z.string(),
  repo: z.string(),
  title: z.string(),
  description: z.string(),
  mode,
  categories: z.array(z.string()),
  installs: z.number(),
  verified: z.boolean(),
  signedBy: z.string().optional(),
  latestTag: z.string(),
  updatedAt: z.string(),
  icon: z.string(),
  i18n: z.record(z.string(), localized),
  orgTitle: z.string(),
});
