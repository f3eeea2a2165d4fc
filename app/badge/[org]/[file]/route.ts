import { z } from "zod";
import { repositoryParams } from "@/app/api/parameters.ts";
import { route } from "@/lib/auth/route.ts";

const { org, repo } = repositoryParams.shape;
/** `affine.svg`, as pages that show images expect it. */
const file = z
  .string()
  .endsWith(".svg")
  .transform((name) => name.slice(0, -".svg".length))
  .pipe(repo);

export const GET = route(
  {
    id: "getBadge",
    summary: "A badge for READMEs elsewhere; public images only",
    access: "public",
    params: z.object({ org, file }),
    query: z.object({ lang: z.enum(["en", "zh"]).catch("en") }),
    produces: "image/svg+xml",
  },
  async ({ operations, hub, params, query }) => operations.badge(hub, params.org, params.file, query.lang),
);
