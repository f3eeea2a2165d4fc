import { route } from "@/lib/auth/route.ts";
import { inNamespace, usageRange } from "../../../../parameters.ts";

export const GET = route(
  {
    id: "exportUsage",
    summary: "What a workspace used, by day and app, as CSV",
    params: inNamespace,
    query: usageRange,
    produces: "text/csv",
  },
  async ({ operations, hub, visitor, params: { ns }, query }) => {
    const csv = operations.usageCsv(await operations.usageOf(hub, visitor.uid, ns, query));
    return new Response(csv, {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename="usage-${ns}-${query.from}-${query.to}.csv"`,
      },
    });
  },
);
