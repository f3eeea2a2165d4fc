import { defineCommand } from "../lib/definition.ts";
import type { Text } from "../lib/text.ts";

const NAME = { value: "NAME", help: ["The installation", "安装的名称"] as Text } as const;
const WAIT: Text = ["Wait until it is done, saying what happens", "等待完成并显示进度"];

export const stop = defineCommand({
  name: "stop",
  summary: ["Stop an installation; its data and settings stay", "停止安装，保留数据和设置"],
  description: [
    "Its workloads have no pods then and take nothing of the quota but their volumes.",
    "停止后没有 Pod，除存储卷外不占用配额。",
  ],
  arguments: { name: NAME },
  options: { wait: { help: WAIT } },
  namespace: true,
  examples: [{ does: ["For a while", "暂时停止"], command: "hub stop affine --wait" }],
  async run(context, { name, wait }) {
    const { setSuspended } = await import("../tenant/stop.ts");
    await setSuspended(context, { name, wait, suspended: true });
  },
});

export const start = defineCommand({
  name: "start",
  summary: ["Start a stopped installation as it was", "按原样启动已停止的安装"],
  arguments: { name: NAME },
  options: { wait: { help: WAIT } },
  namespace: true,
  examples: [{ does: ["Back to work", "恢复运行"], command: "hub start affine --wait" }],
  async run(context, { name, wait }) {
    const { setSuspended } = await import("../tenant/stop.ts");
    await setSuspended(context, { name, wait, suspended: false });
  },
});

export const schedule = defineCommand({
  name: "schedule",
  summary: [
    "Show or set when an installation stops and starts by itself",
    "查看或设置安装自动停止和启动的时间",
  ],
  description: [
    "Times are cron expressions: minute, hour, day of the month, month, day of the week. Without options it shows what comes next.",
    "时间使用 cron 表达式：分、时、日、月、星期。不带选项时显示接下来的时间。",
  ],
  arguments: { name: NAME },
  options: {
    stop: { value: "CRON", help: ["When it stops", "停止时间"] },
    start: { value: "CRON", help: ["When it starts", "启动时间"] },
    timeZone: { value: "ZONE", help: ["Such as Europe/Berlin; else UTC", "例如 Asia/Shanghai；默认为 UTC"] },
    off: { help: ["Take the schedule away", "取消定时"] },
  },
  namespace: true,
  examples: [
    {
      does: ["Nights and weekends", "夜间和周末停止"],
      command: 'hub schedule affine --stop "0 20 * * 1-5" --start "0 8 * * 1-5" --time-zone Europe/Berlin',
    },
    { does: ["What comes next", "接下来的时间"], command: "hub schedule affine" },
  ],
  async run(context, given) {
    const { scheduleInstallation } = await import("../tenant/stop.ts");
    await scheduleInstallation(context, given);
  },
});
