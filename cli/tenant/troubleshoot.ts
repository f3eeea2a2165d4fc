import { troubleshoot } from "../../lib/install/troubleshoot/collect.ts";
import { type TroubleWords, troubleshootingText } from "../../lib/model/troubleshooting-text.ts";
import type { Context } from "../lib/context.ts";
import type { Text } from "../lib/text.ts";
import { getInstallation } from "./installation.ts";
import { workspaceOf } from "./workspace.ts";

const words: Record<keyof TroubleWords, Text> = {
  title: ["Troubleshooting", "排查"],
  image: ["Image", "镜像"],
  state: ["State", "状态"],
  revision: ["Revision", "版本"],
  conditions: ["Conditions", "状况"],
  objects: ["Objects", "对象"],
  pods: ["Pods", "Pod"],
  events: ["Events", "事件"],
  nothing: ["Nothing.", "无。"],
  restarts: ["restarts:", "重启次数："],
  exitCode: ["exit code:", "退出码："],
  lastLines: ["Last lines of the log", "日志末尾"],
  linesBefore: ["Last lines of the run before", "上一次运行的日志末尾"],
  withheld: [
    "Log lines are left out: you may not read the Secrets of this workspace, so what must not be shown could not be told from the rest. Ask an editor.",
    "未包含日志：您无权读取此工作空间的 Secret，因此无法识别其中不应展示的内容。请联系编辑者。",
  ],
  tooManySecrets: [
    "Log lines are left out: the Secrets of this workspace hold more than can be looked for in them. The Logs tab and hub logs show them as they are.",
    "未包含日志：此工作空间的 Secret 内容过多，无法在日志中逐一查找并遮蔽。可在“日志”标签页或用 hub logs 查看原文。",
  ],
  morePods: ["More pods, not looked at", "未检查的其他 Pod"],
  masked: [
    "Values of the workspace’s Secrets, tokens and passwords are masked.",
    "工作空间的 Secret 值、令牌和密码均已遮蔽。",
  ],
};

/** Prints all that tells how an installation fares, as Markdown with secrets masked. */
export async function printTroubleshooting(context: Context, { name }: { name: string }): Promise<void> {
  const { cluster, namespace } = await workspaceOf(context);
  await getInstallation(cluster, namespace, name);
  const report = await troubleshoot(cluster, namespace, name, context.signal);
  const { out } = context;
  const said = Object.fromEntries(
    Object.entries(words).map(([key, text]) => [key, out.say(text)]),
  ) as TroubleWords;
  out.result(report, () =>
    troubleshootingText(report, said, ({ message = "" }) => message)
      .trimEnd()
      .split("\n"),
  );
}
