import { Expressions, type ExpressionText, type Scope, splitExpressions } from "../../images/index.ts";
import type { Workspace } from "../../model/image.ts";
import { ProblemError } from "../../model/problem.ts";
import { because } from "../../model/reasons.ts";
import { asProblem } from "../render-problem.ts";
import { readsAgain, withReferences } from "./references.ts";

/** What runs in the container: a script without any values, and the values as its environment. */
export interface CommandScript {
  script: string;
  env: Record<string, string>;
}

export interface ScriptInput {
  lines: readonly string[];
  workspace: Pick<Workspace, "env">;
  /** What expressions see; its texts, and those of its `defaults` and `inputs`, are variables of the script. */
  scope: Scope;
  seed: string | undefined;
}

/** Variables by which a shell or a program of the container would be led elsewhere. */
const RESERVED = /^(PATH|HOME|TMPDIR|IFS|ENV|PS\d|PROMPT_COMMAND|SHELLOPTS|(BASH|LD_|HUB_|KUBE|HELM_).*)$/;

/**
 * An image's commands as a script. Values go in through the environment alone.
 * @throws ProblemError `expression-failed`, or `manifest-refused` for a line that hands a value to a second shell
 */
export async function commandScript({ lines, workspace, scope, seed }: ScriptInput): Promise<CommandScript> {
  const env: Record<string, string> = {};
  const add = (all: object) => {
    for (const [name, value] of Object.entries(all)) {
      const variable = name.replace(/[^A-Za-z0-9_]/g, "_").replace(/^(?=\d)/, "_");
      if (typeof value === "string" && !RESERVED.test(variable)) env[variable] = value;
    }
  };
  add(workspace.env);
  add(scope.defaults ?? {});
  add(scope.inputs ?? {});
  add(scope);
  const names = new Set(Object.keys(env));
  const asked: ExpressionText[] = [];
  const variableOf = (part: ExpressionText) => `HUB_VALUE_${asked.push(part)}`;
  try {
    const script = lines.map((line) => {
      const { text, refers } = withReferences(splitExpressions(line, "CMD"), names, variableOf);
      if (refers && readsAgain(line)) throw nested(line);
      return text;
    });
    const expressions = await Expressions.create();
    const outcomes = await expressions.evaluateAll(
      asked.map((part) => ({ parts: [part] })),
      scope,
      seed,
    );
    for (const [index, outcome] of outcomes.entries()) {
      if ("error" in outcome) throw outcome.error;
      env[`HUB_VALUE_${index + 1}`] = String(outcome.value ?? "");
    }
    return { script: `${script.join("\n")}\n`, env };
  } catch (error) {
    throw asProblem(error);
  }
}

function nested(line: string): ProblemError {
  const text = line.trim().slice(0, 200);
  return new ProblemError(
    "manifest-refused",
    `"${text}" hands a value to what reads it as commands once more. Use the value as an environment variable there.`,
    because("command-nested", { text }),
  );
}
