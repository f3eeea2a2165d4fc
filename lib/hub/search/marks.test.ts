import { expect, test } from "vitest";
import { marked, rangesOf, snippet } from "./marks.ts";
import { plainText } from "./plain-text.ts";

const marks = (text: string, typed: string[], meant: string[] = []) =>
  marked(text, rangesOf(text, typed, new Set(meant)));

test.each([
  ["as far as it was typed", "PostgreSQL", ["post"], [], ["", "Post", "greSQL"]],
  ["at the beginning of words only", "A repost of posts", ["post"], [], ["A repost of ", "post", "s"]],
  ["wholly when it was taken for an error", "Uses Redis", ["rediz"], ["redis"], ["Uses ", "Redis", ""]],
  ["in Chinese wherever it stands, once", "关系型数据库", ["数据", "据库"], [], ["关系型", "数据库", ""]],
  ["whatever its accents", "Café au lait", ["caf"], [], ["", "Caf", "é au lait"]],
])("a word is marked %s", (_, text, typed, meant, expected) => {
  expect(marks(text, typed, meant)).toEqual(expected);
});

test("a text without the words has no marks", () => {
  expect(marks("Redis", ["mysql"])).toBeUndefined();
});

test("pieces are text, whatever they hold: put together they are what was written", () => {
  const text = "<script>alert(1)</script> & <b>";
  expect(marks(text, ["alert"])?.join("")).toBe(text);
});

test("a snippet begins shortly before its first mark and says what it leaves out", () => {
  const text = `${"lorem ipsum ".repeat(40)}needle ${"dolor sit ".repeat(40)}`;
  const pieces = snippet(text, ["needle"], new Set()) ?? [];
  expect(pieces[1]).toBe("needle");
  expect(pieces[0]).toMatch(/^…/);
  expect(pieces.at(-1)).toMatch(/…$/);
  expect(pieces.join("").length).toBeLessThan(200);
});

test.each([
  ["at the beginning of words only", "unneeded, needed", ["need"], [], ["unneeded, ", "need", "ed"]],
  [
    "wholly when it was taken for an error",
    "Rediscover, Redis",
    ["rediz"],
    ["redis"],
    ["Rediscover, ", "Redis", ""],
  ],
  ["whatever its accents", "Un café", ["cafe"], [], ["Un ", "café", ""]],
  [
    "also beside signs that are folded to several",
    "… ﬁrst, needle",
    ["needle"],
    [],
    ["… ﬁrst, ", "needle", ""],
  ],
  ["in Chinese wherever it stands", "会话存放在内存里", ["内存"], [], ["会话存放在", "内存", "里"]],
])("a snippet marks a word %s", (_, text, typed, meant, expected) => {
  expect(snippet(text, typed, new Set(meant))).toEqual(expected);
});

test("a README is searched without its signs", () => {
  const readme =
    "# Title\n\n- **bold** [link](https://example.com/x)\n<img src=x onerror=y> `code`\n\n| a | b |\n|---|---|";
  expect(plainText(readme)).toBe("Title bold link code a b");
});

test("a hostile README is read to a bound, and without waiting long for its signs to end", () => {
  for (const piece of ["[", "![](", "<", "<!--", "|", "- ", "`", "[a](", "((("])
    expect(plainText(piece.repeat(500_000)).length).toBeLessThanOrEqual(12_000);
});
