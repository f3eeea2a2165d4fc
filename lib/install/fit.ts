import { Expressions, hasExpression, type Scope, splitExpressions, type Task } from "../images/index.ts";
import type { Action, ActionCheck } from "../model/image.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { ProblemError } from "../model/problem.ts";
import { because, type Reason } from "../model/reasons.ts";
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
  const { message, ...reason } = await sentenceOf(action.name, broken, scope);
  const { input } = broken;
  const fields = input ? [{ field: input, message, ...reason }] : [];
  throw new ProblemError("input-invalid", message, { ...reason, fields });
}

/**
 * Why actions make no sense for an instance as it is, in their order; undefined where one does. Only conditions on the
 * instance alone speak here: those on an input may hold once it is filled in. One that cannot be worked out says nothing,
 * and the run why.
 */
export async function objections(
  actions: readonly Pick<Action, "name" | "checks">[],
  object: KubernetesObject,
  left: Amounts,
): Promise<(Said | undefined)[]> {
  const scope = instanceScope(object, left);
  const checks = actions.flatMap(({ checks = [] }, index) =>
    checks.filter(isOfInstance).map((check) => ({ index, check })),
  );
  const holding = await (await Expressions.create()).evaluateAll(
    checks.map(({ check }) => expression(`(${check.that}) ? 1 : 0`)),
    scope,
  );
  const broken = checks.filter((_, at) => {
    const outcome = holding[at];
    return outcome && "value" in outcome && !holds(Number(outcome.value));
  });
  return Promise.all(
    actions.map(async ({ name }, at) => {
      // The sentences of later ones may rest on what the first says is not so.
      const first = broken.find(({ index }) => index === at);
      try {
        return first && (await sentenceOf(name, first.check, scope));
      } catch (error) {
        if (error instanceof ProblemError) return undefined;
        throw error;
      }
    }),
  );
}

/** Whether no input can make it hold. */
function isOfInstance({ that, message, input }: ActionCheck): boolean {
  return input === undefined && ![that, message].some((text) => /\binputs\b/.test(text));
}

type Said = Reason & { message: string };

async function sentenceOf(action: string, check: ActionCheck, scope: Scope): Promise<Said> {
  const [text = "", zh = ""] = await evaluated(
    [check.message, check.i18n?.zh?.message ?? check.message].map((each) => ({
      parts: splitExpressions(each, `action ${action}`),
    })),
    scope,
  );
  return { message: text, ...because("action-check", { text, "text-zh": zh }) };
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
