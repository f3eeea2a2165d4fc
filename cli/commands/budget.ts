import { defineCommand } from "../lib/definition.ts";

export const budget = defineCommand({
  name: "budget",
  summary: ["What the workspace may cost in a month", "工作空间每月的预算"],
  description: [
    "Shows the workspace's budgets, or sets the owner's (administrators: the limit). When all is spent, the workspace's apps and databases are stopped until the month (UTC) ends, the budget is raised, or an administrator lifts the stop.",
    "显示工作空间的预算，或设置所有者的预算（管理员：上限）。预算用完后，工作空间的应用和数据库会停止，直到月份（UTC）结束、提高预算或管理员解除停止。",
  ],
  arguments: {
    amount: {
      value: "AMOUNT",
      optional: true,
      help: [
        "For a month, in the currency of the prices, like 25 or 12.50",
        "每月金额，以价格的货币计，如 25 或 12.50",
      ],
    },
  },
  options: {
    warn: { value: "PERCENT", help: ["Warn at this share; 80 at first", "达到该百分比时警告，初始为 80"] },
    warnOnly: { help: ["Only warn", "只警告，不停止"] },
    off: { help: ["Take the budget away", "取消预算"] },
    limit: {
      help: ["The administrators' limit instead of the owner's budget", "设置管理员上限，而不是所有者的预算"],
    },
    lift: { help: ["Let apps run again until the month ends", "解除停止直至月份结束"] },
  },
  namespace: true,
  examples: [
    { does: ["How it stands", "查看当前情况"], command: "hub budget" },
    {
      does: ["At most 25 a month, with a warning at 20", "每月至多 25，用到 20 时警告"],
      command: "hub budget 25 --warn 80",
    },
    { does: ["As an administrator", "管理员解除停止"], command: "hub budget --lift -n ns-alice" },
  ],
  async run(context, given) {
    const { budgets } = await import("../tenant/budget.ts");
    await budgets(context, {
      ...given,
      stop: given.warnOnly ? false : given.amount === undefined ? undefined : true,
    });
  },
});
