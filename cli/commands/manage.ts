import type { RepositoryPage } from "../../lib/model/repository-views.ts";
import { defineCommand } from "../lib/definition.ts";
import type { Text } from "../lib/text.ts";

const NAME = { value: "NAME", help: ["The installation", "安装的名称"] as Text } as const;
const RECREATE = {
  value: "KIND/NAME",
  multiple: true,
  help: [
    "An object that may be deleted and made anew where a field of it cannot be changed",
    "字段不能修改时允许删除并重建的对象",
  ] as Text,
} as const;
const WAIT: Text = ["Wait until it is done, saying what happens", "等待完成并显示进度"];

export const upgrade = defineCommand({
  name: "upgrade",
  summary: ["Take a newer tag of an installed image", "升级到镜像的更新标签"],
  description: [
    "Without --to, what is newer by version, or the same tag where it stands for another image now. What fails says why; hub rollback takes it back.",
    "不带 --to 时取更新的版本，或已指向新镜像的同一标签。失败时会说明原因，可用 hub rollback 回滚。",
  ],
  arguments: { name: NAME },
  options: {
    to: { value: "TAG", help: ["The tag", "标签"] },
    set: { value: "KEY=VALUE", multiple: true, help: ["An input; the others stay", "输入值；其余保持不变"] },
    dryRun: { help: ["Print the plan and change nothing", "只打印计划，不做更改"] },
    atomic: {
      help: ["Let it go back by itself, once, when it is not ready in time", "未按时就绪则自动回滚一次"],
    },
    timeout: { value: "SECONDS", help: ["That time; else 600", "时限（秒）；默认 600"] },
    policy: {
      value: "POLICY",
      help: [
        "What it takes by itself from now on: none, patch or minor; alone it upgrades nothing",
        "此后自动升级的范围：none、patch 或 minor；单独使用时不升级",
      ],
    },
    recreate: RECREATE,
    wait: { help: WAIT },
  },
  namespace: true,
  examples: [
    { does: ["What it would change", "查看会有哪些变化"], command: "hub upgrade affine --dry-run" },
    {
      does: ["To a version, and back if it fails", "升级到指定版本，失败自动回滚"],
      command: "hub upgrade affine --to 0.25 --atomic --wait",
    },
    { does: ["Patches by itself", "自动安装补丁版本"], command: "hub upgrade affine --policy patch" },
  ],
  async run(context, given) {
    const { upgradeInstallation } = await import("../tenant/upgrade.ts");
    await upgradeInstallation(context, given);
  },
});

export const rollback = defineCommand({
  name: "rollback",
  summary: ["Take an installation back to an earlier revision", "将安装回滚到更早的版本"],
  description: [
    "Image, by its digest, and inputs become what they were, and that becomes the newest revision. Volumes stay as they are.",
    "镜像（按摘要）和输入恢复为当时的内容，并成为最新版本。存储卷保持不变。",
  ],
  arguments: { name: NAME },
  options: {
    to: { value: "REVISION", help: ["Its number; else the one before", "版本号；默认为上一个版本"] },
    list: { short: "l", help: ["List the revisions that are kept", "列出保留的版本"] },
    dryRun: { help: ["Print the plan and change nothing", "只打印计划，不做更改"] },
    recreate: RECREATE,
    wait: { help: WAIT },
  },
  namespace: true,
  examples: [
    { does: ["What there is to go back to", "可回滚的版本"], command: "hub rollback affine --list" },
    { does: ["One step back", "回到上一个版本"], command: "hub rollback affine --wait" },
  ],
  async run(context, given) {
    const { rollBack } = await import("../tenant/rollback.ts");
    await rollBack(context, given);
  },
});

export const uninstall = defineCommand({
  name: "uninstall",
  summary: ["Take an installation away; it can be restored for some days", "卸载；几天内可以恢复"],
  description: [
    "Its volumes and Secrets stay in the bin (hub bin), unless --purge deletes them at once.",
    "存储卷和 Secret 保留在回收站（hub bin）中，使用 --purge 则立即删除。",
  ],
  arguments: { name: NAME },
  options: {
    purge: { help: ["Delete its volumes and Secrets for good", "彻底删除存储卷和 Secret"] },
    wait: { help: WAIT },
  },
  namespace: true,
  examples: [{ does: ["With its data", "连同数据"], command: "hub uninstall affine --purge" }],
  async run(context, given) {
    const { uninstallInstallation } = await import("../tenant/manage.ts");
    await uninstallInstallation(context, given);
  },
});

export const logs = defineCommand({
  name: "logs",
  summary: ["Print what an installation's containers say", "打印安装的容器日志"],
  arguments: { name: NAME },
  options: { follow: { short: "f", help: ["Go on as they say more", "持续输出"] } },
  namespace: true,
  examples: [{ does: ["Live", "实时"], command: "hub logs affine -f" }],
  async run(context, given) {
    const { printLogs } = await import("../tenant/manage.ts");
    await printLogs(context, given);
  },
});

export const open = defineCommand({
  name: "open",
  summary: ["Open an installed app in the browser, or print its address", "在浏览器中打开应用，或打印其地址"],
  arguments: { name: NAME },
  options: {},
  namespace: true,
  examples: [{ does: ["The address alone", "只打印地址"], command: "hub open affine | cat" }],
  async run(context, given) {
    const { openInstallation } = await import("../tenant/manage.ts");
    await openInstallation(context, given);
  },
});

export const get = defineCommand({
  name: "get",
  summary: ["List installations, or objects of any kind", "列出安装或任意类型的对象"],
  arguments: {
    kind: {
      value: "KIND",
      optional: true,
      help: ["Kind, plural or short name; else installations", "类型、复数或简称；默认为安装"],
    },
    name: { value: "NAME", optional: true, help: ["One object", "单个对象"] },
  },
  options: {},
  namespace: true,
  examples: [
    { does: ["What is installed", "已安装的内容"], command: "hub get" },
    { does: ["Databases", "数据库"], command: "hub get postgresqls -n ns-alice" },
  ],
  async run(context, given) {
    const { printObjects } = await import("../tenant/get.ts");
    await printObjects(context, given);
  },
});

export const search = defineCommand({
  name: "search",
  summary: ["Search the Hub", "搜索 Hub"],
  arguments: {
    words: { value: "WORDS", variadic: true, optional: true, help: ["What to look for", "搜索词"] },
  },
  options: {},
  examples: [{ does: ["By what it does", "按用途"], command: "hub search knowledge base" }],
  async run(context, { words }) {
    const { hubApi } = await import("../tenant/hub-api.ts");
    const { ask } = await hubApi(context);
    const { items } = await ask<RepositoryPage>(
      "GET",
      `/api/hub/repositories?q=${encodeURIComponent(words.join(" ").slice(0, 200))}`,
    );
    context.out.table(items, [
      { title: "IMAGE", of: ({ org, repo }) => `${org}/${repo}` },
      { title: "MODE", of: ({ mode }) => mode },
      { title: "INSTALLS", of: ({ installs }) => String(installs) },
      { title: "TITLE", of: ({ title }) => title },
    ]);
  },
});
