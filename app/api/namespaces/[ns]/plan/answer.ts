import { z } from "zod";

const reference = {
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  namespace: z.string().optional(),
};
const note = {
  code: z.string(),
  message: z.string(),
  object: z.object(reference).optional(),
  params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
};
const level = z.enum(["info", "warning"]);
/** A `Plan`, as the API describes it. */
export const planAnswer = z.object({
  image: z.string(),
  digest: z.string(),
  mode: z.enum(["provider", "shared", "application"]),
  title: z.string(),
  possible: z.boolean(),
  blockers: z.array(z.object(note)),
  objects: z.array(
    z.object({
      ...reference,
      operation: z.enum(["create", "change", "unchanged", "prune", "keep", "link"]),
      diff: z
        .array(z.object({ path: z.string(), before: z.string().optional(), after: z.string().optional() }))
        .optional(),
      recreated: z.boolean().optional(),
      problem: z.string().optional(),
    }),
  ),
  restarts: z.array(z.object(reference)).optional(),
  brings: z.array(
    z.object({ image: z.string(), title: z.string(), reason: z.string(), installed: z.boolean() }),
  ),
  providers: z
    .array(
      z.object({
        kind: z.string(),
        what: z.string(),
        offers: z.array(
          z.object({
            image: z.string(),
            title: z.string(),
            i18n: z.record(z.string(), z.object({ title: z.string() })).optional(),
            trusted: z.boolean(),
            installed: z.boolean(),
          }),
        ),
        taken: z.string().optional(),
        message: z.string(),
        reason: z.string(),
      }),
    )
    .optional(),
  rights: z.array(
    z.object({
      subject: z.string().optional(),
      verbs: z.array(z.string()).optional(),
      resources: z.array(z.string()).optional(),
      message: z.string(),
      level,
      added: z.boolean().optional(),
    }),
  ),
  quota: z.array(
    z.object({
      resource: z.string(),
      unit: z.enum(["cores", "bytes", "count"]),
      used: z.number(),
      added: z.number(),
      hard: z.number(),
      fits: z.boolean(),
    }),
  ),
  notices: z.array(z.object({ level, ...note })),
  cost: z
    .object({
      currency: z.string(),
      monthlyMicros: z.number(),
      monthlyMicrosNow: z.number().optional(),
      instances: z
        .array(
          z.object({
            ...{ kind: z.string(), name: z.string() },
            ...{ monthlyMicros: z.number(), monthlyMicrosNow: z.number() },
            least: z.boolean().optional(),
          }),
        )
        .optional(),
    })
    .optional(),
});
