import type { Group } from "../types.ts";
import { accepting, apply, but, custom, dry, get, json, merge, post, put, remove, TABLE } from "./build.ts";

const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const rule = (expression: string, more: Record<string, unknown> = {}) => ({ rule: expression, ...more });
const validated = (schema: Record<string, unknown>, ...rules: Record<string, unknown>[]) => ({
  ...schema,
  "x-kubernetes-validations": rules,
});
const text = { type: "string", maxLength: 50 };
const number = { type: "integer" };
const texts = { type: "array", maxItems: 10, items: text };

const schema = {
  type: "object",
  properties: {
    spec: validated(
      {
        type: "object",
        properties: {
          min: number,
          max: number,
          names: validated(texts, rule("self.all(n, n.startsWith('x'))", { message: "names start with x" })),
          unique: validated(
            texts,
            rule("self.all(a, self.exists_one(b, a == b))", {
              messageExpression: "size(self) > 2 ? 'twice among many' : 'twice'",
            }),
          ),
          immutable: validated(
            text,
            rule("self == oldSelf", { message: "cannot change", reason: "FieldValueForbidden" }),
          ),
          grows: validated(
            number,
            rule("self >= oldSelf", {
              messageExpression: "self < 0 ? 'below zero' : 'less than it was'",
            }),
          ),
          url: validated(
            text,
            rule("isURL(self) && url(self).getScheme() == 'https'", { message: "https only" }),
          ),
          when: { type: "string", format: "date-time" },
          wait: validated({ type: "string", format: "duration" }, rule("duration(self) < duration('1h')")),
          labels: validated(
            { type: "object", maxProperties: 5, additionalProperties: text },
            rule("self.all(k, k.matches('^[a-z]+$'))", {
              message: "keys are words",
              reason: "FieldValueInvalid",
            }),
          ),
          either: {
            "x-kubernetes-int-or-string": true,
            "x-kubernetes-validations": [rule("type(self) == int ? self > 0 : self.endsWith('%')")],
          },
          items: {
            type: "array",
            maxItems: 10,
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["name"],
            items: validated(
              {
                type: "object",
                required: ["name"],
                properties: { name: text, size: { type: "integer", default: 1 } },
              },
              rule("self.size > 0", { message: "size is positive", fieldPath: ".size" }),
            ),
          },
          quantity: validated(
            { type: "string", maxLength: 20 },
            rule("isQuantity(self) && quantity(self).isLessThan(quantity('1Gi'))"),
          ),
          ip: validated(text, rule("isIP(self)", { message: "not an address" })),
          optional: {
            type: "string",
            maxLength: 10,
            "x-kubernetes-validations": [
              rule("!oldSelf.hasValue() || self == oldSelf.value()", {
                optionalOldSelf: true,
                message: "set once",
              }),
            ],
          },
          nested: {
            type: "object",
            default: {},
            properties: {
              on: { type: "boolean", default: true },
              level: { type: "string", default: "low", enum: ["low", "high"] },
            },
          },
          nullable: { type: "string", nullable: true, default: "given" },
          byte: { type: "string", format: "byte" },
          mail: { type: "string", format: "email" },
          ratio: { type: "number", minimum: 0, maximum: 1, multipleOf: 0.25 },
          embedded: {
            type: "object",
            "x-kubernetes-embedded-resource": true,
            properties: { spec: { type: "object", properties: { a: text } } },
          },
          open: {
            type: "object",
            "x-kubernetes-preserve-unknown-fields": true,
            properties: { known: { type: "object", properties: { a: text } } },
          },
        },
      },
      rule("!has(self.min) || !has(self.max) || self.min <= self.max", { message: "min is at most max" }),
      rule("!has(self.max) || self.max < 100", {
        messageExpression: "self.max > 150 ? 'far too large' : 'too large'",
        fieldPath: ".max",
      }),
    ),
    status: {
      type: "object",
      properties: {
        ready: { type: "boolean" },
        replicas: number,
        selector: { type: "string" },
        conditions: { type: "array", items: { type: "object", properties: { type: text, status: text } } },
      },
    },
  },
  "x-kubernetes-validations": [rule("self.metadata.name.size() < 30", { message: "too long a name" })],
};
const definition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "rules.conformance.example" },
  spec: {
    group: "conformance.example",
    scope: "Namespaced",
    names: { plural: "rules", kind: "Rule", shortNames: ["ru"], categories: ["all"] },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: schema },
        subresources: {
          status: {},
          scale: {
            specReplicasPath: ".spec.min",
            statusReplicasPath: ".status.replicas",
            labelSelectorPath: ".status.selector",
          },
        },
        additionalPrinterColumns: [
          { name: "Min", type: "integer", jsonPath: ".spec.min" },
          { name: "Names", type: "string", jsonPath: ".spec.names" },
          { name: "First", type: "string", jsonPath: ".spec.names[0]" },
          { name: "Ready", type: "boolean", jsonPath: ".status.ready", priority: 1 },
          { name: "Cond", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
          { name: "Made", type: "date", jsonPath: ".metadata.creationTimestamp" },
          { name: "Ratio", type: "number", jsonPath: ".spec.ratio" },
          { name: "Wrong", type: "integer", jsonPath: ".spec.url" },
          { name: "Obj", type: "string", jsonPath: ".spec.nested" },
        ],
        selectableFields: [{ jsonPath: ".spec.url" }],
      },
    ],
  },
};
const rules = custom("rules");
const object = { apiVersion: "conformance.example/v1", kind: "Rule", metadata: { name: "r" }, spec: {} };
const creates = (specs: Record<string, unknown>[]) =>
  specs.map((spec) => dry(post(rules, but(object, { spec }))));
const refused = (spec: unknown, more: Record<string, unknown> = {}) =>
  dry(
    post(definitions, {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "bads.conformance.example" },
      spec: {
        group: "conformance.example",
        scope: "Namespaced",
        names: { plural: "bads", kind: "Bad" },
        versions: [
          {
            name: "v1",
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: "object", properties: { spec } } },
            ...more,
          },
        ],
      },
    }),
  );
const withRule = (...list: Record<string, unknown>[]) =>
  refused(validated({ type: "object", properties: { a: text, n: number } }, ...list));

export const moreCustomKinds: Group[] = [
  {
    name: "cel",
    area: "Custom kinds",
    steps: [
      post(definitions, definition),
      { ...get(`${definitions}/rules.conformance.example`), untilText: '"Established"' },
      ...creates([
        {},
        { min: 1, max: 2 },
        { min: 3, max: 2 },
        { max: 200 },
        { min: 300, max: 200 },
        { names: ["x1", "x2"] },
        { names: ["x1", "y"] },
        { unique: ["a", "b", "a"] },
        { immutable: "first" },
        { grows: 5 },
        { url: "https://example.com/a" },
        { url: "http://example.com/a" },
        { url: "nothing" },
        { when: "2026-01-01T00:00:00Z" },
        { wait: "30m" },
        { wait: "2h" },
        { wait: "soon" },
        { labels: { abc: "1" } },
        { labels: { "a-b": "1" } },
        { either: 5 },
        { either: 0 },
        { either: "5%" },
        { either: "5" },
        { items: [{ name: "a" }, { name: "b", size: 3 }] },
        { items: [{ name: "a", size: 0 }] },
        { items: [{ name: "a" }, { name: "a" }] },
        { items: [{ size: 1 }] },
        { quantity: "500Mi" },
        { quantity: "2Gi" },
        { quantity: "much" },
        { ip: "10.0.0.1" },
        { ip: "10.0.0.300" },
        { nested: { level: "high" } },
        { nested: { level: "middle" } },
        { nested: { on: "yes" } },
        { nullable: null },
        { byte: "aGVsbG8=" },
        { byte: "###" },
        { mail: "nobody" },
        { ratio: 0.5 },
        { ratio: 0.3 },
        { ratio: 2 },
        {
          embedded: {
            apiVersion: "v1",
            kind: "X",
            metadata: { name: "n", labels: { a: "b" } },
            spec: { a: "1", b: 2 },
          },
        },
        { embedded: { apiVersion: "v1", kind: "X", metadata: { name: "N_" } } },
        { embedded: { kind: "X" } },
        { open: { any: { thing: 1 }, known: { a: "1", b: 2 } } },
        { names: "x" },
        { min: "1", max: 1, names: [1], labels: [] },
      ]),
      dry(post(rules, but(object, { metadata: { name: "a-name-that-is-too-long-for-the-rule" } }))),
      post(
        rules,
        but(object, {
          spec: {
            immutable: "first",
            grows: 5,
            names: ["x1", "x2"],
            optional: "once",
            ratio: 0.25,
            url: "https://example.com",
          },
        }),
      ),
      merge(`${rules}/r`, { spec: { immutable: "second" } }),
      merge(`${rules}/r`, { spec: { grows: 4 } }),
      merge(`${rules}/r`, { spec: { grows: 6 } }),
      merge(`${rules}/r`, { spec: { optional: "twice" } }),
      merge(`${rules}/r`, { spec: { immutable: null } }),
      merge(`${rules}/r`, { spec: { min: 2 } }),
      merge(`${rules}/r/status`, {
        status: {
          ready: true,
          replicas: 2,
          selector: "a=b",
          conditions: [
            { type: "Other", status: "x" },
            { type: "Ready", status: "True" },
          ],
        },
      }),
      merge(`${rules}/r/status`, { status: { ready: "yes" } }),
      merge(`${rules}/r/status`, { spec: { min: 9 }, metadata: { labels: { s: "1" } } }),
      get(`${rules}/r/scale`),
      merge(`${rules}/r/scale`, { spec: { replicas: 4 } }),
      merge(`${rules}/r/scale`, { spec: { replicas: 400 } }),
      put(`${rules}/r/scale`, {
        apiVersion: "autoscaling/v1",
        kind: "Scale",
        metadata: { name: "r", namespace: "{ns}" },
        spec: { replicas: 3 },
      }),
      get(`${rules}/r`),
      accepting(TABLE, get(rules)),
      accepting(TABLE, get(`${rules}/r`)),
      get(`${rules}?fieldSelector=spec.url%3Dhttps://example.com`),
      get(`${rules}?fieldSelector=spec.url%3Dother`),
      get(`${rules}?fieldSelector=spec.min%3D1`),
      put(`${rules}/r`, object),
      put(`${rules}/r`, but(object, { metadata: { resourceVersion: "1" } })),
      json(`${rules}/r`, [{ op: "replace", path: "/spec/grows", value: 1 }]),
      json(`${rules}/r`, [{ op: "add", path: "/spec/unknown", value: 1 }]),
      merge(`${rules}/r?fieldValidation=Strict`, { spec: { unknown: 1, nested: { off: 1 } } }),
      merge(`${rules}/r`, { spec: { unknown: 1 } }),
      merge(`${rules}/r`, { spec: "x" }),
      merge(`${rules}/r`, { spec: null }),
      apply(
        `${rules}/r`,
        "m",
        but(object, { spec: { grows: 7, items: [{ name: "a", size: 2 }] } }),
        "&force=true",
      ),
      apply(`${rules}/r`, "n", but(object, { spec: { items: [{ name: "a", size: 3 }] } })),
      apply(`${rules}/r`, "n", but(object, { spec: { items: [{ name: "b" }] } })),
      apply(`${rules}/r`, "m", but(object, { spec: { grows: 1 } })),
      apply(`${rules}/r`, "m", but(object, { spec: { grows: 7 }, metadata: { labels: { l: "1" } } })),
      apply(`${rules}/r/scale`, "scaler", {
        apiVersion: "autoscaling/v1",
        kind: "Scale",
        metadata: { name: "r", namespace: "{ns}" },
        spec: { replicas: 5 },
      }),
      remove(`${rules}/r`),
      remove(rules),
    ],
  },
  {
    name: "definition-rules",
    area: "Custom kinds",
    steps: [
      withRule(rule("self.a == 'x'")),
      withRule(rule("self.none == 'x'")),
      withRule(rule("self.a == 1")),
      withRule(rule("self.a +")),
      withRule(rule("self.n + 1")),
      withRule(rule("")),
      withRule(rule("self.a == 'x'", { message: "" })),
      withRule(rule("self.a == 'x'", { message: "two\nlines" })),
      withRule(rule("self.a == 'x'", { messageExpression: "1" })),
      withRule(rule("self.a == 'x'", { messageExpression: "self.none" })),
      withRule(rule("self.a == 'x'", { reason: "Whim" })),
      withRule(rule("self.a == 'x'", { fieldPath: ".none" })),
      withRule(rule("self.a == 'x'", { fieldPath: "a" })),
      withRule(rule("nothing(self)")),
      withRule(rule("self.a == oldSelf.a")),
      withRule(rule("self.a == 'x'", { optionalOldSelf: true })),
      withRule(rule("[1].map(x, x + 1).size() == 1 && {'a': 1}.size() == 1")),
      refused({ type: "object", properties: { a: { type: "string", default: 1 } } }),
      refused({
        type: "object",
        properties: { a: { type: "object", default: { b: 1 }, properties: { b: text } } },
      }),
      refused({ type: "string", enum: [] }),
      refused({ type: "string", enum: ["a", "a"] }),
      refused({ type: "string", minLength: 5, maxLength: 2 }),
      refused({ type: "string", format: "anything" }),
      refused({ type: "integer", minimum: 5, maximum: 2 }),
      refused({ type: "array", items: { type: "object" }, "x-kubernetes-list-type": "set" }),
      refused({ type: "array", items: text, "x-kubernetes-list-type": "bag" }),
      refused({ type: "object", "x-kubernetes-map-type": "loose" }),
      refused({ type: "object", "x-kubernetes-preserve-unknown-fields": false }),
      refused({ type: "object", nullable: true, default: null }),
      refused({ type: "object", unknownKeyword: 1 }),
      refused({ type: "object", properties: { a: { $ref: "#/x" } } }),
      refused(
        { type: "object" },
        { additionalPrinterColumns: [{ name: "A", type: "string", jsonPath: "spec.a" }] },
      ),
      refused(
        { type: "object" },
        { additionalPrinterColumns: [{ name: "A", type: "list", jsonPath: ".spec.a" }] },
      ),
      refused(
        { type: "object" },
        { additionalPrinterColumns: [{ name: "", type: "string", jsonPath: ".spec.a" }] },
      ),
      refused(
        { type: "object" },
        { subresources: { scale: { specReplicasPath: ".status.x", statusReplicasPath: ".status.y" } } },
      ),
      refused({ type: "object" }, { subresources: { scale: { specReplicasPath: ".spec.x" } } }),
      refused({ type: "object" }, { name: "one" }),
      refused({ type: "object" }, { name: "V1" }),
      refused({ type: "object" }, { storage: false }),
      refused({ type: "object" }, { served: undefined }),
      refused({ type: "object" }, { selectableFields: [{ jsonPath: ".spec.none" }] }),
      refused({ type: "object" }, { deprecated: true, deprecationWarning: "old" }),
      post(definitions, but(definition, { spec: { names: { plural: "rules", kind: "Rule" } } })),
      post(definitions, { ...definition, metadata: { name: "others.conformance.example" } }),
      merge(`${definitions}/rules.conformance.example`, { spec: { scope: "Cluster" } }),
      merge(`${definitions}/rules.conformance.example`, { spec: { group: "other.example" } }),
      merge(`${definitions}/rules.conformance.example`, { spec: { names: { kind: "Other" } } }),
      dry(merge(`${definitions}/rules.conformance.example`, { spec: { names: { shortNames: ["rr"] } } })),
      dry(
        json(`${definitions}/rules.conformance.example`, [
          { op: "replace", path: "/spec/versions/0/name", value: "v2" },
        ]),
      ),
      remove(`${definitions}/none.conformance.example`),
    ],
  },
];
