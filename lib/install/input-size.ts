import { limits } from "../images/index.ts";
import type { FieldProblem } from "../model/problem.ts";
import { because } from "../model/reasons.ts";

/**
 * The input whose value is longer than one may be, or the longest of inputs that are too large together; undefined when all
 * fit. The definitions of Installation and ActionRun have the same limits.
 */
export function tooLarge(given: Readonly<Record<string, string>>): FieldProblem | undefined {
  const sizes = Object.entries(given).map(([field, value]) => ({
    field,
    length: String(value).length,
    bytes: Buffer.byteLength(String(value)),
  }));
  const long = sizes.find(({ length }) => length > limits.input);
  if (long) {
    const limit = limits.input / 1024;
    const message = `a value may have at most ${limit} KiB`;
    return { field: long.field, message, ...because("input-long", { limit }) };
  }
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= limits.inputs) return undefined;
  const [largest] = sizes.sort((a, b) => b.bytes - a.bytes);
  const words = { size: Math.ceil(total / 1024), limit: limits.inputs / 1024 };
  return {
    field: largest?.field ?? "",
    message: `all inputs together have ${words.size} KiB, which may be at most ${words.limit} KiB; this is the longest`,
    ...because("inputs-large", words),
  };
}
