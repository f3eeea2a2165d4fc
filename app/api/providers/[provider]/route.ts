import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { objectName } from "../../parameters.ts";

const answer = z.object({
  name: z.string(),
  title: z.string(),
  i18n: z.record(z.string(), z.looseObject({})),
  phase: z.enum(["Pending", "Installing", "Ready", "Failed", "Removing"]),
  message: z.string().optional(),
  image: z.object({ org: z.string(), repo: z.string(), tag: z.string() }),
  icon: z.string(),
  kinds: z.array(z.looseObject({ apiVersion: z.string(), kind: z.string(), plural: z.string() })),
  actions: z.array(z.looseObject({ name: z.string() })),
  metering: z.array(z.looseObject({ name: z.string(), unit: z.string() })),
});

export const GET = route(
  {
    id: "getProvider",
    summary: "A provider of the cluster: the forms, columns and actions of its kinds",
    params: z.object({ provider: objectName }),
    answer,
  },
  ({ operations, hub, params: { provider } }) => operations.providerView(hub, provider),
);
