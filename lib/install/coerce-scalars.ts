import type { FieldKind } from "./coerce-kinds.ts";

const INTEGER = /^[+-]?\d+$/;
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const TRUE = new Set(["true", "True", "TRUE", "yes", "Yes", "on", "On"]);
const FALSE = new Set(["false", "False", "FALSE", "no", "No", "off", "Off"]);

/** A scalar's text as the value that a field of this kind takes, or why not. Text is never changed. */
export function scalarOf(text: string, kind: FieldKind): { value: unknown } | { wrong: true } {
  const trimmed = text.trim();
  switch (kind) {
    case "string":
    case "quantity":
      return { value: text };
    case "integer":
      return INTEGER.test(trimmed) && Number.isSafeInteger(Number(trimmed))
        ? { value: Number(trimmed) }
        : { wrong: true };
    case "number":
      return NUMBER.test(trimmed) ? { value: Number(trimmed) } : { wrong: true };
    case "boolean":
      if (TRUE.has(trimmed)) return { value: true };
      return FALSE.has(trimmed) ? { value: false } : { wrong: true };
    case "int-or-string":
      return INTEGER.test(trimmed) && Number.isSafeInteger(Number(trimmed))
        ? { value: Number(trimmed) }
        : { value: text };
    default:
      return { wrong: true };
  }
}

/** What an unquoted expression gives where no schema says: a number or boolean when it is exactly one, else text. */
export function literal(text: string): string | number | boolean {
  if (text === "true") return true;
  if (text === "false") return false;
  if (/^-?(0|[1-9]\d*)(\.\d+)?$/.test(text)) {
    const number = Number(text);
    if (String(number) === text) return number;
  }
  return text;
}
