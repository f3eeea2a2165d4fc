export const rule = (expression: string, more: Record<string, unknown> = {}) => ({
  rule: expression,
  ...more,
});
export const validated = (schema: Record<string, unknown>, ...rules: Record<string, unknown>[]) => ({
  ...schema,
  "x-kubernetes-validations": rules,
});
export const text = { type: "string", maxLength: 50 };
export const number = { type: "integer" };
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
/** A kind whose objects are held to rules of many forms, with a scale, columns and a field to select by. */
export const definition = {
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
