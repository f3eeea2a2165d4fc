import type { KubernetesObject } from "../../model/kubernetes.ts";
import type { PlanNotice } from "../../model/plan.ts";
import { because } from "../../model/reasons.ts";
import type { RenderContext, RenderedObject } from "../render-types.ts";
import type { ResolvedImage } from "../resolve.ts";
import { resolveValues, SEED, systemScope } from "../values.ts";
import { commandName, commandObjects } from "./objects.ts";
import { commandScript } from "./script.ts";

/** An image's command may take so long: charts wait for what they start. */
const SECONDS = 1800;
const MOST_SHOWN = 500;

/** What runs an image's command. */
export interface Program {
  /** Of its Job, and the mark of what it makes. Another image or other values give another. */
  job: string;
  objects: RenderedObject[];
  notice: PlanNotice;
}

export interface ProgramInput {
  installation: { name: string; namespace: string };
  image: ResolvedImage;
  inputs: Readonly<Record<string, string>>;
  values: Readonly<Record<string, string>>;
  context: RenderContext;
  /** As `renderContext` gave it, which no revision can change. */
  account: string;
  runnerImage: string;
}

/** The image's command as objects; undefined when it needs no container. @throws ProblemError as rendering does. */
export async function programOf(input: ProgramInput): Promise<Program | undefined> {
  const { image, installation, context, values } = input;
  const { command, workspace } = image.content;
  if (!command?.foreign || !workspace) return undefined;
  const resolved = await resolveValues(image.content, input.inputs, values, context);
  const script = await commandScript({
    lines: command.lines,
    workspace,
    scope: { ...systemScope(context), ...resolved },
    seed: values[SEED],
  });
  const job = commandName(installation.name, image.digest, script);
  const objects = await commandObjects({
    ...{ name: job, namespace: installation.namespace, workspace, script },
    ...{ account: input.account, runnerImage: input.runnerImage, seconds: SECONDS },
  });
  const shown = command.lines.join("; ").slice(0, MOST_SHOWN);
  return {
    job,
    objects: objects.map((object) => ({
      object,
      file: command.foreign?.file ?? "",
      line: 1,
      namespaced: true,
    })),
    notice: {
      level: "warning",
      code: "command-runs",
      message: `This image runs a program, with the rights of ${input.account}, who may do what editors of the workspace may, Secrets included. What it makes or changes cannot be known beforehand, so the plan shows only what runs it. It runs: ${shown}`,
      ...because("command-runs", { account: input.account, command: shown }),
    },
  };
}

/** Whether the object is the Job that runs the program. */
export function isJobOf({ kind, metadata }: KubernetesObject, { job }: Program): boolean {
  return kind === "Job" && metadata.name === job;
}
