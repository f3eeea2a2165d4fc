import { Expressions } from "./expressions.ts";

const PLAIN = /\$\{\{\s*([A-Za-z_]\w*)\s*\}\}/g;

/**
 * Expands a provider's expression text. Texts that only name variables, which nearly all do, need no interpreter;
 * the others run in the sandboxed one. Throws the interpreter's error.
 */
export async function expand(text: string, scope: Record<string, unknown>): Promise<string> {
  return expandPlain(text, scope) ?? (await Expressions.create()).expand(text, scope);
}

/** The expanded text, or undefined when it holds more than variables' names. */
export function expandPlain(text: string, scope: Record<string, unknown>): string | undefined {
  let plain = true;
  const expanded = text.replace(PLAIN, (_, name: string) => {
    const value = Object.hasOwn(scope, name) ? scope[name] : undefined;
    if (typeof value !== "string" && typeof value !== "number") plain = false;
    return String(value);
  });
  return plain && !expanded.includes("${{") ? expanded : undefined;
}

/** Expands every value of a record. */
export async function expandAll(
  texts: Record<string, string>,
  scope: Record<string, unknown>,
): Promise<Record<string, string>> {
  const entries: [string, string][] = [];
  for (const [key, text] of Object.entries(texts)) entries.push([key, await expand(text, scope)]);
  return Object.fromEntries(entries);
}
