import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { repositoryParams } from "../../../../../parameters.ts";
import { words } from "../../../../organization.ts";

const entry = z.object({
  revision: z.number(),
  user: z.string(),
  name: z.string(),
  at: z.string(),
  changed: z.array(z.string()),
  restored: z.number().optional(),
  before: words,
  after: words,
});

export const GET = route(
  {
    id: "getRepositoryHistory",
    summary: "Who changed what of a repository's words, and when",
    params: repositoryParams,
    answer: z.object({ items: z.array(entry) }),
  },
  ({ operations, hub, visitor, params: { org, repo } }) => operations.history(hub, visitor, org, repo),
);
