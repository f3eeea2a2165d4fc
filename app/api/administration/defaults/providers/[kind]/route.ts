import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { kindName, providerImage } from "../../../../parameters.ts";

export const PUT = route(
  {
    id: "setDefaultProvider",
    summary: "Which provider a kind gets where several could bring it and nobody chooses",
    access: "administrator",
    params: z.object({ kind: kindName }),
    body: z.strictObject({ image: providerImage.nullable() }),
    status: 204,
  },
  async ({ operations, hub, visitor, params: { kind }, body: { image } }) => {
    await operations.setDefaultProvider(hub, visitor, kind, image);
    return undefined;
  },
);
