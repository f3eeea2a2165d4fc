import { ImageError } from "./error.ts";

/** `${{ … }}` as it stands in a file. */
export interface ExpressionText {
  text: string;
  file: string;
  line: number;
  /** Which occurrence of this text in this file, from 0: random values are drawn per occurrence. */
  occurrence: number;
}

/** Literal text, or an expression between literal texts. */
export type TextPart = string | ExpressionText;

/**
 * Splits text into literals and expressions. An expression ends at the first `}}` outside its string literals and
 * braces, on its own line; one that does not end is an `ImageError`.
 */
export function splitExpressions(
  text: string,
  file: string,
  firstLine = 1,
  seen = new Map<string, number>(),
): TextPart[] {
  const parts: TextPart[] = [];
  let line = firstLine;
  let from = 0;
  for (let open = text.indexOf("${{"); open >= 0; open = text.indexOf("${{", from)) {
    const literal = text.slice(from, open);
    line += newlines(literal);
    if (literal) parts.push(literal);
    const newline = text.indexOf("\n", open);
    const rest = text.slice(open + 3, newline < 0 ? text.length : newline);
    const length = expressionLength(rest);
    if (length === undefined) {
      throw new ImageError(
        [
          `an expression opens with \${{ and is not closed with }} on the same line`,
          `表达式以 \${{ 开头，但没有在同一行以 }} 结束`,
        ],
        {
          file,
          line,
        },
      );
    }
    const expression = rest.slice(0, length).trim();
    const occurrence = seen.get(expression) ?? 0;
    seen.set(expression, occurrence + 1);
    parts.push({ text: expression, file, line, occurrence });
    from = open + 3 + length + 2;
  }
  const tail = text.slice(from);
  if (tail || parts.length === 0) parts.push(tail);
  return parts;
}

/** Whether text holds an expression. */
export function hasExpression(text: string): boolean {
  return text.includes("${{");
}

function newlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

/** Length of the expression before its closing `}}`, or undefined when it does not close. */
function expressionLength(rest: string): number | undefined {
  let quote = "";
  let depth = 0;
  for (let i = 0; i < rest.length; i++) {
    const character = rest[i] ?? "";
    if (quote) {
      if (character === "\\") i++;
      else if (character === quote) quote = "";
    } else if (character === "'" || character === '"' || character === "`") quote = character;
    else if (character === "{") depth++;
    else if (character === "}") {
      if (depth > 0) depth--;
      else if (rest[i + 1] === "}") return i;
    }
  }
  // A stray apostrophe or brace must not hide the end from the author.
  const plain = rest.indexOf("}}");
  return plain < 0 ? undefined : plain;
}
