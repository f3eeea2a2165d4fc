import { z } from "zod";
import { clusterObject, inNamespace, objectName } from "../../../parameters.ts";

/** What the routes of a provider's instances share. */
export const kindParams = inNamespace.extend({
  provider: objectName,
  plural: z.string().regex(/^[a-z0-9]+$/, "not a resource name"),
});
export const instanceParams = kindParams.extend({ name: objectName });
export const objectBody = z.strictObject({ object: z.looseObject({}) });
export const objectAnswer = z.object({ object: clusterObject });
export const dryRunQuery = z.object({ dryRun: z.enum(["true", "false"]).default("false") });
