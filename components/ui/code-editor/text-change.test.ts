import { expect, test } from "vitest";
import { textChange } from "./text-change.ts";

test.each([
  ["abc", "abc"],
  ["", "abc"],
  ["abc", ""],
  ["replicas: 3\n", "replicas: 33\n"],
  ["aaa", "aaaa"],
  ["a\nb\nc", "a\nx\nc"],
])("one replacement turns %j into %j", (before, after) => {
  const change = textChange(before, after);
  const text = change ? before.slice(0, change.from) + change.insert + before.slice(change.to) : before;
  expect(text).toBe(after);
});

test("a change in the middle leaves its surroundings alone", () => {
  expect(textChange("a: 1\nb: 2\nc: 3\n", "a: 1\nb: 5\nc: 3\n")).toEqual({ from: 8, to: 9, insert: "5" });
});
