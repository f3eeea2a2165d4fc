import type { Group } from "../types.ts";
import {
  apply,
  but,
  creates,
  custom,
  dry,
  type Fields,
  get,
  json,
  merge,
  post,
  put,
  strategic,
} from "./build.ts";

const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const definition = (plural: string, kind: string, openAPIV3Schema: unknown, more: Fields = {}) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${plural}.conformance.example` },
  spec: {
    group: "conformance.example",
    scope: "Namespaced",
    names: { plural, kind },
    versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema }, ...more }],
  },
});
const widgetSchema = {
  type: "object",
  properties: {
    spec: {
      type: "object",
      required: ["size"],
      "x-kubernetes-validations": [
        { rule: "!has(self.name) || self.name != 'bad'", message: "bad is not a name" },
      ],
      properties: {
        size: { type: "integer", minimum: 1, maximum: 10 },
        replicas: { type: "integer", format: "int32", default: 2 },
        mode: { type: "string", enum: ["a", "b"] },
        name: { type: "string", pattern: "^[a-z]+$", maxLength: 5, minLength: 2 },
        list: { type: "array", maxItems: 2, items: { type: "string" } },
        set: { type: "array", "x-kubernetes-list-type": "set", items: { type: "string" } },
        ports: {
          type: "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["port", "protocol"],
          items: {
            type: "object",
            required: ["port"],
            properties: {
              port: { type: "integer" },
              protocol: { type: "string", default: "TCP" },
              name: { type: "string" },
            },
          },
        },
        conf: {
          type: "object",
          properties: { x: { type: "string" }, y: { type: "string", default: "why" } },
        },
        deep: { type: "object", default: {}, properties: { inner: { type: "integer", default: 7 } } },
        labels: { type: "object", additionalProperties: { type: "string" } },
        iors: { "x-kubernetes-int-or-string": true },
        any: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
        when: { type: "string", format: "date-time" },
        nul: { type: "string", nullable: true },
        big: { type: "number", exclusiveMinimum: true, minimum: 1 },
        immut: {
          type: "string",
          "x-kubernetes-validations": [{ rule: "self == oldSelf", message: "immut is immutable" }],
        },
        choice: {
          type: "object",
          maxProperties: 1,
          properties: { a: { type: "string" }, b: { type: "string" } },
        },
        either: {
          type: "object",
          properties: { a: { type: "string" }, b: { type: "string" } },
          oneOf: [{ required: ["a"] }, { required: ["b"] }],
        },
        template: {
          type: "object",
          "x-kubernetes-embedded-resource": true,
          "x-kubernetes-preserve-unknown-fields": true,
        },
      },
    },
    status: { type: "object", properties: { phase: { type: "string" }, replicas: { type: "integer" } } },
  },
};
const widgets = definition("widgets", "Widget", widgetSchema, {
  subresources: {
    status: {},
    scale: { specReplicasPath: ".spec.replicas", statusReplicasPath: ".status.replicas" },
  },
});
const widget = {
  apiVersion: "conformance.example/v1",
  kind: "Widget",
  metadata: { name: "w" },
  spec: { size: 1 },
};
const refused = (openAPIV3Schema: unknown, more?: Fields) =>
  dry(post(definitions, definition("gadgets", "Gadget", openAPIV3Schema, more)));
const withSpec = (spec: unknown) => ({ type: "object", properties: { spec } });

export const customKinds: Group[] = [
  {
    name: "definitions",
    area: "Custom kinds",
    steps: [
      refused({ type: "object" }),
      refused({ type: "string" }),
      refused({}),
      refused(withSpec({})),
      refused(withSpec({ type: "array" })),
      refused(withSpec({ type: "foo" })),
      refused(withSpec({ type: "string", pattern: "(" })),
      refused(withSpec({ type: "string", default: 5 })),
      refused(
        withSpec({
          type: "object",
          properties: { a: { type: "string" } },
          additionalProperties: { type: "string" },
        }),
      ),
      refused(withSpec({ type: "array", "x-kubernetes-list-type": "map", items: { type: "object" } })),
      refused(
        withSpec({
          type: "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["a"],
          items: { type: "object", properties: { a: { type: "string" } } },
        }),
      ),
      refused(
        withSpec({
          type: "object",
          properties: { a: { type: "string" } },
          oneOf: [{ type: "object", required: ["a"] }],
        }),
      ),
      refused(
        withSpec({
          type: "object",
          properties: { a: { type: "string" } },
          oneOf: [{ properties: { z: { minLength: 1 } } }],
        }),
      ),
      refused(
        withSpec({
          type: "object",
          "x-kubernetes-validations": [{ rule: "self.a", message: "x" }],
          properties: { a: { type: "string" } },
        }),
      ),
      refused({
        type: "object",
        properties: { metadata: { type: "object", properties: { labels: { type: "object" } } } },
      }),
      refused(undefined),
      dry(
        post(
          definitions,
          but(definition("gadgets", "Gadget", { type: "object" }), {
            metadata: { name: "wrong.conformance.example" },
          }),
        ),
      ),
      dry(
        post(
          definitions,
          but(definition("gadgets", "Gadget", { type: "object" }), { spec: { scope: "Here" } }),
        ),
      ),
      dry(
        post(
          definitions,
          but(definition("gadgets", "Gadget", { type: "object" }), { spec: { versions: [] } }),
        ),
      ),
      dry(
        post(
          definitions,
          but(definition("gadgets", "Gadget", { type: "object" }), { spec: { group: "nodots" } }),
        ),
      ),
      dry(post(definitions, definition("gadgets", "Gadget", { type: "object" }, { storage: false }))),
      dry(
        post(
          definitions,
          but(definition("gadgets", "Gadget", { type: "object" }), { spec: { names: { kind: "" } } }),
        ),
      ),
    ],
  },
  {
    name: "custom-objects",
    area: "Custom kinds",
    steps: [
      post(definitions, widgets),
      ...creates(custom("widgets"), widget, [
        {},
        { spec: { ports: [{ port: 80 }], conf: {}, any: { x: { y: [1] } }, iors: "10%", nul: null } },
        { spec: { iors: 5, big: 1.5, when: "2026-01-01T00:00:00Z" } },
        { spec: { size: "1" } },
        { spec: { size: null } },
        { spec: { size: 1.5 } },
        { spec: { size: 11, mode: "c", name: "ABCDEFG", list: ["a", "b", "c"] } },
        { spec: { name: "a" } },
        { spec: { name: "bad" } },
        { spec: { set: ["a", "a"] } },
        { spec: { ports: [{ port: 1 }, { port: 1, protocol: "TCP" }] } },
        { spec: { ports: [{ name: "x" }] } },
        { spec: { conf: [] } },
        { spec: { labels: { a: 1 } } },
        { spec: { iors: true } },
        { spec: { any: "x" } },
        { spec: { when: "yesterday" } },
        { spec: { big: 1 } },
        { spec: { replicas: 3000000000 } },
        { spec: { choice: { a: "", b: "" } } },
        { spec: { either: {} } },
        { spec: { either: { a: "1", b: "2" } } },
        { spec: { list: ["a", null as never] } },
        { spec: { foo: 1, conf: { z: 1 } }, bar: 2 },
        {
          spec: {
            template: { apiVersion: "v1", kind: "Pod", metadata: { name: "x", foo: 1 }, spec: { a: 1 } },
          },
        },
        { spec: { template: { spec: {} } } },
        { spec: null },
        { metadata: { labels: { a: 1 } } },
        { metadata: { name: "W_" } },
        { status: { phase: "x" } },
        { kind: "Gadget" },
        { apiVersion: "conformance.example/v2" },
      ]),
      post(
        `${custom("widgets")}?dryRun=All&fieldValidation=Strict`,
        but(widget, { spec: { foo: 1, conf: { z: 1 }, ports: [{ port: 1, zz: 2 }] }, bar: 2 }),
      ),
      dry(
        post(custom("widgets"), {
          apiVersion: "conformance.example/v1",
          kind: "Widget",
          metadata: { name: "w" },
          spec: "x",
        }),
      ),
      post(custom("widgets"), but(widget, { spec: { immut: "1", labels: { a: "b" } } })),
      get(custom("widgets/w")),
      merge(custom("widgets/w"), { spec: { immut: "2" } }),
      merge(custom("widgets/w"), { spec: { size: 3, labels: { a: null, c: "d" } } }),
      merge(custom("widgets/w"), { spec: { size: 3 } }),
      merge(custom("widgets/w"), { status: { phase: "x" } }),
      merge(custom("widgets/w/status"), { status: { phase: "ready", replicas: 1 }, spec: { size: 9 } }),
      get(custom("widgets/w/scale")),
      merge(custom("widgets/w/scale"), { spec: { replicas: 5 } }),
      json(custom("widgets/w"), [{ op: "replace", path: "/spec/size", value: 4 }]),
      strategic(custom("widgets/w"), { spec: { size: 5 } }),
      put(custom("widgets/w"), widget),
      get(`${custom("widgets")}?limit=1`),
      merge(custom("widgets/none"), {}),
      { method: "DELETE", path: custom("widgets/w") },
    ],
  },
  {
    name: "custom-apply",
    area: "Custom kinds",
    steps: [
      post(definitions, widgets),
      apply(
        custom("widgets/a"),
        "m1",
        but(widget, {
          metadata: { name: "a", labels: { a: "b" } },
          spec: {
            conf: { x: "1", y: "2" },
            set: ["b", "a"],
            ports: [{ port: 80 }],
            any: { deep: { x: 1, l: [1] }, e: {} },
            list: ["x"],
          },
        }),
      ),
      apply(
        custom("widgets/a"),
        "m2",
        but(widget, { metadata: { name: "a" }, spec: { size: 1, set: ["c"], ports: [{ port: 81 }] } }),
      ),
      apply(custom("widgets/a"), "m2", but(widget, { metadata: { name: "a" }, spec: { size: 2 } })),
      apply(
        custom("widgets/a"),
        "m2",
        but(widget, { metadata: { name: "a" }, spec: { size: 2 } }),
        "&force=true",
      ),
      apply(
        custom("widgets/a"),
        "m1",
        but(widget, { metadata: { name: "a" }, spec: { size: null, any: { deep: {} } } }),
      ),
      apply(custom("widgets/a"), "m1", but(widget, { metadata: { name: "a" }, spec: { foo: { x: 1 } } })),
      apply(
        custom("widgets/a"),
        "m1",
        but(widget, { metadata: { name: "a" }, spec: { size: "1", conf: [] } }),
      ),
      apply(
        custom("widgets/a"),
        "m1",
        but(widget, {
          metadata: { name: "a" },
          spec: { set: ["a", "a"], ports: [{ port: 1 }, { port: 1 }] },
        }),
      ),
      apply(custom("widgets/a/status"), "m3", {
        apiVersion: widget.apiVersion,
        kind: "Widget",
        metadata: { name: "a" },
        status: { phase: "ok" },
      }),
      apply(custom("widgets/a"), "m1", { kind: "Widget", metadata: { name: "a" } }),
      apply(custom("widgets/a"), "m1", {
        apiVersion: widget.apiVersion,
        kind: "Widget",
        metadata: { name: "b" },
        spec: { size: 1 },
      }),
    ],
  },
];
