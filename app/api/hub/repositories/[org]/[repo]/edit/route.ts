import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { repositoryParams } from "../../../../../parameters.ts";
import { EDIT_BYTES, editView, saved, words } from "../../../../organization.ts";

export const GET = route(
  {
    id: "getRepositoryWords",
    summary: "What publishers edit of a repository, beside what its image says",
    params: repositoryParams,
    answer: editView,
  },
  ({ operations, hub, visitor, params: { org, repo } }) => operations.editView(hub, visitor, org, repo),
);

export const PUT = route(
  {
    id: "saveRepositoryWords",
    summary: "Save what was made of `base`; what others changed meanwhile stays",
    params: repositoryParams,
    body: z.strictObject({ base: words, words }),
    answer: saved,
    maxBodyBytes: EDIT_BYTES,
  },
  ({ operations, hub, visitor, params: { org, repo }, body }) =>
    operations.saveWords(hub, visitor, org, repo, body),
);
