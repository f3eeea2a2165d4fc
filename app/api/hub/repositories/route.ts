import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { mode, repositoryCard } from "../card.ts";

const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === "" ? undefined : value), schema.optional());

const query = z.object({
  q: z.string().max(200).optional(),
  category: optional(z.string().max(100)),
  mode: optional(mode),
  sort: optional(z.enum(["relevance", "installs", "updated", "name"])),
  offset: z.coerce.number().int().min(0).max(100_000).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(48),
});

const answer = z.object({
  items: z.array(repositoryCard),
  total: z.number(),
  categories: z.array(z.object({ name: z.string(), count: z.number() })),
  modes: z.array(z.object({ name: mode, count: z.number() })),
  nearest: z.array(repositoryCard).optional(),
});

export const GET = route(
  { id: "listRepositories", summary: "Search the Image Hub", query, answer },
  async ({ hub, visitor, query: wanted, locale }) => hub.catalogue.list(visitor.uid, wanted, locale),
);
