import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { instanceParams } from "../../../../instances.ts";

export const GET = route(
  {
    id: "listActions",
    summary:
      "What can be started on an instance as it is now: present values, and only choices that it allows",
    params: instanceParams,
    answer: z.object({ actions: z.array(z.looseObject({ name: z.string() })) }),
  },
  async ({ operations, hub, visitor, params: { ns, provider, plural, name } }) => {
    const { kind } = await hub.instances.kind(provider, plural);
    const instance = { apiVersion: kind.apiVersion, kind: kind.kind, name };
    return { actions: await operations.actionsOn(hub, visitor.uid, ns, instance) };
  },
);
