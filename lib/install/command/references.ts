import type { TextPart } from "../../images/index.ts";

/** A line of shell, with the values that it asks for as environment variables. */
export interface Referring {
  text: string;
  /** Whether the line asks for any. */
  refers: boolean;
}

type Quote = "" | '"' | "'";

const VARIABLE = /^\$\(([A-Za-z_]\w*)\)/;

/**
 * What an image asks for with `$(NAME)` and `${{ }}`, as references to environment variables: the values are never part of
 * the script, and a shell does not read again as code what a variable holds. Each stands in quotes, wherever in the line it
 * is, so that it stays one word.
 * @param names variables that `$(NAME)` stands for; anything else in such brackets is the shell's own
 * @param expression gives the variable that holds an expression's value
 */
export function withReferences(
  parts: readonly TextPart[],
  names: ReadonlySet<string>,
  expression: (part: Exclude<TextPart, string>) => string,
): Referring {
  let quote: Quote = "";
  /** The quotes around each `$(` that is open. */
  const outer: Quote[] = [];
  let text = "";
  let refers = false;
  const refer = (name: string) => {
    refers = true;
    text += quote === '"' ? `\${${name}}` : quote === "'" ? `'"\${${name}}"'` : `"\${${name}}"`;
  };
  for (const part of parts) {
    if (typeof part !== "string") {
      refer(expression(part));
      continue;
    }
    for (let at = 0; at < part.length; at++) {
      const character = part.charAt(at);
      const [whole, name = ""] = VARIABLE.exec(part.slice(at)) ?? [];
      if (whole && names.has(name)) {
        refer(name);
        at += whole.length - 1;
        continue;
      }
      text += character;
      if (character === "\\" && quote !== "'") text += part.charAt(++at);
      else if (character === "(" && text.endsWith("$(") && quote !== "'") {
        outer.push(quote);
        quote = "";
      } else if (character === ")" && quote === "") quote = outer.pop() ?? "";
      else if (character === quote) quote = "";
      else if (quote === "" && (character === '"' || character === "'")) quote = character;
      else if (quote === "" && character === "#" && /(^|[\s;&|(])$/.test(text.slice(0, -1))) {
        const end = part.indexOf("\n", at);
        text += part.slice(at + 1, end < 0 ? part.length : end);
        at = (end < 0 ? part.length : end) - 1;
      }
    }
  }
  return { text, refers };
}

/** What reads a value as code once more, whatever quotes it stands in. */
const READS_AGAIN =
  /\beval\b|\b(ba|da|a|z|k)?sh\s+(-\S+\s+)*-\w*c\b|\(\(|\$\[|\[\[|\b(let|declare|typeset|source|trap)\b|\bprintf\s+-v\b|\btest\s+-v\b|\bssh\b/;

/** Whether the line hands what it is given to something that takes it for code. */
export function readsAgain(line: string): boolean {
  return READS_AGAIN.test(line);
}
