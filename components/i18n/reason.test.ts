import { readFileSync } from "node:fs";
import { createTranslator, type useTranslations } from "use-intl";
import { expect, test } from "vitest";
import { teller } from "./reason";

const tell = (locale: string) => {
  const file = new URL(`../messages/${locale}/reasons.json`, import.meta.url);
  const messages = { reasons: JSON.parse(readFileSync(file, "utf8")) };
  return teller(createTranslator({ locale, messages }) as ReturnType<typeof useTranslations>, locale);
};
const said = {
  message: "a.yaml:2: it is broken",
  reason: "image-broken" as const,
  params: { text: "a.yaml:2: it is broken", "text-zh": "a.yaml:2: 内容损坏" },
};

test("a value that a server gives in the reader's language too is shown in it", () => {
  expect(tell("zh")(said)).toBe("镜像内容有误：a.yaml:2: 内容损坏");
  expect(tell("en")(said)).toBe("a.yaml:2: it is broken");
});

test("a value of the server's own language only is better than none", () => {
  expect(tell("zh")({ ...said, params: { text: "it is broken" } })).toBe("镜像内容有误：it is broken");
});
