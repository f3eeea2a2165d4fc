import { defineCommand } from "../lib/definition.ts";
import { CommandError } from "../lib/errors.ts";
import type { Text } from "../lib/text.ts";
import { registryOptions } from "../registry/options.ts";

const FOLDER = {
  value: "FOLDER",
  help: ["The folder with the Kubefile", "包含 Kubefile 的文件夹"] as Text,
} as const;
const FILE = {
  short: "f",
  value: "FILE",
  help: [
    "The Kubefile; else FOLDER/Kubefile, Dockerfile or Containerfile",
    "Kubefile；默认为文件夹中的 Kubefile、Dockerfile 或 Containerfile",
  ] as Text,
} as const;
const BUILD_ARG = {
  value: "NAME=VALUE",
  multiple: true,
  help: ["A value for an ARG of the Kubefile", "为 Kubefile 的 ARG 赋值"] as Text,
} as const;

export const build = defineCommand({
  name: "build",
  summary: ["Build a cluster image from a folder", "由文件夹构建集群镜像"],
  description: [
    "Carries the Kubefile out (FROM, COPY, ADD, ENV, ARG, LABEL, ENTRYPOINT, CMD, several stages) and puts the image into the local store, where hub push takes it from. Nothing is run, and the same folder gives the same digest on any machine. A folder without a Kubefile is taken whole. SOURCE_DATE_EPOCH sets the image's time.",
    "执行 Kubefile（FROM、COPY、ADD、ENV、ARG、LABEL、ENTRYPOINT、CMD 和多阶段），并将镜像放入本地存储供 hub push 使用。不运行任何程序，同一文件夹在任何机器上得到相同的摘要。没有 Kubefile 的文件夹将整体打包。SOURCE_DATE_EPOCH 设定镜像时间。",
  ],
  arguments: { folder: FOLDER },
  options: {
    tag: {
      short: "t",
      value: "REFERENCE",
      multiple: true,
      help: ["What the image is called, host/name:tag", "镜像名称，主机/名称:标签"],
    },
    file: FILE,
    buildArg: BUILD_ARG,
    target: { value: "STAGE", help: ["Stop at this stage", "到该阶段为止"] },
    output: {
      short: "o",
      value: "PATH",
      help: [
        "Write an OCI layout as well: a tar when it ends in .tar, else a folder",
        "同时写出 OCI layout：以 .tar 结尾则为 tar，否则为文件夹",
      ],
    },
    withImages: {
      help: ["Store the container images that it names too, by digest", "同时按摘要保存其引用的容器镜像"],
    },
    platform: {
      value: "OS/ARCH",
      help: ["Of container images for several platforms, only this one", "对于多平台容器镜像，只取该平台"],
    },
    watch: { short: "w", help: ["Build again at each save", "每次保存后重新构建"] },
    push: { help: ["Push it as well", "同时推送"] },
    run: {
      value: "ORG/REPO",
      help: [
        "Push it, and install or upgrade it in your workspace as this image of the Hub",
        "推送，并在您的工作空间中作为该 Hub 镜像安装或升级",
      ],
    },
    ...registryOptions,
  },
  examples: [
    {
      does: ["What is here", "构建当前文件夹"],
      command: "hub build -t localhost:5000/labring/pgsql-provider:latest .",
    },
    {
      does: ["At each save, so that the Hub shows it", "每次保存后构建并推送，让 Hub 显示"],
      command: "hub build -t localhost:5000/me/app:dev --watch --push .",
    },
    {
      does: ["At each save, until it runs in your workspace", "每次保存后构建、推送并在工作空间中运行"],
      command: "hub build -t localhost:5000/me/app:dev --watch --run me/app .",
    },
    {
      does: ["For docker and skopeo", "供 docker 和 skopeo 使用"],
      command: "hub build -t example.com/me/app:1 -o app.tar .",
    },
  ],
  async run(context, { watch, push: pushed, run: name, ...options }) {
    if ((pushed || name) && options.tag.length === 0)
      throw new CommandError(
        ["--push and --run need a name: give -t.", "--push 和 --run 需要名称，请用 -t 指定。"],
        { exit: "usage" },
      );
    const { atEachSave, buildFolder } = await import("../build/build.ts");
    const { runRound } = await import("../build/run-round.ts");
    const { push } = await import("./push.ts");
    const round = async (saved: AbortSignal) => {
      if (name) return runRound(context, { ...options, name, saved });
      await buildFolder(context, options);
      if (!pushed) return;
      for (const reference of options.tag)
        await push.run(context, { reference, from: undefined, plainHttp: options.plainHttp, rest: [] });
    };
    if (watch) return atEachSave(context, options.folder, round);
    await round(context.signal);
  },
});

export const lint = defineCommand({
  name: "lint",
  summary: ["Name everything that is wrong with an image's folder", "指出镜像文件夹中的所有问题"],
  description: [
    "Each with its file and line. Exits with 1 when there is an error; warnings alone are no failure.",
    "每个问题都带有文件和行号。存在错误时退出码为 1；仅有警告不算失败。",
  ],
  arguments: { folder: { ...FOLDER, optional: true } },
  options: { file: FILE, buildArg: BUILD_ARG, ...registryOptions },
  examples: [{ does: ["What is here", "检查当前文件夹"], command: "hub lint" }],
  async run(context, { folder = ".", file, buildArg, plainHttp }) {
    const { readSource } = await import("../build/surroundings.ts");
    const { lint: check } = await import("../../lib/build/index.ts");
    const options = { folder, args: buildArg, plainHttp, ...(file ? { file } : {}) };
    const { kubefile, surroundings } = await readSource(context, options);
    const findings = await check(kubefile, surroundings);
    const errors = findings.filter(({ level }) => level === "error").length;
    const { out } = context;
    out.result(findings, () =>
      findings.map(({ level, message, zh = message }) => {
        const said = out.say([message, zh]);
        return level === "error" ? said : `${out.say(["warning: ", "警告："])}${said}`;
      }),
    );
    if (errors > 0)
      throw new CommandError(["{errors} to mend.", "有 {errors} 处需要修改。"], { params: { errors } });
    out.note(["{folder} builds.", "{folder} 可以构建。"], { folder });
  },
});

export const init = defineCommand({
  name: "init",
  summary: ["Make a folder that builds, to begin with", "生成一个可以构建的文件夹"],
  arguments: { folder: { ...FOLDER, help: ["The new folder", "新文件夹"] } },
  options: {
    title: {
      value: "TITLE",
      help: ["What people read; else made of the folder's name", "显示名称；默认由文件夹名生成"],
    },
    mode: {
      value: "MODE",
      default: "application",
      choices: ["application", "provider", "shared"],
      help: ["What it is for the cluster", "在集群中的角色"],
    },
  },
  examples: [{ does: ["An app", "应用"], command: "hub init hello" }],
  async run(context, { folder, title, mode }) {
    const { folderOf } = await import("../../lib/build/index.ts");
    const { nameOf, writeFolder } = await import("../build/folder.ts");
    const name = nameOf(context, folder);
    const words = name.replace(/-/g, " ").replace(/^./, (letter) => letter.toUpperCase());
    await writeFolder(
      context,
      folder,
      folderOf({ name, title: title ?? words, mode: mode as "application" | "provider" | "shared" }),
    );
  },
});

export const importTemplate = defineCommand({
  name: "import template",
  summary: ["Make an image folder from a public template", "由公开的应用模板生成镜像文件夹"],
  arguments: {
    file: { value: "FILE", help: ["The template's YAML file", "模板的 YAML 文件"] },
    folder: {
      ...FOLDER,
      optional: true,
      help: ["The new folder; else named like the template", "新文件夹；默认与模板同名"],
    },
  },
  options: {},
  examples: [
    {
      does: ["One from a checkout", "取自本地仓库"],
      command: "hub import template templates/affine.yaml affine",
    },
  ],
  async run(context, { file, folder }) {
    const { readFile } = await import("node:fs/promises");
    const { basename, dirname, resolve } = await import("node:path");
    const { importTemplate: made } = await import("../../lib/build/index.ts");
    const { writeFolder } = await import("../build/folder.ts");
    const text = await readFile(resolve(context.cwd, file), "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
      throw new CommandError(["There is no {file}.", "{file} 不存在。"], {
        params: { file },
        exit: "not-found",
      });
    });
    const stem = basename(file).replace(/\.ya?ml$/i, "");
    const own = /^(index|template)$/.test(stem) ? basename(dirname(resolve(context.cwd, file))) : stem;
    await writeFolder(context, folder ?? own, made(text, file));
  },
});

export const importHelm = defineCommand({
  name: "import helm",
  summary: ["Make an image folder from a Helm chart", "由 Helm Chart 生成镜像文件夹"],
  description: [
    "From what helm package writes, or from the chart's own folder. Title, inputs, README and icon come from the chart, and packed subcharts are unpacked. Nothing is fetched: run helm dependency build in the chart first when it has dependencies.",
    "使用 helm package 的产物或 Chart 自身的文件夹。标题、输入、README 和图标取自 Chart，打包的子 Chart 会被解开。不下载任何内容：若 Chart 有依赖，请先在其中运行 helm dependency build。",
  ],
  arguments: {
    chart: {
      value: "CHART",
      help: ["The packed chart (tgz) or its folder", "打包的 Chart（tgz）或其文件夹"],
    },
    folder: {
      ...FOLDER,
      optional: true,
      help: ["The new folder; else named like the chart", "新文件夹；默认与 Chart 同名"],
    },
  },
  options: {},
  examples: [
    {
      does: ["A chart of a repository", "取自 Chart 仓库"],
      command: "helm pull bitnami/nginx && hub import helm nginx-*.tgz nginx-app",
    },
  ],
  async run(context, { chart, folder }) {
    const { resolve } = await import("node:path");
    const { importChart, readChartSource } = await import("../../lib/build/index.ts");
    const { writeFolder } = await import("../build/folder.ts");
    const source = await readChartSource(resolve(context.cwd, chart)).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== "ENOENT") throw error;
        throw new CommandError(["There is no {chart}.", "{chart} 不存在。"], {
          params: { chart },
          exit: "not-found",
        });
      },
    );
    const { name, files, warnings } = await importChart(source);
    await writeFolder(context, folder ?? name, files);
    for (const warning of warnings) context.out.warn(warning);
  },
});
