import { z } from "zod";

/** Meters of one image. */
const MOST = 10;
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** What the cluster itself counts is told from an image's meters by these names, and that alone stops apps. */
const CLUSTERS_OWN = /^(cpu|memory|storage)$/;
const object = { apiVersion: z.string().min(1).max(253), kind: z.string().regex(/^[A-Z][A-Za-z0-9]{0,62}$/) };

const endpoint = z.strictObject({
  /** A Service of the app, in its own namespace; may hold expressions. */
  service: z.string().min(1).max(300),
  port: z.union([z.int().min(1).max(65_535), z.string().regex(/^[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$/)]),
  path: z
    .string()
    .regex(/^\/[A-Za-z0-9\-._~/]*$/)
    .max(200)
    .refine((path) => !path.split("/").some((part) => part === "." || part === "..")),
  /** Where in a JSON answer the number is; absent: the answer is the number. */
  value: z.string().min(1).max(200).optional(),
  counter: z.boolean().default(false),
});

const meter = z
  .strictObject({
    name: z
      .string()
      .max(40)
      .regex(NAME)
      .refine((name) => !CLUSTERS_OWN.test(name), "is what the cluster itself counts"),
    title: z.string().min(1).max(60),
    i18n: z.record(z.string(), z.strictObject({ title: z.string().max(60).optional() })).optional(),
    unit: z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,19}$/),
    field: z.strictObject({ ...object, path: z.string().min(1).max(200) }).optional(),
    count: z.strictObject(object).optional(),
    endpoint: endpoint.optional(),
  })
  .refine(({ field, count, endpoint }) => [field, count, endpoint].filter(Boolean).length === 1, {
    error: "needs exactly one of field, count and endpoint",
  });

/** `spec.metering` of `app.yaml`. */
export const meteringSchema = z
  .array(meter)
  .max(MOST)
  .nullish()
  .transform((meters) => meters ?? [])
  .superRefine((meters, context) => {
    for (const [index, { name }] of meters.entries())
      if (meters.findIndex((other) => other.name === name) !== index)
        context.addIssue({ code: "custom", path: [index, "name"], message: `${name} is there twice` });
  });

/** What of a provider's meters cannot be: its instances are all that it has in a workspace. */
export function refineProviderMeters(
  spec: {
    mode?: string | null | undefined;
    metering: z.output<typeof meteringSchema>;
    provider?: { instances: { apiVersion: string; kind: string }[] } | null | undefined;
  },
  context: z.RefinementCtx,
): void {
  if (spec.mode !== "provider") return;
  for (const [index, { field, count, endpoint }] of spec.metering.entries()) {
    const of = field ?? count;
    const own = spec.provider?.instances.some(
      (each) => each.apiVersion === of?.apiVersion && each.kind === of.kind,
    );
    if (endpoint || !own)
      context.addIssue({
        code: "custom",
        path: ["metering", index, endpoint ? "endpoint" : field ? "field" : "count"],
        message: "a provider's meter is a field or a count of its own kinds",
      });
  }
}
