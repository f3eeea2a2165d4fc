import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { inNamespace, month } from "../../../../parameters.ts";

export const GET = route(
  {
    id: "exportStatement",
    summary: "What a month cost a workspace, by app, meter and price, as CSV",
    params: inNamespace,
    query: z.object({ month }),
    produces: "text/csv",
  },
  async ({ operations, hub, visitor, params: { ns }, query }) => {
    const statement = await operations.monthlyStatement(hub, visitor.uid, ns, query.month);
    return new Response(operations.statementCsv(statement), {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename="statement-${ns}-${query.month}.csv"`,
      },
    });
  },
);
