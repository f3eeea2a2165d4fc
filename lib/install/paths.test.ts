import { expect, it } from "vitest";
import { valueAt } from "./paths.ts";

it("finds values by name, by index, and by what an entry of a list says", () => {
  const conditions = [
    { type: "Validated", status: "True", message: "fine" },
    { type: "Failed", status: "False", message: "backup failed" },
  ];
  const object = { metadata: { labels: { "a.b/c": "x" } }, status: { conditions } };
  expect(valueAt(object, 'metadata.labels["a.b/c"]')).toBe("x");
  expect(valueAt(object, "status.conditions[0].message")).toBe("fine");
  expect(valueAt(object, "status.conditions[status=False].message")).toBe("backup failed");
  expect(valueAt(object, "status.conditions[type=Ready].message")).toBeUndefined();
  expect(valueAt({}, "status.conditions[type=Ready].message")).toBeUndefined();
});
