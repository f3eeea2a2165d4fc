import { defineCommand } from "../lib/definition.ts";

export const statement = defineCommand({
  name: "statement",
  summary: ["What a month cost, by app, meter and price", "按应用、计量项和价格列出某月费用"],
  description: [
    "Quantity, unit price and amount; months are UTC. Without an argument: this month so far.",
    "列出数量、单价与金额，月份以 UTC 为准。不带参数时为本月至今。",
  ],
  arguments: {
    month: { value: "MONTH", help: ["The month, like 2026-01", "月份，如 2026-01"], optional: true },
  },
  options: { csv: { help: ["As CSV", "以 CSV 输出"] } },
  namespace: true,
  examples: [
    { does: ["This month so far", "本月至今"], command: "hub statement" },
    { does: ["A month for the books", "导出某月账单"], command: "hub statement 2026-01 --csv > 2026-01.csv" },
  ],
  async run(context, given) {
    const { printStatement } = await import("../tenant/statement.ts");
    await printStatement(context, given);
  },
});
