import { z } from "zod";
import { route } from "@/lib/auth/route.ts";

const answer = z.object({
  demo: z.array(z.object({ account: z.string(), name: z.string(), administrator: z.boolean() })),
  oidc: z.object({ name: z.string() }).optional(),
  github: z.literal(true).optional(),
});

export const GET = route(
  { id: "getSignInOptions", summary: "The ways to sign in", access: "public", answer },
  async ({ signInOptions }) => signInOptions(),
);
