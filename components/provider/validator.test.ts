import type { RJSFSchema } from "@rjsf/utils";
import { expect, test, vi } from "vitest";
import { errorTree, formValidator, validate } from "./validator.ts";

const schema: RJSFSchema = {
  type: "object",
  required: ["name", "version"],
  properties: {
    name: { type: "string", pattern: "^[a-z]+$", maxLength: 5 },
    version: { type: "string", enum: ["14", "15"] },
    instances: { type: "integer", minimum: 1, maximum: 9 },
    users: {
      type: "object",
      additionalProperties: { type: "array", items: { type: "string", enum: ["superuser"] } },
    },
  },
};

test.each([
  [{ name: "shop", version: "14", users: { a: [], b: ["superuser"] } }, []],
  [{ name: "shop" }, [["version", "required", undefined]]],
  [
    { name: "shop", version: 14 },
    [
      ["version", "type", "string"],
      ["version", "enum", ["14", "15"]],
    ],
  ],
  [{ name: "shop", version: "14", instances: 12 }, [["instances", "maximum", 9]]],
  [{ name: "Shop", version: "14" }, [["name", "pattern", "^[a-z]+$"]]],
  [{ name: "a", version: "14", users: { a: ["root"] } }, [["users.a.0", "enum", ["superuser"]]]],
  [{ name: "a", version: "14", instances: undefined }, []],
])("%j breaks what it breaks and nothing more", (data, expected) => {
  const found = validate(schema, data).map(({ path, keyword, limit }) => [
    path.join("."),
    keyword,
    keyword === "required" ? undefined : limit,
  ]);
  expect(found).toEqual(expected);
});

test("validates where a policy forbids code made from text", () => {
  const forbidden = vi.fn(() => {
    throw new Error("refused by the policy");
  });
  vi.stubGlobal("Function", forbidden);
  vi.stubGlobal("eval", forbidden);
  try {
    expect(formValidator.isValid(schema, { name: "shop", version: "14" }, schema)).toBe(true);
    expect(formValidator.validateFormData({}, schema).errors).toHaveLength(2);
  } finally {
    vi.unstubAllGlobals();
  }
});

test("puts messages where their fields are", () => {
  expect(
    errorTree([
      { path: ["size"], message: "too small" },
      { path: ["users", "a"], message: "unknown" },
    ]),
  ).toEqual({ size: { __errors: ["too small"] }, users: { a: { __errors: ["unknown"] } } });
});
