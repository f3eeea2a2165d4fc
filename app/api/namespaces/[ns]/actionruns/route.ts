import { z } from "zod";
import { json, route } from "@/lib/auth/route.ts";
import { clusterObject, inNamespace, inputValues, objectName } from "../../../parameters.ts";

const instance = z.strictObject({
  apiVersion: z.string().min(1).max(253),
  kind: z.string().min(1).max(63),
  name: objectName,
});
const body = z
  .strictObject({
    installation: objectName.optional(),
    instance: instance.optional(),
    action: objectName,
    inputs: inputValues.default({}),
  })
  .refine((run) => Boolean(run.installation) !== Boolean(run.instance), {
    message: "name either an installation or an instance",
    path: ["installation"],
  });

export const POST = route(
  {
    id: "createActionRun",
    summary: "Run an action of an image on an installation or on a provider's instance",
    params: inNamespace,
    body,
    answer: clusterObject,
    status: 201,
  },
  async ({ operations, hub, visitor, params: { ns }, body: wanted }) =>
    json(await operations.runAction(hub, visitor.uid, ns, wanted), 201),
);
