import { defineCommand } from "../lib/definition.ts";
import type { Text } from "../lib/text.ts";

const FILE = {
  short: "f",
  value: "FILE",
  multiple: true,
  required: true,
  help: ["YAML or JSON with objects; - for standard input", "包含对象的 YAML 或 JSON；- 为标准输入"] as Text,
} as const;

export const apply = defineCommand({
  name: "apply",
  summary: ["Make or change objects of a workspace", "创建或更改工作空间中的对象"],
  description: [
    "Server-side apply, like kubectl's. Says which provider answers for which object, and which image to install where none does.",
    "与 kubectl 相同的服务器端应用。会说明由哪个 provider 负责，以及缺少时应安装哪个镜像。",
  ],
  arguments: {},
  options: {
    file: FILE,
    dryRun: { help: ["Let the cluster check it, change nothing", "由集群检查，不做更改"] },
    force: { help: ["Take over fields that somebody else set", "接管由他人设置的字段"] },
  },
  namespace: true,
  examples: [{ does: ["A database", "数据库"], command: "hub apply -f pgsql.yaml" }],
  async run(context, given) {
    const { applyFiles } = await import("../tenant/apply.ts");
    await applyFiles(context, given);
  },
});

export const remove = defineCommand({
  name: "delete",
  summary: ["Delete objects of a workspace", "删除工作空间中的对象"],
  arguments: {},
  options: {
    file: FILE,
    ignoreNotFound: { help: ["What is gone already is no fault", "对象不存在时不报错"] },
  },
  namespace: true,
  examples: [{ does: ["What the file says", "按文件删除"], command: "hub delete -f pgsql.yaml" }],
  async run(context, given) {
    const { deleteFiles } = await import("../tenant/apply.ts");
    await deleteFiles(context, given);
  },
});

export const actions = defineCommand({
  name: "actions",
  summary: ["List what can be done with an app or database, or do it", "列出或执行应用、数据库的操作"],
  description: [
    "hub actions TARGET lists; hub actions ACTION TARGET runs; hub actions cancel RUN stops a run that waits or is under way. TARGET is an installation, the name of a provider's instance, its kind (with --env for which), or KIND/NAME. Options that hub does not know are inputs of the action.",
    "hub actions TARGET 列出操作；hub actions ACTION TARGET 执行操作；hub actions cancel RUN 停止等待中或进行中的运行。TARGET 为安装、provider 实例的名称、其类型（用 --env 指明）或 KIND/NAME。hub 不认识的选项作为操作的输入项。",
  ],
  arguments: {
    first: {
      value: "ACTION|TARGET",
      help: ["The action, or what to list the actions of", "操作，或要列出操作的对象"],
    },
    target: { value: "TARGET", optional: true, help: ["What it acts on", "操作的对象"] },
  },
  options: {
    env: {
      value: "URL",
      help: [
        "Address of the instance: http://NAME.NAMESPACE.cluster.local",
        "实例地址：http://NAME.NAMESPACE.cluster.local",
      ],
    },
    set: { value: "KEY=VALUE", multiple: true, help: ["An input", "输入项"] },
    dryRun: {
      help: [
        "Print what it would change of an instance's requests and cost; change nothing",
        "打印它会使实例的资源和费用发生的变化，不做更改",
      ],
    },
    wait: { help: ["Wait until it is done", "等待完成"] },
    follow: { short: "f", help: ["Wait, and print what it says as it comes", "等待完成，并持续输出"] },
  },
  namespace: true,
  unknownOptions: true,
  examples: [
    { does: ["What can be done?", "可用操作"], command: "hub actions affine" },
    { does: ["An installed app", "已安装的应用"], command: "hub actions update affine --version=latest" },
    {
      does: ["A database", "数据库"],
      command: "hub actions update pgsql --env=http://pgsql.ns-alice.cluster.local --version=latest",
    },
    {
      does: ["What would it cost?", "费用会如何变化"],
      command: "hub actions resize postgresql/orders --size=20Gi --dry-run",
    },
    { does: ["See what it says", "查看输出"], command: "hub actions backup affine --follow" },
    { does: ["Stop what was begun", "停止已开始的操作"], command: "hub actions cancel update-x7k2p" },
  ],
  async run(context, given) {
    const { runActions } = await import("../tenant/actions.ts");
    await runActions(context, given);
  },
});
