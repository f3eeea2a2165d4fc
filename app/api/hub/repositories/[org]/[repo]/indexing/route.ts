import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { repositoryParams } from "../../../../../parameters.ts";

const answer = z.object({
  state: z.enum(["content", "pending", "ok", "failed"]),
  reason: z.string().optional(),
  since: z.string().optional(),
  checkedAt: z.string().optional(),
  message: z.string().optional(),
  mayCheck: z.boolean(),
});

export const GET = route(
  {
    id: "getIndexing",
    summary: "What came of looking at a repository's registry last, and when that was",
    params: repositoryParams,
    answer,
  },
  async ({ operations, hub, visitor, params: { org, repo } }) =>
    operations.indexingView(hub, visitor, org, repo),
);

export const POST = route(
  {
    id: "checkRepository",
    summary: "Have a repository's registry looked at now; checkedAt moves once that was done",
    params: repositoryParams,
    answer,
    status: 202,
  },
  ({ operations, hub, visitor, params: { org, repo } }) => operations.checkNow(hub, visitor, org, repo),
);
