import { at, type Fields, type KubeObject, list, text } from "../objects.ts";
import type { FieldError } from "../status.ts";
import type { KindRules } from "./index.ts";

const stored = (object: KubeObject) =>
  list(object, "spec", "versions").filter((version) => at(version, "storage") === true);

/** Versions as the API server's own type prints them. */
function goVersions(object: KubeObject): string {
  const versions = list(object, "spec", "versions").map((version) => ({
    Name: text(version, "name") ?? "",
    Served: at(version, "served") === true,
    Storage: at(version, "storage") === true,
    Deprecated: at(version, "deprecated") === true,
    DeprecationWarning: at(version, "deprecationWarning") ?? null,
    Schema: null,
    Subresources: null,
    AdditionalPrinterColumns: null,
    SelectableFields: null,
  }));
  return JSON.stringify(versions);
}

const COLUMN_TYPES = ["boolean", "date", "integer", "number", "string"];
const DNS_1035 =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

/** What is wrong with a version besides its schema. The only version's parts are known by their older place. */
function versionErrors(object: KubeObject, version: unknown, index: number): FieldError[] {
  const errors: FieldError[] = [];
  const only = list(object, "spec", "versions").length === 1;
  const place = only ? "spec" : `spec.versions[${index}]`;
  const invalid = (field: string, value: unknown, why: string) =>
    errors.push({
      type: "FieldValueInvalid",
      field,
      message: `Invalid value: ${JSON.stringify(value)}: ${why}`,
    });
  const required = (field: string) =>
    errors.push({ type: "FieldValueRequired", field, message: "Required value" });
  const name = text(version, "name") ?? "";
  if (!/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name)) {
    invalid(`spec.versions[${index}].name`, name, DNS_1035);
    if (only) invalid("spec.version", name, DNS_1035);
  }
  for (const [i, column] of list(version, "additionalPrinterColumns").entries()) {
    const field = `${place}.additionalPrinterColumns[${i}]`;
    const { name: title = "", type = "", jsonPath = "" } = column as Record<string, string>;
    if (title === "") required(`${field}.name`);
    if (!COLUMN_TYPES.includes(type))
      invalid(`${field}.type`, type, `must be one of ${COLUMN_TYPES.join(",")}`);
    if (!jsonPath.startsWith("."))
      invalid(`${field}.JSONPath`, jsonPath, "must be a simple json path starting with .");
  }
  const scale = at(version, "subresources", "scale");
  for (const [key, under] of [
    ["specReplicasPath", ".spec"],
    ["statusReplicasPath", ".status"],
  ] as const) {
    if (!scale) break;
    const path = text(scale, key) ?? "";
    const field = `${place}.subresources.scale.${key}`;
    if (path === "") required(field);
    else if (!path.startsWith(`${under}.`)) invalid(field, path, `should be a json path under ${under}`);
  }
  for (const [i, selectable] of list(version, "selectableFields").entries()) {
    const path = text(selectable, "jsonPath") ?? "";
    let current: unknown = at(version, "schema", "openAPIV3Schema");
    for (const step of path.split(".").slice(1)) current = at(current, "properties", step);
    if (!current)
      invalid(
        `${place}.selectableFields[${i}].jsonPath`,
        path,
        "is an invalid path: does not refer to a valid field",
      );
  }
  return errors;
}

/** What of an established definition may not change. */
function immutable(object: KubeObject, live: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  for (const path of [["scope"], ["group"], ["names", "kind"], ["names", "plural"]]) {
    const now = at(object, "spec", ...path);
    if (now === at(live, "spec", ...path)) continue;
    errors.push({
      type: "FieldValueInvalid",
      field: `spec.${path.join(".")}`,
      message: `Invalid value: ${JSON.stringify(now ?? "")}: field is immutable`,
    });
  }
  const names = list(object, "spec", "versions").map((version) => text(version, "name"));
  for (const [i, version] of (list(live, "status", "storedVersions") as string[]).entries()) {
    if (names.includes(version)) continue;
    errors.push({
      type: "FieldValueInvalid",
      field: `status.storedVersions[${i}]`,
      message: `Invalid value: ${JSON.stringify(version)}: missing from spec.versions; ${version} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${version} and removes ${version} from status.storedVersions`,
    });
  }
  return errors;
}

/** Of CustomResourceDefinitions. */
export const customResourceDefinitions: KindRules = {
  generation: true,
  defaults(object) {
    const names = at(object, "spec", "names") as Fields | undefined;
    if (!names) return;
    names.singular ??= String(names.kind).toLowerCase();
    names.listKind ??= `${names.kind}List`;
    const spec = object.spec as Fields;
    spec.conversion ??= { strategy: "None" };
  },
  create(object) {
    const stored = list(object, "spec", "versions").filter((version) => at(version, "storage") === true);
    object.status = {
      conditions: null,
      acceptedNames: { plural: "", kind: "" },
      storedVersions: stored.map((version) => text(version, "name")),
    };
  },
  validate(object, live, backend) {
    if (live) {
      const fixed = immutable(object, live);
      if (fixed.length > 0) return fixed;
    }
    const schemas = list(object, "spec", "versions").flatMap((version, index) => {
      const schema = at(version, "schema", "openAPIV3Schema");
      const path = `spec.versions[${index}].schema.openAPIV3Schema`;
      // The only version's schema is known by its older place.
      const known = list(object, "spec", "versions").length === 1 ? "spec.validation.openAPIV3Schema" : path;
      if (schema) return backend.machinery.structuralErrors(schema, known);
      return [{ type: "FieldValueRequired", field: path, message: "Required value" }];
    });
    const scope = text(object, "spec", "scope");
    if (scope !== "Cluster" && scope !== "Namespaced") {
      schemas.push({
        type: "FieldValueNotSupported",
        field: "spec.scope",
        message: `Unsupported value: ${JSON.stringify(scope ?? "")}: supported values: "Cluster", "Namespaced"`,
      });
    }
    const group = text(object, "spec", "group") ?? "";
    if (!group.includes(".")) {
      schemas.push({
        type: "FieldValueInvalid",
        field: "spec.group",
        message: `Invalid value: ${JSON.stringify(group)}: should be a domain with at least one dot`,
      });
    }
    for (const name of ["plural", "kind", "singular", "listKind"]) {
      const given = text(object, "spec", "names", name);
      if (given && !(name === "listKind" && given === "List" && !text(object, "spec", "names", "kind")))
        continue;
      schemas.push({ type: "FieldValueRequired", field: `spec.names.${name}`, message: "Required value" });
    }
    for (const [i, version] of list(object, "spec", "versions").entries())
      schemas.push(...versionErrors(object, version, i));
    const storage = list(object, "spec", "versions").filter((version) => at(version, "storage") === true);
    if (storage.length !== 1) {
      schemas.push({
        type: "FieldValueInvalid",
        field: "spec.versions",
        message: `Invalid value: ${goVersions(object)}: must have exactly one version marked as storage version`,
      });
      if (stored(object).length === 0)
        schemas.push({
          type: "FieldValueInvalid",
          field: "status.storedVersions",
          message: "Invalid value: null: must have at least one stored version",
        });
    }
    if (text(object, "spec", "conversion", "strategy") === "Webhook") {
      schemas.push({
        type: "FieldValueNotSupported",
        field: "spec.conversion.strategy",
        message: 'Unsupported value: "Webhook": the sandbox calls no other server: supported values: "None"',
      });
    }
    const expected = `${text(object, "spec", "names", "plural")}.${text(object, "spec", "group")}`;
    if (object.metadata.name === expected) return schemas;
    return [
      ...schemas,
      {
        type: "FieldValueInvalid",
        field: "metadata.name",
        message: `Invalid value: "${object.metadata.name}": must be spec.names.plural+"."+spec.group`,
      },
    ];
  },
};
