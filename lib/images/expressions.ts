import type { Item, ItemResult, Value } from "./expression-protocol.ts";
import { type ExpressionText, splitExpressions, type TextPart } from "./expression-text.ts";
import { evaluateInThread } from "./interpreter-thread.ts";

export type { Value } from "./expression-protocol.ts";

/** An image's expression failed. The message names file, line and expression. */
export class ExpressionError extends Error {
  readonly expression: string;
  readonly file: string;
  readonly line: number;

  constructor(expression: ExpressionText, reason: string) {
    super(
      `${expression.file}:${expression.line}: the expression \${{ ${expression.text} }} failed: ${reason}`,
    );
    this.name = "ExpressionError";
    this.expression = expression.text;
    this.file = expression.file;
    this.line = expression.line;
  }
}

/** What expressions see: `defaults`, `inputs`, `SEALOS_*`, or whatever else the caller names. */
export type Scope = Record<string, unknown>;

export interface ExpressionLimits {
  /** Processor time of one expression. */
  itemMs: number;
  /** Processor time of a whole render. */
  totalMs: number;
  memoryBytes: number;
}

const expressionLimits: ExpressionLimits = {
  itemMs: 100,
  totalMs: 2_000,
  memoryBytes: 16 * 1024 * 1024,
};

/** Text whose expressions are to be evaluated; `assign` makes the value known to those after it. */
export interface Task {
  parts: TextPart[];
  assign?: [object: string, name: string];
}

/** A value, or the error to throw once somebody needs it: a branch not taken may fail. */
export type Outcome = { value: Value } | { error: ExpressionError };

/**
 * Evaluates `${{ }}` expressions, which are an image's and untrusted, in an interpreter without Node's realm, with
 * limits on time and memory. Nothing survives from one call to the next.
 */
export class Expressions {
  readonly #limits: ExpressionLimits;

  private constructor(limits: ExpressionLimits) {
    this.#limits = limits;
  }

  static async create(limits: Partial<ExpressionLimits> = {}): Promise<Expressions> {
    return new Expressions({ ...expressionLimits, ...limits });
  }

  /**
   * Evaluates one JavaScript expression (without `${{ }}`).
   * @throws ExpressionError when it throws, takes too long or too much memory, or gives an object.
   */
  async evaluate(
    expression: string,
    scope: Scope,
    place: { file: string; line: number } = { file: "expression", line: 1 },
  ): Promise<Value> {
    const text: ExpressionText = { text: expression, ...place, occurrence: 0 };
    const [outcome] = await this.evaluateAll([{ parts: [text] }], scope);
    return needed(outcome);
  }

  /** Replaces every `${{ }}` in text by its value. */
  async expand(text: string, scope: Scope, file = "text"): Promise<string> {
    const parts = splitExpressions(text, file);
    const [outcome] = await this.evaluateAll([{ parts }], scope);
    const value = needed(outcome);
    return value === undefined ? "" : String(value);
  }

  /** Evaluates tasks in order, in one interpreter. `seed` is where `random(n)` draws from. */
  async evaluateAll(tasks: Task[], scope: Scope, seed?: string): Promise<Outcome[]> {
    if (tasks.length === 0) return [];
    const items = tasks.map(toItem);
    const request = { scope, items, limits: this.#limits, ...(seed === undefined ? {} : { seed }) };
    const results = await evaluateInThread(request);
    return tasks.map((task, index) => toOutcome(task, results[index]));
  }
}

function toItem(task: Task): Item {
  const parts = task.parts.map((part) =>
    typeof part === "string"
      ? part
      : { code: part.text, draw: `${part.file}\n${part.text}\n${part.occurrence}` },
  );
  return task.assign ? { parts, assign: task.assign } : { parts };
}

function toOutcome(task: Task, result: ItemResult | undefined): Outcome {
  if (result && "value" in result) return result;
  const part = task.parts[result?.part ?? 0];
  const blamed =
    part !== undefined && typeof part !== "string"
      ? part
      : (task.parts.find((each) => typeof each !== "string") ?? {
          text: "",
          file: "expression",
          line: 1,
          occurrence: 0,
        });
  return { error: new ExpressionError(blamed, result?.error ?? "the interpreter did not answer") };
}

function needed(outcome: Outcome | undefined): Value {
  if (!outcome) return undefined;
  if ("error" in outcome) throw outcome.error;
  return outcome.value;
}
