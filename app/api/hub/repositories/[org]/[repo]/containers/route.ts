import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { repositoryParams, tagName } from "../../../../../parameters.ts";

export const GET = route(
  {
    id: "listContainerImages",
    summary:
      "The container images that an image's manifests name, with digest and size where they can be asked for",
    params: repositoryParams,
    query: z.object({ tag: tagName.optional() }),
    answer: z.object({
      items: z.array(
        z.object({
          reference: z.string(),
          mirror: z.string().optional(),
          digest: z.string().optional(),
          size: z.number().optional(),
          platform: z.string().optional(),
          unknown: z.enum(["undecided", "not-asked", "credentials", "not-found", "unreachable"]).optional(),
        }),
      ),
    }),
  },
  async ({ operations, hub, visitor, params: { org, repo }, query }) => {
    const image = await hub.catalogue.resolve(visitor.uid, org, repo, query.tag);
    return { items: await operations.containerImagesOf(hub, visitor.uid, image) };
  },
);
