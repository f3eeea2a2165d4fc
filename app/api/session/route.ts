import { z } from "zod";
import { route } from "@/lib/auth/route.ts";

const answer = z.object({
  user: z.object({
    uid: z.string(),
    name: z.string(),
    email: z.string().optional(),
    administrator: z.boolean(),
  }),
  workspaces: z.array(
    z.object({ namespace: z.string(), name: z.string(), role: z.enum(["owner", "editor", "viewer"]) }),
  ),
  demo: z.boolean(),
  version: z.string(),
  binDays: z.number(),
});

export const GET = route(
  { id: "getSession", summary: "Who is signed in, and which workspaces they have", answer },
  ({ operations, hub, visitor }) => {
    const { uid, name, email, administrator } = visitor;
    return operations.sessionView(hub, { uid, name, ...(email && { email }), administrator });
  },
);

export const DELETE = route(
  { id: "endSession", summary: "Sign out what the request was made with", status: 204 },
  async ({ hub, visitor }) => {
    await hub.sessions.close(visitor.session.id);
    hub.log.info({ uid: visitor.uid }, "signed out");
    return undefined;
  },
);
