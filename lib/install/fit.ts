import { Expressions, hasExpression, type Scope, splitExpressions, type Task } from "../images/index.ts";
import type { Action } from "../model/image.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { ProblemError } from "../model/problem.ts";
import { because } from "../model/reasons.ts";
import type { InputDeclaration } from "../model/resources.ts";
import { type Amounts, quotaLines } from "./quota.ts";
import { asProblem } from "./render-problem.ts";
import { holds } from "./values.ts";

/** What an instance gives to the inputs of an action, beside the options that are left. */
const FITTED = ["default", "minimum", "maximum", "above"] as const;

/**
 * What an action's expressions see of the instance it acts on.
 * @param left what the workspace's quotas leave, by resource
 */
export function instanceScope(object: KubernetesObject, left: Amounts = {}): Scope {
  return { object, INSTANCE: object.metadata.name, LEFT: left };
}

/** What quotas leave of each resource that they limit, in base units. */
export function leftOf(quotas: readonly KubernetesObject[]): Amounts {
  return Object.fromEntries(
    quotaLines(quotas, {}).map(({ resource, hard, used }) => [resource, hard - used]),
  );
}

/**
 * The inputs of an action for one instance: presets and bounds that follow from it are worked out, and of a choice those
 * options are left that the instance allows.
 * @throws ProblemError `expression-failed`
 */
export async function fittedInputs(
  inputs: readonly InputDeclaration[],
  object: KubernetesObject,
): Promise<InputDeclaration[]> {
  const tasks: Task[] = [];
  const fill: ((text: string) => void)[] = [];
  const fitted = inputs.map((declared) => {
    const input = { ...declared };
    for (const key of FITTED) {
      const text = input[key];
      if (text === undefined || !hasExpression(text)) continue;
      tasks.push({ parts: splitExpressions(text, `input ${input.name}`) });
      fill.push((value) => {
        if (value === "") delete input[key];
        else input[key] = value;
      });
    }
    if (input.only && input.options) {
      tasks.push(
        expression(`${JSON.stringify(input.options)}.map((option) => (${input.only}) ? 1 : 0).join("")`),
      );
      fill.push((flags) => {
        input.options = (input.options ?? []).filter((_, index) => flags[index] === "1");
        delete input.only;
      });
    }
    return input;
  });
  const texts = await evaluated(tasks, instanceScope(object));
  for (const [index, text] of texts.entries()) fill[index]?.(text);
  return fitted;
}

/**
 * Holds what is asked for to the conditions of the action.
 * @throws ProblemError `input-invalid` with the sentence of the first that does not hold, or `expression-failed`
 */
export async function checkConditions(
  action: Action,
  inputs: Readonly<Record<string, string>>,
  object: KubernetesObject | undefined,
  left: Amounts = {},
): Promise<void> {
  const { checks = [] } = action;
  if (checks.length === 0) return;
  const all = Object.fromEntries(action.inputs.map(({ name }) => [name, ""]));
  const scope = { ...(object ? instanceScope(object, left) : {}), inputs: { ...all, ...inputs } };
  const results = await evaluated(
    checks.map(({ that }) => expression(`(${that}) ? 1 : 0`)),
    scope,
  );
  const broken = checks[results.findIndex((result) => !holds(Number(result)))];
  if (!broken) return;
  const [text = "", zh = ""] = await evaluated(
    [broken.message, broken.i18n?.zh?.message ?? broken.message].map((each) => ({
      parts: splitExpressions(each, `action ${action.name}`),
    })),
    scope,
  );
  const reason = because("action-check", { text, "text-zh": zh });
  const { input } = broken;
  const fields = input ? [{ field: input, message: text, ...reason }] : [];
  throw new ProblemError("input-invalid", text, { ...reason, fields });
}

function expression(text: string): Task {
  return { parts: [{ text, file: "action", line: 1, occurrence: 0 }] };
}

async function evaluated(tasks: Task[], scope: Scope): Promise<string[]> {
  try {
    const outcomes = await (await Expressions.create()).evaluateAll(tasks, scope);
    return outcomes.map((outcome) => {
      if ("error" in outcome) throw outcome.error;
      return outcome.value === undefined ? "" : String(outcome.value);
    });
  } catch (error) {
    throw asProblem(error);
  }
}
