import { z } from "zod";
import { json, route } from "@/lib/auth/route.ts";
import { changeEstimate } from "../../../estimate.ts";
import { clusterObject, inNamespace, inputValues, objectName } from "../../../parameters.ts";
import { dryRunQuery } from "../providers/instances.ts";

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
    summary:
      "Run an action of an image on an installation or on a provider's instance; with dryRun only tell what it would change of an instance's requests and cost",
    params: inNamespace,
    query: dryRunQuery,
    body,
    answer: z.union([clusterObject, changeEstimate]),
    status: 201,
  },
  async ({ operations, hub, visitor, params: { ns }, query, body: wanted }) => {
    if (query.dryRun !== "true") return json(await operations.runAction(hub, visitor.uid, ns, wanted), 201);
    const estimate = () => operations.estimateAction(hub, visitor.uid, ns, wanted);
    return json(await hub.shares.plans.during(visitor.uid, estimate), 200);
  },
);
