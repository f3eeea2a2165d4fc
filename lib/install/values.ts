import { randomBytes } from "node:crypto";
import { Expressions, hasExpression, splitExpressions, type Task } from "../images/index.ts";
import type { ImageContent } from "../model/image.ts";
import { type FieldProblem, ProblemError } from "../model/problem.ts";
import { because, type Reason } from "../model/reasons.ts";
import type { InputDeclaration } from "../model/resources.ts";
import { tooLarge } from "./input-size.ts";
import { parseQuantity } from "./quantity.ts";
import { asProblem, references } from "./render-problem.ts";
import type { RenderContext } from "./render-types.ts";

/** Among the drawn values: where random text in manifests and late defaults is drawn from. A legal Secret key. */
export const SEED = ".seed";

export interface Values {
  defaults: Record<string, string>;
  inputs: Record<string, string>;
}

/** Globals that every expression of an image sees. */
export function systemScope(context: RenderContext): Record<string, string> {
  return {
    SEALOS_NAMESPACE: context.namespace,
    SEALOS_CLOUD_DOMAIN: context.cloudDomain,
    SEALOS_CLOUD_PORT: context.cloudPort,
    SEALOS_CERT_SECRET_NAME: context.certSecretName,
    SEALOS_SERVICE_ACCOUNT: context.serviceAccount,
  };
}

/**
 * Checks inputs against the image's declaration and fills in plain defaults (a default with `${{ }}` is filled in
 * when rendering). Every input is text, as the public format has it.
 * @throws ProblemError `input-missing` or `input-invalid` with one entry in `fields` per input.
 */
export async function validateInputs(
  content: ImageContent,
  given: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const large = tooLarge(given);
  if (large) throw invalid([large]);
  return validateKept(content, given);
}

/** As `validateInputs`, for those that were accepted before: they may be larger than new ones. */
export async function validateKept(
  content: ImageContent,
  given: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const unknown = Object.keys(given).filter((name) => !content.inputs.some((input) => input.name === name));
  if (unknown.length > 0) {
    const known = content.inputs.map(({ name }) => name).join(", ") || "none";
    throw invalid(
      unknown.map((field) => ({
        field,
        message: `there is no such input (the image has: ${known})`,
        ...because("input-unknown", { known }),
      })),
    );
  }
  const inputs: Record<string, string> = {};
  for (const { name, default: preset } of content.inputs) {
    const value = given[name] ?? (preset !== undefined && !hasExpression(preset) ? preset : undefined);
    if (value !== undefined) inputs[name] = value;
  }
  const shown = await shownInputs(content, inputs);
  const missing = shown.filter(({ name, required, default: preset }) => {
    const filledLater = preset !== undefined && hasExpression(preset);
    return required && !filledLater && (inputs[name] ?? "") === "";
  });
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(", ");
    throw new ProblemError("input-missing", `Fill in ${names}.`, {
      ...because("inputs-missing", { names }),
      fields: missing.map(({ name }) => ({
        field: name,
        message: "this input is required",
        ...because("input-required", {}),
      })),
    });
  }
  const wrong = shown.flatMap((declared) => {
    const value = inputs[declared.name];
    const wrongly = value === undefined ? undefined : fault(declared, value);
    return wrongly === undefined ? [] : [{ field: declared.name, ...wrongly }];
  });
  if (wrong.length > 0) throw invalid(wrong);
  return inputs;
}

function invalid(fields: FieldProblem[]): ProblemError {
  const sentence = fields.map(({ field, message }) => `${field}: ${message}`).join("; ");
  const names = fields.map(({ field }) => field).join(", ");
  return new ProblemError("input-invalid", `${sentence}.`, {
    ...because("inputs-invalid", { names }),
    fields,
  });
}

/** What is wrong with a value. An optional input may always be empty. */
function fault(declared: InputDeclaration, value: string): (Reason & { message: string }) | undefined {
  if (typeof value !== "string") return { message: "a value must be text", ...because("input-not-text", {}) };
  if (!value.isWellFormed() || value.includes("\0"))
    return { message: "the value holds characters that are not text", ...because("input-characters", {}) };
  if (value === "") return undefined;
  const { type, options = [], quantity, above } = declared;
  if (type === "number" && !/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(value))
    return { message: "this is not a number", ...because("input-number", {}) };
  if (type === "boolean" && value !== "true" && value !== "false")
    return { message: "this is neither true nor false", ...because("input-boolean", {}) };
  if (type === "choice" && !options.includes(value)) {
    const offered = options.join(", ");
    if (offered === "")
      return { message: "nothing can be chosen here now", ...because("input-no-option", {}) };
    return { message: `choose one of ${offered}`, ...because("input-option", { options: offered }) };
  }
  if (type !== "number" && !quantity) return undefined;
  const amount = parseQuantity(value);
  if (quantity && (amount === undefined || amount < 0))
    return { message: "this is not an amount, such as 10Gi or 500m", ...because("input-amount", {}) };
  if (amount === undefined) return undefined;
  const least = declared.minimum ?? "";
  if (amount < (parseQuantity(least) ?? Number.NEGATIVE_INFINITY))
    return { message: `at least ${least}`, ...because("input-least", { least }) };
  const most = declared.maximum ?? "";
  if (amount > (parseQuantity(most) ?? Number.POSITIVE_INFINITY))
    return { message: `at most ${most}`, ...because("input-most", { most }) };
  if (above !== undefined && amount <= (parseQuantity(above) ?? Number.NEGATIVE_INFINITY))
    return { message: `it has ${above} now and can only grow`, ...because("input-grows", { above }) };
  return undefined;
}

/** Inputs whose `if` holds. */
async function shownInputs(
  content: ImageContent,
  inputs: Record<string, string>,
): Promise<InputDeclaration[]> {
  const conditional = content.inputs.filter((input) => input.if);
  if (conditional.length === 0) return content.inputs;
  const expressions = await Expressions.create();
  const tasks = conditional.map(({ name, if: condition = "" }): Task => {
    return { parts: [{ text: condition, file: `input ${name}`, line: 1, occurrence: 0 }] };
  });
  const all = Object.fromEntries(content.inputs.map(({ name }) => [name, inputs[name] ?? ""]));
  const plain = Object.fromEntries(
    Object.entries(content.defaults).map(([name, { value }]) => [name, value]),
  );
  const outcomes = await expressions.evaluateAll(tasks, { defaults: plain, inputs: all });
  const hidden = new Set<string>();
  for (const [index, outcome] of outcomes.entries()) {
    if ("error" in outcome) throw asProblem(outcome.error);
    const name = conditional[index]?.name;
    if (name && !holds(outcome.value)) hidden.add(name);
  }
  return content.inputs.filter(({ name }) => !hidden.has(name));
}

/**
 * Truth of a condition. Inputs are text, and authors write `if(inputs.enabled)` for a boolean input all the same:
 * the text "false" counts as false.
 */
export function holds(value: unknown): boolean {
  return Boolean(value) && value !== "false";
}

/**
 * Draws an installation's values once: a seed, and every default that does not depend on inputs. Kept and passed to
 * each later render, so that names and passwords stay what they are, also in a newer version of the image.
 * @param random gives that many random bytes
 * @param kept values drawn earlier; they stay, and what they lack is added
 */
export async function drawValues(
  content: ImageContent,
  context: RenderContext,
  random: (bytes: number) => Uint8Array = randomBytes,
  kept: Readonly<Record<string, string>> = {},
): Promise<Record<string, string>> {
  const seed = kept[SEED] ?? Buffer.from(random(32)).toString("hex");
  const order = ordered(content);
  const late = lateDefaults(content, order);
  const names = order.flatMap((node) =>
    node.scope === "defaults" && !late.has(node.name) ? [node.name] : [],
  );
  const drawn = await evaluateNodes(
    content,
    names.filter((name) => kept[name] === undefined).map((name) => ({ scope: "defaults" as const, name })),
    { defaults: pick(kept, names), inputs: {} },
    context,
    seed,
  );
  return { ...kept, ...drawn.defaults, [SEED]: seed };
}

/** Every default and input as rendering sees it. @throws ProblemError `expression-failed` or `image-invalid`. */
export async function resolveValues(
  content: ImageContent,
  inputs: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string>>,
  context: RenderContext,
): Promise<Values> {
  const order = ordered(content);
  const late = lateDefaults(content, order);
  const known: Values = {
    defaults: pick(
      values,
      Object.keys(content.defaults).filter((name) => !late.has(name)),
    ),
    inputs: { ...Object.fromEntries(content.inputs.map(({ name }) => [name, ""])), ...inputs },
  };
  const open = order.filter(({ scope, name }) =>
    scope === "defaults" ? known.defaults[name] === undefined : inputs[name] === undefined,
  );
  return evaluateNodes(content, open, known, context, values[SEED]);
}

interface ValueNode {
  scope: "defaults" | "inputs";
  name: string;
}

async function evaluateNodes(
  content: ImageContent,
  nodes: ValueNode[],
  known: Values,
  context: RenderContext,
  seed: string | undefined,
): Promise<Values> {
  try {
    const tasks = nodes.map((node): Task => {
      const parts = splitExpressions(textOf(content, node), `${node.scope}.${node.name}`);
      return { parts, assign: [node.scope, node.name] };
    });
    const expressions = await Expressions.create();
    const outcomes = await expressions.evaluateAll(tasks, { ...systemScope(context), ...known }, seed);
    const result: Values = { defaults: { ...known.defaults }, inputs: { ...known.inputs } };
    for (const [index, outcome] of outcomes.entries()) {
      const node = nodes[index];
      if ("error" in outcome) throw outcome.error;
      if (node) result[node.scope][node.name] = outcome.value === undefined ? "" : String(outcome.value);
    }
    return result;
  } catch (error) {
    throw asProblem(error);
  }
}

function textOf(content: ImageContent, { scope, name }: ValueNode): string {
  if (scope === "defaults") return content.defaults[name]?.value ?? "";
  return content.inputs.find((input) => input.name === name)?.default ?? "";
}

/** Defaults, and inputs preset by an expression, each after those it refers to. */
function ordered(content: ImageContent): ValueNode[] {
  const nodes: ValueNode[] = [
    ...content.inputs.map(({ name }): ValueNode => ({ scope: "inputs", name })),
    ...Object.keys(content.defaults).map((name): ValueNode => ({ scope: "defaults", name })),
  ];
  const byKey = new Map(nodes.map((node) => [keyOf(node), node]));
  const done = new Set<string>();
  const order: ValueNode[] = [];
  const visit = (node: ValueNode, trail: string[]): void => {
    const key = keyOf(node);
    if (done.has(key)) return;
    if (trail.includes(key)) {
      const circle = [...trail.slice(trail.indexOf(key)), key].join(" → ");
      const sentence = `These values refer to each other in a circle: ${circle}.`;
      throw new ProblemError("image-invalid", sentence, because("values-circle", { circle }));
    }
    for (const reference of dependencies(content, node)) {
      const next = byKey.get(keyOf(reference));
      if (next) visit(next, [...trail, key]);
    }
    done.add(key);
    order.push(node);
  };
  for (const node of nodes) visit(node, []);
  return order;
}

function keyOf({ scope, name }: ValueNode): string {
  return `${scope}.${name}`;
}

function dependencies(content: ImageContent, node: ValueNode): ValueNode[] {
  const text = textOf(content, node);
  return hasExpression(text) ? references(text) : [];
}

/** Defaults that depend on an input, directly or not: they follow the input instead of being drawn once. */
function lateDefaults(content: ImageContent, order: ValueNode[]): Set<string> {
  const late = new Set<string>();
  for (const node of order) {
    if (node.scope !== "defaults") continue;
    const depends = dependencies(content, node).some(
      ({ scope, name }) => scope === "inputs" || late.has(name),
    );
    if (depends) late.add(node.name);
  }
  return late;
}

function pick(values: Readonly<Record<string, string>>, names: string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])),
  );
}
