import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const root = new URL(".", import.meta.url);
const read = (locale: string, file: string) =>
  JSON.parse(readFileSync(new URL(`${locale}/${file}`, root), "utf8")) as Record<string, unknown>;

function flatten(value: unknown, path = ""): [string, string][] {
  if (typeof value === "string") return [[path, value]];
  return Object.entries(value as object).flatMap(([key, inner]) =>
    flatten(inner, path ? `${path}.${key}` : key),
  );
}

/** Names of the values that a message takes. */
const slots = (text: string) =>
  [...new Set([...text.matchAll(/\{(\w+)(?=\s*[,}])/g)].map((match) => match[1]))].sort();

test.each(readdirSync(new URL("en", root)))(
  "%s says the same in both languages, with the same values",
  (file) => {
    const english = flatten(read("en", file));
    const chinese = new Map(flatten(read("zh", file)));
    expect([...chinese.keys()].sort()).toEqual(english.map(([key]) => key).sort());
    const literal = (text: string) => slots(text.replace(/(=\d+|one|other|few|many|zero) \{[^{}]*\}/g, ""));
    for (const [key, text] of english) {
      expect({ key, slots: literal(chinese.get(key) ?? "") }).toEqual({ key, slots: literal(text) });
    }
  },
);
