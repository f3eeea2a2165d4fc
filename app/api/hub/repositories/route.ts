import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { mode, repositoryCard } from "../card.ts";
import { editView, visibility } from "../organization.ts";

const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === "" ? undefined : value), schema.optional());

const query = z.object({
  q: z.string().max(200).optional(),
  category: optional(z.string().max(100)),
  mode: optional(mode),
  organization: optional(z.string().max(128)),
  needs: optional(z.string().max(300)),
  verified: optional(z.literal("true").transform(() => true as const)),
  signed: optional(z.literal("true").transform(() => true as const)),
  sort: optional(z.enum(["relevance", "installs", "updated", "name"])),
  offset: z.coerce.number().int().min(0).max(100_000).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(48),
});

/** Unmarked and marked pieces in turns. */
const pieces = z.array(z.string());
const marks = z.object({
  title: pieces.optional(),
  description: pieces.optional(),
  snippet: pieces.optional(),
});
const count = z.object({ name: z.string(), count: z.number() });

const answer = z.object({
  items: z.array(repositoryCard.extend({ marks: marks.optional() })),
  total: z.number(),
  categories: z.array(count),
  organizations: z.array(count.extend({ title: z.string() })),
  needs: z.array(count),
  verified: z.number(),
  signed: z.number(),
  modes: z.array(z.object({ name: mode, count: z.number() })),
  nearest: z.array(repositoryCard).optional(),
});

export const GET = route(
  { id: "listRepositories", summary: "Search the Image Hub", query, answer },
  async ({ hub, visitor, query: wanted, locale }) => hub.catalogue.list(visitor.uid, wanted, locale),
);

export const POST = route(
  {
    id: "publishRepository",
    summary: "Publish the images of a registry's repository in the Hub",
    body: z.strictObject({
      organization: z.string().max(1000),
      repository: z.string().max(1000),
      source: z.string().max(10_000),
      visibility: visibility.default("public"),
    }),
    answer: editView,
    status: 201,
  },
  ({ operations, hub, visitor, body }) => operations.publish(hub, visitor, body),
);
