import { defineCommand } from "../lib/definition.ts";

export const run = defineCommand({
  name: "run",
  summary: ["Install an image from the Hub", "从 Hub 安装镜像"],
  description: [
    "Installing what is there already changes nothing. With --dry-run the Hub's plan is printed and nothing is changed.",
    "重复安装不会改变任何内容。使用 --dry-run 只打印计划，不做更改。",
  ],
  arguments: { image: { value: "ORG/REPO[:TAG]", help: ["The image", "镜像"] } },
  options: {
    name: {
      value: "NAME",
      help: ["Name of the installation; else the repository's", "安装的名称；默认为仓库名"],
    },
    set: { value: "KEY=VALUE", multiple: true, help: ["An input", "输入项"] },
    values: {
      value: "FILE",
      help: ["YAML file with inputs; --set goes before it", "包含输入项的 YAML 文件；--set 优先"],
    },
    provider: {
      value: "KIND.GROUP=ORG/REPO[:TAG]",
      multiple: true,
      help: [
        "Which image brings a kind that it needs, where the cluster has none yet; --dry-run names those that could",
        "由哪个镜像提供它所需而集群尚无的类型；--dry-run 会列出可选的镜像",
      ],
    },
    dryRun: { help: ["Print the plan and its diff, change nothing", "打印计划和差异，不做更改"] },
    wait: { help: ["Wait until it runs, saying what happens", "等待其运行并显示进度"] },
  },
  namespace: true,
  examples: [
    { does: ["A database provider", "数据库 provider"], command: "hub run labring/postgres:latest" },
    {
      does: ["With an input, waiting until it runs", "带输入项并等待运行"],
      command: "hub run labring/affine:latest -n ns-alice --set replicas=2 --wait",
    },
    {
      does: ["Choosing among several providers", "在多个 provider 中选择"],
      command: "hub run labring/affine --provider postgresql.acid.zalan.do=labring/postgres:latest",
    },
    { does: ["What would it do?", "预览"], command: "hub run labring/affine --dry-run" },
  ],
  async run(context, given) {
    const { runImage } = await import("../tenant/run.ts");
    await runImage(context, given);
  },
});
