import { z } from "zod";
import { repositoryParams } from "@/app/api/parameters.ts";
import { route } from "@/lib/auth/route.ts";
import { localeOf } from "@/lib/hub/locale.ts";

/** Where `/hub/{org}/{repo}?embed` leads (proxy.ts). It looks at no cookie. */
export const GET = route(
  {
    id: "getEmbeddedCard",
    summary: "The card of a public image, for frames on other sites",
    access: "public",
    params: repositoryParams,
    query: z.object({ lang: z.enum(["en", "zh"]).optional().catch(undefined) }),
    produces: "text/html",
  },
  async ({ operations, hub, request, params: { org, repo }, query }) => {
    const asked = new Headers({ "accept-language": request.headers.get("accept-language") ?? "" });
    return operations.embedCard(hub, org, repo, query.lang ?? localeOf(asked));
  },
);
