import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { repositoryParams } from "../../../../../parameters.ts";

const digest = z.string().regex(/^sha256:[a-f0-9]{64}$/, "not a sha256 digest");

export const GET = route(
  {
    id: "getIcon",
    summary: "The icon of an image (SVG, PNG or WebP)",
    params: repositoryParams,
    query: z.object({ digest: digest.optional(), own: z.string().max(64).optional() }),
    produces: "image/*",
  },
  ({ operations, hub, visitor, params: { org, repo }, query }) =>
    operations.icon(hub, visitor.uid, org, repo, query.digest),
);
