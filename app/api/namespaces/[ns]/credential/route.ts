import { z } from "zod";
import { json, route } from "@/lib/auth/route.ts";
import { SpokenProblem } from "@/lib/hub/messages.ts";
import { inNamespace } from "../../../parameters.ts";

/** A browser never holds a cluster credential, not even for a moment: it would only take one script to carry it off. */
export const POST = route(
  {
    id: "createClusterToken",
    summary: "A token of one's own account in the workspace, for ten minutes (command lines only)",
    params: inNamespace,
    answer: z.object({ token: z.string(), expirationTimestamp: z.string() }),
    status: 201,
  },
  async ({ operations, hub, visitor, params: { ns } }) => {
    hub.members.requireAccount(visitor.uid, ns);
    if (visitor.door !== "command line") throw new SpokenProblem("login-command-line-only");
    return json(await operations.clusterToken(hub, visitor.uid, ns), 201);
  },
);
