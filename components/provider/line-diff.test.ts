import { expect, test } from "vitest";
import { diffLines } from "./line-diff.ts";

test("a diff shows what changed with a little context and leaves the rest out", () => {
  const before = Array.from({ length: 20 }, (_, index) => `line ${index}`).join("\n");
  const after = before.replace("line 10", "line ten");
  expect(diffLines(before, after, 1)).toEqual([
    null,
    { kind: "same", text: "line 9" },
    { kind: "removed", text: "line 10" },
    { kind: "added", text: "line ten" },
    { kind: "same", text: "line 11" },
    null,
  ]);
  expect(diffLines(before, before)).toEqual([]);
});
