import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { repositoryParams, tagName } from "../../../../../parameters.ts";

export const GET = route(
  {
    id: "getReadme",
    summary: "The README of an image as sanitised HTML",
    params: repositoryParams,
    query: z.object({ tag: tagName.optional(), locale: z.string().max(10).optional() }),
    answer: z.object({ html: z.string(), locale: z.string() }),
  },
  async ({ operations, hub, visitor, params: { org, repo }, query, locale }) => {
    const image = await hub.catalogue.resolve(visitor.uid, org, repo, query.tag);
    return operations.readmeOf(image, query.locale ?? locale);
  },
);
