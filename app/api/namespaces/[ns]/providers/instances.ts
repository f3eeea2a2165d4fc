import { z } from "zod";
import { changeEstimate } from "../../../estimate.ts";
import { clusterObject, inNamespace, objectName } from "../../../parameters.ts";

/** What the routes of a provider's instances share. */
export const kindParams = inNamespace.extend({
  provider: objectName,
  plural: z.string().regex(/^[a-z0-9]+$/, "not a resource name"),
});
export const instanceParams = kindParams.extend({ name: objectName });
export const objectBody = z.strictObject({ object: z.looseObject({}) });
/** With `dryRun` it says what the change would make of requests and cost. */
export const objectAnswer = z.object({ object: clusterObject, estimate: changeEstimate.optional() });
export const dryRunQuery = z.object({ dryRun: z.enum(["true", "false"]).default("false") });
