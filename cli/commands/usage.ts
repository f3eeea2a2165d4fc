import { defineCommand } from "../lib/definition.ts";

export const usage = defineCommand({
  name: "usage",
  summary: ["What the workspace used, by app, and what it cost", "工作空间按应用的用量与费用"],
  description: [
    "Counted by the requests of running pods, bound volumes and load balancers; days are UTC. Without options: this month.",
    "按运行中 Pod 的资源请求、已绑定存储卷和负载均衡器计量，日期以 UTC 为准。默认为本月。",
  ],
  arguments: {},
  options: {
    from: { value: "DAY", help: ["The first day, like 2026-01-01", "起始日期，如 2026-01-01"] },
    to: { value: "DAY", help: ["The last day", "结束日期"] },
    csv: { help: ["One row per day and app, as CSV", "以 CSV 输出，每天每个应用一行"] },
  },
  namespace: true,
  examples: [
    { does: ["This month", "本月"], command: "hub usage" },
    {
      does: ["A month for a spreadsheet", "导出某月用于表格"],
      command: "hub usage --from 2026-01-01 --to 2026-01-31 --csv > usage.csv",
    },
  ],
  async run(context, given) {
    const { printUsage } = await import("../tenant/usage.ts");
    await printUsage(context, given);
  },
});
