import { describe, expect, it } from "vitest";
import { ignoring, matching } from "./context.ts";

describe("what .dockerignore leaves out", () => {
  it.each([
    ["*.tar", "a.tar", true],
    ["*.tar", "deep/a.tar", false],
    ["**/*.tar", "deep/a.tar", true],
    ["docs", "docs/a.md", true],
    ["/docs/", "docs/a.md", true],
    ["docs\n!docs/keep.md", "docs/keep.md", false],
    ["docs\n!docs/keep.md", "docs/other.md", true],
    ["!a\na", "a", true],
    ["# a", "# a", false],
    ["*", ".hidden", true],
  ])("%j and %s", (text, path, expected) => {
    expect(ignoring(text)(path)).toBe(expected);
  });
});

it("a pattern of a folder fits what is in it, and nothing that only begins alike", () => {
  const fits = matching("./a/");
  expect(["a", "a/b", "ab", "b/a"].map(fits)).toEqual([true, true, false, false]);
});
