import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { imageReference, inNamespace, inputValues, installationName } from "../../../parameters.ts";

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
const answer = z.object({
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
      problem: z.string().optional(),
    }),
  ),
  brings: z.array(
    z.object({ image: z.string(), title: z.string(), reason: z.string(), installed: z.boolean() }),
  ),
  rights: z.array(
    z.object({
      subject: z.string().optional(),
      verbs: z.array(z.string()).optional(),
      resources: z.array(z.string()).optional(),
      message: z.string(),
      level,
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
    .object({ currency: z.string(), monthlyMicros: z.number(), monthlyMicrosNow: z.number().optional() })
    .optional(),
});

export const POST = route(
  {
    id: "planInstallation",
    summary: "What installing would do; nothing is changed",
    params: inNamespace,
    body: z.strictObject({
      image: imageReference,
      inputs: inputValues.default({}),
      name: installationName.optional(),
    }),
    answer,
  },
  ({ operations, hub, visitor, params: { ns }, body }) =>
    hub.shares.plans.during(visitor.uid, () => operations.plan(hub, visitor.uid, ns, body)),
);
