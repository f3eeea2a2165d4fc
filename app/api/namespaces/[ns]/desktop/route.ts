import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { clusterObject, inNamespace } from "../../../parameters.ts";

const cell = z.number().int().min(0).max(1000);
const pixels = z.number().min(-20_000).max(20_000);
const app = z.string().min(1).max(253);
const body = z.strictObject({
  icons: z
    .array(z.strictObject({ app, column: cell, row: cell }))
    .max(500)
    .nullish(),
  dock: z.array(app).max(100).nullish(),
  windows: z
    .array(
      z.strictObject({
        app,
        state: z.enum(["normal", "minimized", "maximized"]),
        bounds: z.strictObject({ x: pixels, y: pixels, width: pixels, height: pixels }),
        z: z.number().int(),
        path: z.string().max(2048).startsWith("/").optional(),
      }),
    )
    .max(100)
    .nullish(),
  wallpaper: z.string().max(256).nullish(),
  theme: z.enum(["light", "dark", "contrast", "system"]).nullish(),
  locale: z.enum(["en", "zh"]).nullish(),
});

export const PATCH = route(
  {
    id: "changeDesktop",
    summary: "Merge into the desktop's spec (RFC 7386)",
    params: inNamespace,
    body,
    answer: clusterObject,
  },
  async ({ operations, hub, visitor, params: { ns }, body: spec }) =>
    operations.patchDesktop(hub.members.clusterOf(visitor.uid, ns), ns, spec),
);
