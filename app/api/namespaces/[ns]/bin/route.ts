import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { inNamespace } from "../../../parameters.ts";

const answer = z.object({
  items: z.array(
    z.object({
      name: z.string(),
      installation: z.string(),
      title: z.string(),
      image: z.string(),
      removedAt: z.string(),
      expiresAt: z.string().optional(),
      volumes: z.array(z.object({ name: z.string(), bytes: z.number() })),
      secrets: z.number(),
      taken: z.boolean(),
    }),
  ),
});

export const GET = route(
  { id: "listBin", summary: "Uninstalled apps that can be restored", params: inNamespace, answer },
  async ({ operations, hub, visitor, params: { ns } }) => ({
    items: await operations.bin(hub, visitor.uid, ns),
  }),
);

export const DELETE = route(
  { id: "emptyBin", summary: "Delete everything in the bin for good", params: inNamespace, status: 204 },
  async ({ operations, hub, visitor, params: { ns } }) => {
    await operations.clearBin(hub, visitor.uid, ns);
    return undefined;
  },
);
