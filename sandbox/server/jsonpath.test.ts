import { describe, expect, it } from "vitest";
import { compileJsonPath } from "./jsonpath.ts";

const object = {
  metadata: { labels: { "app.kubernetes.io/name": "x" } },
  status: {
    conditions: [
      { type: "A", status: "False" },
      { type: "Ready", status: "True" },
    ],
    ready: 0,
  },
};

describe("a printer column's path", () => {
  it.each([
    [".status.ready", [0]],
    ['.status.conditions[?(@.type=="Ready")].status', ["True"]],
    [".status.conditions[0].type", ["A"]],
    [".status.conditions[*].type", ["A", "Ready"]],
    [".metadata.labels.app\\.kubernetes\\.io/name", ["x"]],
    [".metadata.labels['app\\.kubernetes\\.io/name']", ["x"]],
    [".status.missing.deeper", []],
  ])("%s finds %j", (path, expected) => {
    expect(compileJsonPath(path)(object)).toEqual(expected);
  });

  it("that is none is refused", () => {
    expect(() => compileJsonPath(".a[(@.length-1)]")).toThrow("not understood");
  });
});
