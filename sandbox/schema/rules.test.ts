import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ruleErrors, Schemas, validateRules } from "./index.ts";
import type { JsonObject } from "./types.ts";

const schemas = new Schemas(
  JSON.parse(readFileSync(new URL("../kubernetes/schemas.json", import.meta.url), "utf8")),
);
const spec = (schema: JsonObject) =>
  schemas.structural({ type: "object", properties: { spec: { type: "object", ...schema } } });
const gadget = spec({
  "x-kubernetes-validations": [
    { rule: '!has(self.a) || self.a != "bad"', message: "a must not be bad" },
    { rule: "!has(self.n) || self.n < 5" },
    {
      rule: '!has(self.a) || self.a != "fp"',
      fieldPath: ".a",
      reason: "FieldValueForbidden",
      messageExpression: '"a is " + self.a',
    },
    { rule: '!has(self.a) || self.a != "boom" || self.list[9] == "x"' },
  ],
  properties: {
    a: { type: "string" },
    n: { type: "integer" },
    im: {
      type: "string",
      "x-kubernetes-validations": [{ rule: "self == oldSelf", message: "im is immutable" }],
    },
    list: {
      type: "array",
      items: { type: "string", "x-kubernetes-validations": [{ rule: 'self.startsWith("a")' }] },
    },
    q: {
      type: "object",
      additionalProperties: { type: "integer", "x-kubernetes-validations": [{ rule: "self > 0" }] },
    },
  },
});
const told = (object: JsonObject, old?: JsonObject) =>
  validateRules(gadget, { spec: object }, old && { spec: old }).map((e) => `${e.field}: ${e.message}`);

describe("validation rules", () => {
  it("words what a rule refuses as kube-apiserver does", () => {
    expect(told({ a: "bad", n: 7, list: ["b"], q: { x: -1 } })).toEqual([
      "spec: Invalid value: a must not be bad",
      "spec: Invalid value: failed rule: !has(self.n) || self.n < 5",
      'spec.list[0]: Invalid value: "b": failed rule: self.startsWith("a")',
      "spec.q[x]: Invalid value: -1: failed rule: self > 0",
    ]);
    expect(told({ a: "fp" })).toEqual(["spec.a: Forbidden: a is fp"]);
  });

  it("compares with the old state only when there is one", () => {
    expect(told({ im: "1" })).toEqual([]);
    expect(told({ im: "2" }, { im: "1" })).toEqual(['spec.im: Invalid value: "2": im is immutable']);
    expect(told({ im: "1" }, { im: "1" })).toEqual([]);
  });

  it("reports a rule that fails to evaluate as an invalid value", () => {
    expect(told({ a: "boom", list: [] })[0]).toMatch(/^spec: Invalid value: "object": .* evaluating rule: /);
  });

  it.each([
    ["self.nope == 1", "undefined field 'nope'"],
    ["self.a ==", "compilation failed"],
    ["self.a", "cel expression must evaluate to a bool"],
    ["self.a.frobnicate()", "compilation failed"],
    ["self.list.all(x, x.y == 1)", "compilation failed"],
  ])("refuses a CRD with the rule %s", (rule, why) => {
    const schema = spec({
      "x-kubernetes-validations": [{ rule }],
      properties: {
        a: { type: "string" },
        list: { type: "array", items: { type: "object", properties: {} } },
      },
    });
    const [error] = ruleErrors(schema, "schema");
    expect(error?.field).toBe("schema.properties[spec].x-kubernetes-validations[0].rule");
    expect(error?.message).toContain(why);
  });

  it.each([
    "self.a.matches('^[a-z]+$')",
    "self.items.all(x, self.items.exists_one(y, y.name == x.name))",
    "self.items.map(x, x.name).isSorted()",
    "quantity(self.size).isGreaterThan(quantity('1Gi'))",
    "isURL(self.a) && url(self.a).getScheme() == 'https'",
    "self.m.all(k, self.m[k] > 1)",
    "self == oldSelf",
    "self.items == oldSelf.items",
    "self.port == '80' || self.port == 80",
    "has(self.__namespace__) && self.my__dash__field > 1.5",
    "self.items.filter(x, has(x.name)).size() <= 1",
    "[self.a, self.size].exists(x, x.contains('b'))",
    "self.?a.orValue('') != 'x'",
    "self.when < timestamp('2030-01-01T00:00:00Z')",
  ])("compiles %s", (rule) => {
    const schema = spec({
      "x-kubernetes-validations": [{ rule }],
      properties: {
        a: { type: "string" },
        size: { type: "string" },
        namespace: { type: "string" },
        when: { type: "string", format: "date-time" },
        "my-field": { type: "number" },
        port: { "x-kubernetes-int-or-string": true },
        m: { type: "object", additionalProperties: { type: "integer" } },
        items: { type: "array", items: { type: "object", properties: { name: { type: "string" } } } },
      },
    });
    expect(ruleErrors(schema, "schema")).toEqual([]);
  });
});
