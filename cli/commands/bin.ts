import { defineCommand } from "../lib/definition.ts";
import type { Text } from "../lib/text.ts";

const WHAT: Text = ["Its name while it was installed", "卸载前的安装名称"];

export const binList = defineCommand({
  name: "bin list",
  summary: ["List uninstalled apps that can be restored", "列出可恢复的已卸载应用"],
  description: [
    "Their volumes and Secrets stay until the time shown; the volumes count for the quota until then.",
    "存储卷和 Secret 会保留到所示时间；在此之前存储卷仍占用配额。",
  ],
  arguments: {},
  options: {},
  namespace: true,
  examples: [{ does: ["What can come back", "可恢复的应用"], command: "hub bin list" }],
  async run(context) {
    const { listBin } = await import("../tenant/bin.ts");
    await listBin(context);
  },
});

export const binRestore = defineCommand({
  name: "bin restore",
  summary: ["Install an uninstalled app again, as it was", "按原样恢复已卸载的应用"],
  arguments: { name: { value: "NAME", help: WHAT } },
  options: { wait: { help: ["Wait until it is done, saying what happens", "等待完成并显示进度"] } },
  namespace: true,
  examples: [{ does: ["Undo", "撤销卸载"], command: "hub bin restore affine --wait" }],
  async run(context, given) {
    const { restoreApp } = await import("../tenant/bin.ts");
    await restoreApp(context, given);
  },
});

export const binEmpty = defineCommand({
  name: "bin empty",
  summary: ["Delete uninstalled apps for good, with all data", "彻底删除已卸载的应用及全部数据"],
  arguments: { name: { value: "NAME", optional: true, help: WHAT } },
  options: { all: { help: ["Everything in the bin", "回收站中的全部内容"] } },
  namespace: true,
  examples: [
    { does: ["One of them", "其中一个"], command: "hub bin empty affine" },
    { does: ["All", "全部"], command: "hub bin empty --all" },
  ],
  async run(context, given) {
    const { emptyAppBin } = await import("../tenant/bin.ts");
    await emptyAppBin(context, given);
  },
});
