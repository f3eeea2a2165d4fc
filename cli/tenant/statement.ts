import { decimal, statementCsv } from "../../lib/metering/csv.ts";
import { API_VERSION, type Usage } from "../../lib/model/resources.ts";
import { isMonth, statementOf } from "../../lib/model/statement.ts";
import type { Context } from "../lib/context.ts";
import { CommandError } from "../lib/errors.ts";
import { workspaceOf } from "./workspace.ts";

/** Prints what a month cost, by app, meter and price, or as CSV. */
export async function printStatement(
  context: Context,
  given: { month: string | undefined; csv: boolean },
): Promise<void> {
  const month = given.month ?? new Date().toISOString().slice(0, 7);
  if (!isMonth(month))
    throw new CommandError(
      ["{month} is no month. Write it like 2026-01.", "{month} 不是月份，请写成 2026-01 的形式。"],
      { params: { month }, exit: "usage" },
    );
  const { cluster, namespace } = await workspaceOf(context);
  const { items } = await cluster.list<Usage>({ apiVersion: API_VERSION, kind: "Usage", namespace });
  const statement = statementOf(
    month,
    items.map(({ metadata, status }) => ({
      day: metadata.name,
      currency: status?.currency,
      apps: status?.apps ?? {},
      gaps: status?.gaps ?? [],
    })),
  );
  if (given.csv) return context.out.result(statement, () => statementCsv(statement).trimEnd());
  const rows = statement.apps.flatMap(({ app, lines }) => lines.map((line) => ({ app, ...line })));
  context.out.table(rows, [
    { title: "APP", of: ({ app }) => app },
    { title: "METER", of: ({ meter }) => meter },
    {
      title: "QUANTITY",
      of: ({ amount, unit, per }) => `${amount.toFixed(2)} ${unit}${per === "hour" ? "-hours" : ""}`,
    },
    { title: "PRICE", of: ({ price }) => price ?? "-" },
    {
      title: "AMOUNT",
      of: ({ cost, currency }) => (cost === undefined ? "-" : `${decimal(cost)} ${currency ?? ""}`),
    },
  ]);
  for (const [currency, total] of Object.entries(statement.totals))
    context.out.note(["Total: {total} {currency}", "合计：{total} {currency}"], {
      total: decimal(total),
      currency,
    });
  for (const { day, app, meter, before, after } of statement.changes)
    context.out.note(
      [
        "On {day} the price of {meter} of {app} became {after}; it was {before}.",
        "{day}，{app} 的 {meter} 价格由 {before} 变为 {after}。",
      ],
      { day, app, meter, before, after },
    );
  if (statement.gaps.length > 0)
    context.out.warn(
      [
        "In {count} stretches of time not everything was counted: hub usage says when.",
        "有 {count} 段时间未能完整计量，hub usage 会说明具体时间。",
      ],
      { count: statement.gaps.length },
    );
}
