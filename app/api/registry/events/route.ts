import { z } from "zod";
import { route } from "@/lib/auth/route.ts";

/** https://distribution.github.io/distribution/about/notifications/: of each event, what says where to look again. */
const body = z.object({
  events: z
    .array(
      z.object({
        action: z.string().max(64).optional(),
        target: z
          .object({ repository: z.string().max(255).optional(), mediaType: z.string().max(255).optional() })
          .optional(),
      }),
    )
    .max(1000),
});

export const POST = route(
  {
    id: "announceRegistryEvents",
    summary:
      "A registry says what was pushed (its notifications, with the shared secret): it is looked at again",
    access: "public",
    caller: "program",
    body,
    answer: z.object({ repositories: z.number() }),
    maxBodyBytes: 1024 * 1024,
    status: 202,
  },
  async ({ operations, hub, request, body: { events } }) => ({
    repositories: await operations.announce(hub, request.headers.get("authorization"), events),
  }),
);
