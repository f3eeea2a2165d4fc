import { z } from "zod";
import { route } from "@/lib/auth/route.ts";

const said = {
  message: z.string().optional(),
  reason: z.string().optional(),
  params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
};
const titles = z.record(z.string(), z.object({ title: z.string() }));
const answer = z.object({
  workspaces: z.array(
    z.object({
      uid: z.string(),
      namespace: z.string(),
      name: z.string(),
      email: z.string().optional(),
      phase: z.enum(["Pending", "Ready", "Failed"]),
      message: z.string().optional(),
      apps: z.number(),
      failing: z.number(),
      quota: z.array(
        z.object({ resource: z.string(), used: z.number(), hard: z.number(), written: z.string() }),
      ),
      counts: z.array(z.object({ resource: z.string(), used: z.number().optional(), written: z.string() })),
      coreHours: z.number(),
      memoryGiBHours: z.number(),
      costMicros: z.number().optional(),
      limit: z
        .object({
          monthly: z.string(),
          warnAt: z.number().optional(),
          stop: z.boolean().optional(),
          lifted: z.string().optional(),
        })
        .optional(),
      stopped: z.boolean(),
    }),
  ),
  providers: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      i18n: titles.optional(),
      phase: z.string(),
      image: z.string(),
      tenants: z.number(),
      instances: z.number(),
      createdAt: z.string(),
      version: z.string().optional(),
      newer: z.string().optional(),
      operatorReady: z.boolean().optional(),
      ...said,
    }),
  ),
  failing: z.array(
    z.object({
      namespace: z.string(),
      workspace: z.string(),
      name: z.string(),
      title: z.string(),
      image: z.string(),
      phase: z.string(),
      since: z.string().optional(),
      code: z.string().optional(),
      object: z.object({ kind: z.string(), name: z.string() }).optional(),
      ...said,
    }),
  ),
  currency: z.string().optional(),
});

export const GET = route(
  {
    id: "getAdministration",
    summary: "Workspaces, providers and failing apps of the whole cluster",
    access: "administrator",
    answer,
  },
  ({ operations, hub, visitor }) => operations.administrationView(hub, visitor),
);
