import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { breakingChanges, type Definition } from "./compare.ts";

const read = (path: string) =>
  parseAllDocuments(readFileSync(path, "utf8"))
    .map((document) => document.toJS() as Definition | null)
    .filter((definition) => definition !== null);

const now = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".yaml"))
  .flatMap((file) => read(join(import.meta.dirname, file)));
const releases = join(import.meta.dirname, "..", "chart", "testing");
const versions = readdirSync(releases, { withFileTypes: true }).filter((entry) => entry.isDirectory());

test("every definition has one stored version, a schema of its own and a number that grows with it", () => {
  for (const { metadata, spec } of now) {
    expect(
      spec.versions.filter(({ storage }) => storage),
      metadata.name,
    ).toHaveLength(1);
    const { annotations } = metadata as { annotations?: Record<string, string> };
    expect(annotations?.["hub.sealos.io/schema-version"], metadata.name).toMatch(/^\d+$/);
  }
});

test.for(versions.map(({ name }) => name))(
  "objects stored by release %s are valid, and whole, in this one",
  (version) => {
    const former = read(join(releases, version, "crds.yaml"));
    expect(former.length).toBeGreaterThan(5);
    for (const definition of former) {
      const { name } = definition.metadata;
      const today = now.find(({ metadata }) => metadata.name === name);
      if (!today) throw new Error(`${name} is gone`);
      expect(breakingChanges(definition, today)).toEqual([]);
    }
  },
);

test.for(versions.map(({ name }) => name))(
  "a schema that changed since release %s has a higher number, or managers would not write it",
  (version) => {
    const number = ({ metadata }: Definition) =>
      Number(
        (metadata as { annotations?: Record<string, string> }).annotations?.["hub.sealos.io/schema-version"],
      );
    for (const definition of read(join(releases, version, "crds.yaml"))) {
      const today = now.find(({ metadata }) => metadata.name === definition.metadata.name);
      if (today && JSON.stringify(today.spec) !== JSON.stringify(definition.spec))
        expect(number(today), today.metadata.name).toBeGreaterThan(number(definition));
    }
  },
);

describe("what would break stored objects is seen", () => {
  const schema = {
    type: "object",
    properties: {
      spec: {
        type: "object",
        required: ["a"],
        properties: {
          a: { type: "string", enum: ["x", "y"], maxLength: 10 },
          free: { type: "object", additionalProperties: { type: "string" } },
          list: {
            type: "array",
            maxItems: 5,
            items: { type: "object", properties: { n: { type: "integer" } } },
          },
        },
      },
    },
  };
  const of = (openAPIV3Schema: typeof schema, name = "v1", served = true): Definition => ({
    metadata: { name: "things.test" },
    spec: {
      scope: "Namespaced",
      names: { kind: "Thing", plural: "things" },
      versions: [{ name, served, storage: true, schema: { openAPIV3Schema } }],
    },
  });
  /** Today's schema with a change to `spec`. */
  const changed = (
    change: (spec: (typeof schema)["properties"]["spec"] & Record<string, unknown>) => void,
  ) => {
    const copy = structuredClone(schema);
    change(copy.properties.spec);
    return breakingChanges(of(schema), of(copy));
  };

  test.for([
    ["a field that is gone", (spec) => Reflect.deleteProperty(spec.properties, "free"), /free is gone/],
    ["a field that is required", (spec) => spec.required.push("list"), /list is required now/],
    ["a value that is gone", (spec) => spec.properties.a.enum.pop(), /not allowed any more: y/],
    ["another type", (spec) => Object.assign(spec.properties.a, { type: "integer" }), /the type was string/],
    ["a lower limit", (spec) => Object.assign(spec.properties.list, { maxItems: 4 }), /maxItems is lower/],
    ["a new limit", (spec) => Object.assign(spec.properties.list, { minItems: 1 }), /minItems is higher/],
    ["a new pattern", (spec) => Object.assign(spec.properties.a, { pattern: "^x" }), /pattern is new/],
    [
      "a new rule",
      (spec) => Object.assign(spec, { "x-kubernetes-validations": [{ rule: "self.a != ''" }] }),
      /new rule/,
    ],
    [
      "a change inside a list",
      (spec) => Object.assign(spec.properties.list.items.properties.n, { type: "string" }),
      /list\[\]\.n/,
    ],
    [
      "a change inside a map",
      (spec) => Object.assign(spec.properties.free.additionalProperties, { maxLength: 3 }),
      /free\.\*/,
    ],
  ] as [string, Parameters<typeof changed>[0], RegExp][])("%s", ([, change, sentence]) => {
    expect(changed(change).join("\n")).toMatch(sentence);
  });

  test("nothing of a rule that judges changes only, unless it judges what is made too", () => {
    const rule = "!has(oldSelf.a) || self.a == oldSelf.a";
    const added = (rules: object[]) =>
      changed((spec) => Object.assign(spec, { "x-kubernetes-validations": rules }));
    expect(added([{ rule }])).toEqual([]);
    expect(added([{ rule, optionalOldSelf: true }]).join("\n")).toMatch(/new rule/);
    const lets = "oldSelf.orValue({}) == self || self.a != ''";
    expect(added([{ rule: lets, optionalOldSelf: true }])).toEqual([]);
  });

  test("a version that is gone or not served", () => {
    expect(breakingChanges(of(schema), of(schema, "v2")).join()).toMatch(/the version is gone/);
    expect(breakingChanges(of(schema), of(schema, "v1", false)).join()).toMatch(/not served/);
  });

  test("but not what only allows more", () => {
    const more = changed((spec) => {
      spec.properties.a.enum.push("z");
      spec.properties.a.maxLength = 20;
      Object.assign(spec.properties, { new: { type: "string" } });
      spec.required.pop();
    });
    expect(more).toEqual([]);
  });
});
