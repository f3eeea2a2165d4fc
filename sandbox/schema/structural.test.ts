import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { defaultErrors, ruleErrors, Schemas, structuralErrors } from "./index.ts";
import type { JsonObject } from "./types.ts";

const root = new URL("../../", import.meta.url);
const schemas = new Schemas(
  JSON.parse(readFileSync(new URL("../kubernetes/schemas.json", import.meta.url), "utf8")),
);

interface Definition extends JsonObject {
  kind: string;
  metadata: { name: string };
  spec: { versions: { name: string; schema: { openAPIV3Schema: JsonObject } }[] };
}

const files = [
  ...readdirSync(new URL("deploy/crds/", root)).map((name) => `deploy/crds/${name}`),
  ...readdirSync(new URL("providers/", root), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `providers/${name}/manifests/10-crds.yaml`),
].filter((path) => path.endsWith(".yaml"));

const definitions = files
  .flatMap((path) =>
    parseAllDocuments(readFileSync(new URL(path, root), "utf8")).map((d) => d.toJS() as Definition | null),
  )
  .filter((d) => d?.kind === "CustomResourceDefinition")
  .flatMap((d) =>
    d ? d.spec.versions.map((v) => [`${d.metadata.name} ${v.name}`, v.schema.openAPIV3Schema] as const) : [],
  );

describe("definitions of kinds", () => {
  it.each(definitions)("takes %s, its rules and its defaults", (_name, document) => {
    expect(structuralErrors(document, "schema")).toEqual([]);
    const schema = schemas.structural(document);
    expect(ruleErrors(schema, "schema")).toEqual([]);
    expect(defaultErrors(schema, "schema")).toEqual([]);
  });

  it.each<[string, JsonObject, string]>([
    ["no type at the root", {}, "schema.type: Required value: must not be empty at the root"],
    [
      "a field without a type",
      { type: "object", properties: { a: {} } },
      "schema.properties[a].type: Required value: must not be empty for specified object fields",
    ],
    [
      "properties beside additionalProperties",
      { type: "object", properties: { a: { type: "string" } }, additionalProperties: { type: "string" } },
      "schema.additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive",
    ],
    [
      "a list map without keys",
      {
        type: "object",
        properties: { a: { type: "array", "x-kubernetes-list-type": "map", items: { type: "object" } } },
      },
      "schema.properties[a].x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map",
    ],
  ])("refuses %s with its path", (_what, document, message) => {
    expect(structuralErrors(document, "schema").map((e) => `${e.field}: ${e.message}`)).toEqual([message]);
  });
});
