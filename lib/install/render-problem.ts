import { ExpressionError, ImageError } from "../images/index.ts";
import { ProblemError } from "../model/problem.ts";
import { because } from "../model/reasons.ts";

/** An image's error as the problem that pages and API show; other errors pass through. */
export function asProblem(error: unknown): unknown {
  if (error instanceof ExpressionError) {
    const { file, line, expression } = error;
    return new ProblemError("expression-failed", error.message, {
      ...because("expression-broken", { file, line, expression, text: error.message }),
      fields: inputsNamed([expression]).map((field) => ({
        field,
        message: error.message,
        ...because("expression-broken", { text: error.message }),
      })),
      cause: error,
    });
  }
  if (error instanceof ImageError) {
    const params = {
      ...(error.file === undefined ? {} : { file: error.file }),
      ...(error.line === undefined ? {} : { line: error.line }),
      text: error.message,
      "text-zh": error.zh,
    };
    return new ProblemError("image-invalid", error.message, {
      ...because("image-broken", params),
      cause: error,
    });
  }
  return error;
}

const REFERENCE =
  /\b(defaults|inputs)\s*(?:\??\.\s*([A-Za-z_$][\w$]*)|(?:\?\.\s*)?\[\s*(?:'([^']*)'|"([^"]*)")\s*\])/g;

/** `defaults.x` and `inputs.y` that an expression mentions. */
export function references(expression: string): { scope: "defaults" | "inputs"; name: string }[] {
  return [...expression.matchAll(REFERENCE)].map((match) => ({
    scope: match[1] as "defaults" | "inputs",
    name: match[2] ?? match[3] ?? match[4] ?? "",
  }));
}

/** Inputs that expressions mention, each once. */
export function inputsNamed(expressions: string[]): string[] {
  const names = expressions
    .flatMap(references)
    .flatMap(({ scope, name }) => (scope === "inputs" ? [name] : []));
  return [...new Set(names)];
}
