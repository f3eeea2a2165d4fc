import { describe, expect, it } from "vitest";
import { duplicateFields } from "./duplicates.ts";

describe("duplicate fields", () => {
  it.each([
    ['{"a":1,"b":2}', []],
    ['{"a":1,"a":2}', ["a"]],
    ['{"a":{"b":1},"c":{"b":1}}', []],
    ['{"spec":{"x":1,"list":[{"k":1},{"k":1,"k":2}]}}', ["spec.list[1].k"]],
    ['{"a":"text with \\"a\\": quotes","b":"\\\\"}', []],
    ['{"a":["a","a",{"a":[]}],"a":{}}', ["a"]],
  ])("of %s are %j", (text, expected) => {
    expect(duplicateFields(text)).toEqual(expected);
  });
});
