import { route } from "@/lib/auth/route.ts";
import { revisionParams } from "../../../../../../parameters.ts";
import { saved } from "../../../../../organization.ts";

export const POST = route(
  {
    id: "restoreRepositoryWords",
    summary: "Make a repository's words what they were after that change",
    params: revisionParams,
    answer: saved,
  },
  ({ operations, hub, visitor, params: { org, repo, revision } }) =>
    operations.restore(hub, visitor, org, repo, revision),
);
