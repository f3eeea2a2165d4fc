import { doors } from "../../lib/model/door.ts";
import { timelineKinds } from "../../lib/model/timeline.ts";
import { defineCommand } from "../lib/definition.ts";

export const timeline = defineCommand({
  name: "timeline",
  summary: ["Who did what, when, and through which door", "谁、何时、通过什么入口做了什么"],
  description: [
    "Of the workspace, of an installation (also one that is gone), or of a provider's instance; the newest first. An installation's own record is kept while it is installed and 90 days after, actions for 7 days after they end, what the cluster reports for about an hour. People are known where they used the page or hub; of a change by kubectl only the program is.",
    "可查看整个工作空间、某个安装（包括已卸载的）或某个 provider 实例，最新的在前。安装自身的记录在安装期间及卸载后 90 天内保留，操作在结束后保留 7 天，集群上报的事件约保留一小时。通过页面或 hub 的更改可知是谁所为；通过 kubectl 的更改只知道所用程序。",
  ],
  arguments: {
    name: {
      value: "NAME",
      optional: true,
      help: [
        "An installation, or KIND/NAME; else the whole workspace",
        "安装的名称，或 KIND/NAME；默认为整个工作空间",
      ],
    },
  },
  options: {
    kind: {
      value: "KIND",
      multiple: true,
      choices: timelineKinds,
      help: [
        "Lines of this kind; else change, outcome and action",
        "显示此类记录；默认为 change、outcome 和 action",
      ],
    },
    door: { value: "DOOR", choices: doors, help: ["Only through this door", "只显示通过此入口的记录"] },
    person: { value: "UID", help: ["Only of this person", "只显示此人的记录"] },
    csv: { help: ["Print a table for spreadsheets (CSV)", "打印 CSV 表格"] },
  },
  namespace: true,
  examples: [
    { does: ["What happened to an app", "某个应用发生了什么"], command: "hub timeline affine" },
    {
      does: ["The workspace, for a spreadsheet", "导出整个工作空间"],
      command: "hub timeline --csv > timeline.csv",
    },
  ],
  async run(context, given) {
    const { printTimeline } = await import("../tenant/timeline.ts");
    await printTimeline(context, given);
  },
});

export const troubleshoot = defineCommand({
  name: "troubleshoot",
  summary: ["Print all that tells why an installation fails", "打印排查安装问题所需的全部信息"],
  description: [
    "Conditions, objects, pods with their last log lines, and events, as Markdown to be pasted where somebody helps. Values of the workspace's Secrets, tokens and passwords are masked.",
    "以 Markdown 打印状况、对象、Pod 及其日志末尾和事件，便于粘贴求助。工作空间的 Secret 值、令牌和密码均已遮蔽。",
  ],
  arguments: { name: { value: "NAME", help: ["The installation", "安装的名称"] } },
  options: {},
  namespace: true,
  examples: [{ does: ["To a file", "写入文件"], command: "hub troubleshoot affine > affine.md" }],
  async run(context, given) {
    const { printTroubleshooting } = await import("../tenant/troubleshoot.ts");
    await printTroubleshooting(context, given);
  },
});
