import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { organization } from "../organization.ts";

export const POST = route(
  {
    id: "acceptInvitation",
    summary: "Become a member by an invitation's code",
    body: z.strictObject({ code: z.string().max(200) }),
    answer: organization,
  },
  ({ operations, hub, visitor, body }) => operations.accept(hub, visitor, body.code),
);
