import { describe, expect, it } from "vitest";
import { parseFieldSelector, parseLabelSelector } from "./selectors.ts";

const labels = { app: "web", tier: "front" };

describe("a label selector", () => {
  it.each([
    ["app=web", true],
    ["app==web,tier!=back", true],
    ["app in (web, api),tier notin (back)", true],
    ["app,!gone", true],
    ["!app", false],
    ["app=api", false],
    ["other!=x", true],
    ["other notin (x)", true],
  ])("%s is %s", (selector, expected) => {
    expect(parseLabelSelector(selector)?.(labels)).toBe(expected);
  });

  it("that is none is refused", () => {
    expect(() => parseLabelSelector("app in web")).toThrow("unable to parse");
  });
});

it("a field selector keeps escaped commas in a value", () => {
  expect(parseFieldSelector("metadata.name=a\\,b,status.phase!=Running")).toEqual([
    { field: "metadata.name", equal: true, value: "a,b" },
    { field: "status.phase", equal: false, value: "Running" },
  ]);
});
