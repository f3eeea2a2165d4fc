import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { doors } from "@/lib/model/door.ts";
import { timelineEvents, timelineKinds } from "@/lib/model/timeline.ts";
import { timelineCsv } from "@/lib/model/timeline-csv.ts";
import { inNamespace, objectName } from "../../../parameters.ts";

const object = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  namespace: z.string().optional(),
});
const entry = z.object({
  at: z.string(),
  kind: z.enum(timelineKinds),
  event: z.enum(timelineEvents),
  object,
  installation: z.string().optional(),
  door: z.enum(doors),
  program: z.string().optional(),
  person: z.object({ uid: z.string(), name: z.string() }).optional(),
  message: z.string().optional(),
});
const query = z
  .object({
    installation: objectName.optional(),
    apiVersion: z.string().min(1).max(253).optional(),
    kind: z.string().min(1).max(63).optional(),
    name: objectName.optional(),
    format: z.enum(["json", "csv"]).default("json"),
  })
  .refine(({ apiVersion, kind, name }) => !apiVersion === !kind && !kind === !name, {
    message: "name an instance by apiVersion, kind and name",
    path: ["name"],
  });

export const GET = route(
  {
    id: "getTimeline",
    summary: "Who did what, when, and through which door: of the namespace, an installation or an instance",
    params: inNamespace,
    query,
    answer: z.object({ entries: z.array(entry), unread: z.array(z.string()) }),
  },
  async ({ operations, hub, visitor, params: { ns }, query: { installation, format, ...instance } }) => {
    const { apiVersion, kind, name } = instance;
    const timeline = await operations.timeline(hub, visitor.uid, ns, {
      ...(installation ? { installation } : {}),
      ...(apiVersion && kind && name ? { instance: { apiVersion, kind, name } } : {}),
    });
    if (format === "json") return timeline;
    const file = ["timeline", ns, installation ?? name].filter(Boolean).join("-");
    return new Response(timelineCsv(timeline.entries), {
      headers: {
        "content-type": "text/csv; charset=utf-8; header=present",
        "content-disposition": `attachment; filename="${file}.csv"`,
        "cache-control": "no-store",
      },
    });
  },
);
