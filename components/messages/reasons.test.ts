import { readFileSync } from "node:fs";
import compile from "icu-minify/compile";
import { expect, test } from "vitest";
import { reasons } from "../../lib/model/reasons.ts";

const root = new URL(".", import.meta.url);
const sentences = (locale: string) =>
  (
    JSON.parse(readFileSync(new URL(`${locale}/reasons.json`, root), "utf8")) as {
      sentences: Record<string, string>;
    }
  ).sentences;
const slots = (text: string) =>
  [...new Set([...text.matchAll(/\{(\w+)(?=\s*[,}])/g)].map((match) => match[1]))].sort();

test.each(["en", "zh"])(
  "every reason has its sentence in %s, with the values that servers give it",
  (locale) => {
    const found = sentences(locale);
    expect(Object.keys(found).sort()).toEqual(Object.keys(reasons).sort());
    for (const [code, params] of Object.entries(reasons)) {
      const text = found[code] ?? "";
      expect({ code, slots: slots(text.replace(/(one|other) \{[^{}]*\}/g, "")) }).toEqual({
        code,
        slots: [...params].sort(),
      });
      expect(() => compile(text)).not.toThrow();
    }
  },
);
