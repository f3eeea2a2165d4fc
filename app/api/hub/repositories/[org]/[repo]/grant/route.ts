import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { repositoryParams, tagName } from "../../../../../parameters.ts";

export const GET = route(
  {
    id: "getGrant",
    summary:
      "What an administrator of the cluster allows with a provider or shared image, in words and as a file",
    access: "administrator",
    params: repositoryParams,
    query: z.object({ tag: tagName.optional() }),
    answer: z.object({
      file: z.string(),
      rights: z.array(z.looseObject({ message: z.string(), level: z.enum(["info", "warning"]) })),
      granted: z.boolean().optional(),
    }),
  },
  async ({ operations, hub, visitor, params: { org, repo }, query }) =>
    operations.grantView(hub, await hub.catalogue.resolve(visitor.uid, org, repo, query.tag)),
);
