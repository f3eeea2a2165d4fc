import { posix } from "node:path";
import { type Files, type ImageSettings, unpackLayer } from "../images/index.ts";
import { type Manifest, mediaTypes, sha256 } from "../oci/index.ts";
import type { BuildContext } from "./context.ts";
import { matching } from "./context.ts";
import { destination, select, type Tree } from "./copy.ts";
import { BuildError } from "./error.ts";
import { parseKubefile, replaceVariables, type Step } from "./kubefile.ts";

/** An image to build upon. */
export interface BaseImage {
  manifest: Manifest;
  diffIds: string[];
  settings: ImageSettings;
  files: Files;
}

/** A stage as far as it is built: what lies over its base. */
export interface Stage extends Tree {
  name?: string;
  base?: BaseImage;
  env: Map<string, string>;
  labels: Map<string, string>;
  entrypoint?: string[];
  cmd?: string[];
  workdir: string;
}

export interface Surroundings {
  context: BuildContext;
  /** Of the Kubefile, for errors. */
  file: string;
  /** `--build-arg`. */
  args: ReadonlyMap<string, string>;
  /** An image by its reference. */
  base: (reference: string) => Promise<BaseImage>;
  /** What is at an https address. */
  fetch: (url: string) => Promise<Uint8Array>;
}

export interface Evaluated {
  stage: Stage;
  warnings: (readonly [en: string, zh: string])[];
}

/** They say how a container runs, and a cluster image never runs as one. */
const WITHOUT_EFFECT = new Set([
  "EXPOSE",
  "HEALTHCHECK",
  "MAINTAINER",
  "SHELL",
  "STOPSIGNAL",
  "USER",
  "VOLUME",
]);
const COPY_FLAGS = new Set(["from", "chmod", "chown", "link", "exclude", "checksum"]);

/**
 * Carries a Kubefile out, up to a stage (`target`) or its end. Nothing is run.
 * @throws BuildError with the line of what cannot be done. With `onError` they go there, and the rest is tried too.
 */
export async function evaluate(
  text: string,
  surroundings: Surroundings,
  options: { target?: string; onError?: (error: BuildError) => void } = {},
): Promise<Evaluated> {
  const evaluation = new Evaluation(surroundings);
  const target = options.target?.toLowerCase();
  for (const step of parseKubefile(text)) {
    if (step.keyword === "FROM" && target && evaluation.stage?.name === target) break;
    try {
      await evaluation.carryOut(step);
    } catch (error) {
      if (!options.onError || !(error instanceof BuildError)) throw error;
      options.onError(error);
    }
  }
  const { stage } = evaluation;
  if (!stage)
    throw new BuildError(
      ["the Kubefile has no FROM; begin it with FROM scratch", "Kubefile 缺少 FROM；请以 FROM scratch 开头"],
      {
        file: surroundings.file,
        line: 1,
      },
    );
  if (target && stage.name !== target)
    throw new BuildError([`there is no stage ${options.target}`, `没有名为 ${options.target} 的阶段`], {
      file: surroundings.file,
    });
  return { stage, warnings: evaluation.warnings };
}

class Evaluation {
  readonly warnings: Evaluated["warnings"] = [];
  readonly #stages: Stage[] = [];
  /** ARG before the first FROM. */
  readonly #initial = new Map<string, string>();
  /** ARG of this stage. */
  #args = new Map<string, string>();
  readonly #given: Surroundings;

  constructor(given: Surroundings) {
    this.#given = given;
  }

  get stage(): Stage | undefined {
    return this.#stages.at(-1);
  }

  async carryOut(step: Step): Promise<void> {
    const { keyword } = step;
    if (keyword === "ARG") return this.#arg(step);
    if (keyword === "FROM") return this.#from(step);
    const stage =
      this.stage ??
      this.#refuse(step, [
        `${keyword} comes before FROM; begin with FROM scratch`,
        `${keyword} 位于 FROM 之前；请以 FROM scratch 开头`,
      ]);
    switch (keyword) {
      case "COPY":
      case "ADD":
        return this.#copy(stage, step);
      case "ENV":
      case "LABEL":
        for (const { name, value, literal } of step.pairs) {
          if (value === undefined)
            this.#refuse(step, [
              `${name} has no value; write ${keyword} ${name}=value`,
              `${name} 没有值；请写成 ${keyword} ${name}=值`,
            ]);
          const said = literal ? value : this.#replace(value, step);
          if (keyword === "ENV") stage.env.set(name, said);
          else stage.labels.set(name, said);
        }
        return;
      case "WORKDIR":
        stage.workdir = `/${destination(this.#replace(step.text, step), stage.workdir)}`;
        return;
      case "CMD":
        stage.cmd = commandOf(step);
        return;
      case "ENTRYPOINT":
        stage.entrypoint = commandOf(step);
        return;
      case "RUN":
        return this.#refuse(step, [
          "RUN is not carried out, so that building needs no container engine and gives the same image everywhere. Do it before building and COPY what comes of it, or let an action do it on the cluster (actions/NAME.yaml with cmd)",
          "不执行 RUN，这样构建无需容器引擎，且处处结果相同。请在构建前完成并用 COPY 放入结果，或通过操作（actions/NAME.yaml 的 cmd）在集群上执行",
        ]);
    }
    if (!WITHOUT_EFFECT.has(keyword))
      this.#refuse(step, [
        `${keyword} is not an instruction of a Kubefile`,
        `${keyword} 不是 Kubefile 的指令`,
      ]);
    this.warnings.push([
      `${this.#given.file}:${step.line}: ${keyword} has no effect on a cluster image`,
      `${this.#given.file}:${step.line}：${keyword} 对集群镜像不起作用`,
    ]);
  }

  #arg(step: Step): void {
    for (const { name, value, literal } of step.pairs) {
      const fallback =
        value === undefined ? this.#initial.get(name) : literal ? value : this.#replace(value, step);
      const said = this.#given.args.get(name) ?? fallback;
      if (said !== undefined) (this.stage ? this.#args : this.#initial).set(name, said);
    }
  }

  async #from(step: Step): Promise<void> {
    const [image = "", as, name] = step.words;
    const reference = replaceVariables(image, this.#initial, this.#place(step));
    if (reference === "" || (as !== undefined && (as.toUpperCase() !== "AS" || !name)))
      this.#refuse(step, [
        "write FROM IMAGE or FROM IMAGE AS STAGE",
        "请写成 FROM 镜像 或 FROM 镜像 AS 阶段",
      ]);
    this.#args = new Map();
    const earlier = this.#stages.find((stage) => stage.name === reference.toLowerCase());
    const stage: Stage = earlier ? copyOf(earlier) : newStage();
    delete stage.name;
    if (name) stage.name = name.toLowerCase();
    if (!earlier && reference !== "scratch") inherit(stage, await this.#given.base(reference));
    this.#stages.push(stage);
  }

  async #copy(stage: Stage, step: Step): Promise<void> {
    for (const flag of step.flags.keys())
      if (!COPY_FLAGS.has(flag)) this.#refuse(step, [`--${flag} is not known here`, `不支持 --${flag}`]);
    const words = step.words.map((word) => this.#replace(word, step));
    const target = words.pop();
    if (target === undefined || words.length === 0)
      this.#refuse(step, [`write ${step.keyword} SOURCE… DESTINATION`, `请写成 ${step.keyword} 来源… 目标`]);
    const from = await this.#source(step);
    const chmod = this.#mode(step);
    const exclude = step.flags.get("exclude");
    const excluded = exclude ? matching(this.#replace(exclude, step)) : () => false;
    const at = destination(target, stage.workdir);
    const intoFolder = words.length > 1 || target.endsWith("/") || /(^|\/)\.{1,2}$/.test(target) || at === "";
    const put = (name: string, data: Uint8Array, executable: boolean) => {
      const path = at === "" ? name : name === "" ? at : `${at}/${name}`;
      stage.files.set(path, data);
      if (chmod === undefined ? executable : (chmod & 0o111) !== 0) stage.executable.add(path);
      else stage.executable.delete(path);
    };
    for (const word of words) {
      const document = /^<</.test(word)
        ? step.documents.find(({ name }) => word.replace(/^<<-?["']?|["']$/g, "") === name)
        : undefined;
      if (document) {
        const content = document.literal ? document.content : this.#replace(document.content, step);
        put(intoFolder ? document.name : "", Buffer.from(content), false);
      } else if (step.keyword === "ADD" && /^[a-z][a-z0-9+.-]*:\/\/|^git@/i.test(word)) {
        const data = await this.#fetch(word, step);
        put(intoFolder ? posix.basename(new URL(word).pathname) || "index" : "", data, false);
      } else {
        const found = /(^|\/)\.\.(\/|$)/.test(posix.normalize(word))
          ? this.#refuse(step, [`${word} leaves the folder that is built`, `${word} 超出了构建文件夹`])
          : select(word, from.files.keys());
        if (!found) this.#missing(word, step);
        for (const { path, name } of found.files) {
          if (excluded(path)) continue;
          const data = from.files.get(path) ?? new Uint8Array();
          if (step.keyword === "ADD" && found.whole && ARCHIVE.test(path)) {
            for (const [inner, bytes] of await unpacked(path, data)) put(inner, bytes, false);
          } else put(found.whole && !intoFolder ? "" : name, data, from.executable.has(path));
        }
      }
    }
  }

  /** Where COPY takes from: the folder, an earlier stage, or another image. */
  async #source(step: Step): Promise<Tree> {
    const from = step.flags.get("from");
    if (from === undefined) return this.#given.context;
    const named = replaceVariables(from, this.#variables(), this.#place(step));
    const earlier = this.#stages
      .slice(0, -1)
      .find((stage, index) => stage.name === named.toLowerCase() || String(index) === named);
    if (earlier)
      return {
        files: new Map([...(earlier.base?.files ?? []), ...earlier.files]),
        executable: earlier.executable,
      };
    if (/^\d+$/.test(named))
      this.#refuse(step, [`there is no stage ${named} before this one`, `此前没有阶段 ${named}`]);
    return { files: new Map((await this.#given.base(named)).files), executable: new Set() };
  }

  #mode(step: Step): number | undefined {
    const chmod = step.flags.get("chmod");
    if (chmod === undefined) return undefined;
    if (!/^0?[0-7]{3,4}$/.test(chmod))
      this.#refuse(step, [
        `--chmod=${chmod} is no mode; write --chmod=755`,
        `--chmod=${chmod} 不是权限；请写成 --chmod=755`,
      ]);
    return Number.parseInt(chmod, 8);
  }

  async #fetch(url: string, step: Step): Promise<Uint8Array> {
    const checksum = step.flags.get("checksum");
    if (!/^https?:\/\//i.test(url) || !checksum || !/^sha256:[0-9a-f]{64}$/.test(checksum))
      this.#refuse(step, [
        `what is at ${url} may change, so it needs --checksum=sha256:…; or get it before building and COPY it`,
        `${url} 的内容可能改变，因此需要 --checksum=sha256:…；也可以先下载再 COPY`,
      ]);
    const data = await this.#given.fetch(url);
    const found = sha256(data);
    if (found !== checksum)
      this.#refuse(step, [
        `${url} is ${found}, not ${checksum}; nothing of it is used`,
        `${url} 为 ${found}，而非 ${checksum}；未使用其内容`,
      ]);
    return data;
  }

  #missing(source: string, step: Step): never {
    const ignored = this.#given.context.ignores(source.replace(/^\.?\/+/, ""));
    return this.#refuse(
      step,
      ignored
        ? [
            `${source} is left out by .dockerignore; take its line away or add !${source}`,
            `${source} 被 .dockerignore 排除；请删除相应行或添加 !${source}`,
          ]
        : [`there is no ${source} to copy`, `没有可复制的 ${source}`],
    );
  }

  #variables(): Map<string, string> {
    return new Map([...this.#args, ...(this.stage?.env ?? [])]);
  }

  #replace(text: string, step: Step): string {
    return replaceVariables(text, this.#variables(), this.#place(step));
  }

  #place({ line }: Step): { file: string; line: number } {
    return { file: this.#given.file, line };
  }

  #refuse(step: Step, sentence: readonly [string, string]): never {
    throw new BuildError(sentence, this.#place(step));
  }
}

const ARCHIVE = /\.(tar|tgz|tar\.gz|tar\.zst)$/i;

function unpacked(path: string, data: Uint8Array): Promise<Map<string, Uint8Array>> {
  if (/gz$/i.test(path)) return unpackLayer(data, mediaTypes.layerGzip);
  return unpackLayer(data, /zst$/i.test(path) ? mediaTypes.layerZstd : mediaTypes.layer);
}

/** The plain form is a line for a shell. */
function commandOf({ json, words, text }: Step): string[] {
  return json ? words : ["/bin/sh", "-c", text];
}

function newStage(): Stage {
  return { files: new Map(), executable: new Set(), env: new Map(), labels: new Map(), workdir: "/" };
}

function copyOf(stage: Stage): Stage {
  return {
    ...stage,
    files: new Map(stage.files),
    executable: new Set(stage.executable),
    env: new Map(stage.env),
    labels: new Map(stage.labels),
  };
}

function inherit(stage: Stage, base: BaseImage): void {
  const { Env = [], Labels = {}, Entrypoint, Cmd, WorkingDir } = base.settings;
  stage.base = base;
  for (const each of Env) {
    const at = each.indexOf("=");
    stage.env.set(each.slice(0, at), each.slice(at + 1));
  }
  for (const [name, value] of Object.entries(Labels)) stage.labels.set(name, value);
  if (Entrypoint) stage.entrypoint = Entrypoint;
  if (Cmd) stage.cmd = Cmd;
  if (WorkingDir) stage.workdir = WorkingDir;
}
