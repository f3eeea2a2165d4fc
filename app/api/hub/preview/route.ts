import { z } from "zod";
import { route } from "@/lib/auth/route.ts";

export const POST = route(
  {
    id: "previewReadme",
    summary: "A README as sanitised HTML, as its image's page would show it",
    body: z.strictObject({ markdown: z.string().max(512 * 1024) }),
    answer: z.object({ html: z.string() }),
    maxBodyBytes: 2 * 1024 * 1024,
  },
  async ({ operations, hub, visitor, body }) => ({
    html: await hub.shares.previews.during(visitor.uid, () => operations.renderReadmeApart(body.markdown)),
  }),
);
