import { expect, test } from "vitest";
import { TooManyWords, Words } from "./words.ts";

const replaced = (words: readonly string[], text: string) => new Words(words).replace(text, "*");

test.for([
  ["one", ["secret"], "a secret, secret", "a *, *"],
  ["one that is the beginning of another", ["abc", "abcdef"], "abcdef abcx", "* *x"],
  ["one inside another", ["bc", "abcd"], "abcd bc abce", "* * a*e"],
  ["ones that overlap or touch", ["abcd", "cdef", "gh"], "xabcdefghx", "x*x"],
  ["one behind its own beginning", ["aab"], "aaab", "a*"],
  ["one of other letters", ["密码🙂"], "是密码🙂。", "是*。"],
  ["none", [], "as it was", "as it was"],
] as const)("of words, %s is replaced", ([, words, text, expected]) => {
  expect(replaced(words, text)).toBe(expected);
});

// Word by word, letter by letter, this would take minutes.
test("what nearly matches everywhere is read as fast as anything else", { timeout: 60_000 }, () => {
  const words = Array.from({ length: 500 }, (_, index) => `${"a".repeat(500 + index)}b`);
  const text = "a".repeat(300_000);
  expect(replaced(words, text)).toBe(text);
});

test("more than can be looked for is not looked for in part", () => {
  const words = Array.from({ length: 20 }, (_, index) => `${index}${"x".repeat(60_000)}`);
  expect(() => new Words(words)).toThrow(TooManyWords);
});
