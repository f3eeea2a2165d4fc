import { z } from "zod";

/** Pieces of addresses and bodies that several routes take. */
export { inNamespace, namespaceName, objectName } from "@/lib/web/parameters.ts";

const part = z
  .string()
  .max(128)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "not an organization or repository name");
export const repositoryParams = z.object({ org: part, repo: part });
export const organizationParams = z.object({ org: part });
/** Loose: what is wrong with a host is said at its field. */
export const credentialParams = organizationParams.extend({ registry: z.string().max(300) });
export const memberParams = organizationParams.extend({
  user: z
    .string()
    .max(63)
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, "not a person's id"),
});
export const invitationParams = organizationParams.extend({ id: z.string().regex(/^[a-f0-9]{1,32}$/) });
export const keyParams = organizationParams.extend({
  fingerprint: z.string().regex(/^sha256:[a-f0-9]{64}$/, "not a key's fingerprint"),
});
export const revisionParams = repositoryParams.extend({ revision: z.coerce.number().int().min(1) });
export const tagName = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/, "not a tag");
export const imageDigest = z.string().regex(/^sha256:[a-f0-9]{64}$/, "not a digest");
/** Objects of one app, as `Kind/name`. */
export const objectNames = z
  .array(
    z
      .string()
      .max(320)
      .regex(/^[A-Za-z0-9]+\/[a-z0-9.-]+$/, "not Kind/name"),
  )
  .max(50);
/** `Kind.group`, such as `postgresql.acid.zalan.do`. */
export const kindName = z
  .string()
  .max(316)
  .regex(/^[A-Za-z]([-A-Za-z0-9]*[A-Za-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$/, "not Kind.group");
export const providerImage = z
  .string()
  .max(256)
  .regex(
    /^[a-z0-9]+(-[a-z0-9]+)*\/[a-z0-9]+(-[a-z0-9]+)*(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?$/,
    "not org/repo:tag",
  );
/** Which images bring kinds that the cluster does not serve yet. */
export const providerChoices = z.array(z.strictObject({ kind: kindName, image: providerImage })).max(20);
export const imageReference = z.string().min(1).max(512);
/** Values of an image's inputs, all text. How long they are is judged with the image, which names the input. */
export const inputValues = z.record(z.string().max(128), z.string());
export const installationName = z
  .string()
  .max(53)
  .regex(
    /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
    "begin with a letter; small letters, digits and hyphens; at most 53",
  );
/** Null: no budget any more. What is wrong with an amount is said at its field. */
export const budgetChange = z.strictObject({
  monthly: z.string().trim().max(32).nullable(),
  warnAt: z.number().int().min(1).max(100).optional(),
  stop: z.boolean().optional(),
});
/** Like `2026-01`. */
export const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, "not a month like 2026-01");
export const usageGap = z.object({
  from: z.string(),
  to: z.string(),
  reason: z.enum(["NotRunning", "ClockSet", "MeterFailed"]),
  /** Of a meter that failed. */
  app: z.string().optional(),
  meter: z.string().optional(),
  message: z.string().optional(),
});
export const personId = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, "not a person's id");
const day = z.iso.date();
/** Days (UTC) from and to, both inclusive. */
export const usageRange = z.object({ from: day, to: day });
/** Objects of the cluster are described by their own schemas, not here. */
export const clusterObject = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
});
