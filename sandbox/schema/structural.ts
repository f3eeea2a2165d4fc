import { type FieldError, isObject, type Json, type JsonObject, type Schema } from "./types.ts";
import { compilePattern, validateCustom } from "./validate.ts";

const TYPES = new Set(["object", "array", "string", "integer", "number", "boolean"]);

/**
 * Why a CRD's `openAPIV3Schema` is not structural, as the API server words it; `path` is the schema's own place.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
export function structuralErrors(schema: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const add = (type: FieldError["type"], field: string, message: string) =>
    errors.push({ type, field, message });
  if (schema.type !== "object") {
    if (schema.type === undefined || schema.type === "") {
      add("FieldValueRequired", `${path}.type`, "Required value: must not be empty at the root");
    } else {
      add(
        "FieldValueInvalid",
        `${path}.type`,
        `Invalid value: ${JSON.stringify(schema.type)}: must be object at the root`,
      );
    }
  }
  checkRootMetadata(schema, path, add);
  visit(schema, path, true, add);
  return errors;
}

type Add = (type: FieldError["type"], field: string, message: string) => void;

function checkRootMetadata(schema: JsonObject, path: string, add: Add): void {
  const metadata = isObject(schema.properties) ? schema.properties.metadata : undefined;
  if (!isObject(metadata)) return;
  const allowed = new Set(["type", "description", "properties", "title"]);
  const properties = isObject(metadata.properties) ? Object.keys(metadata.properties) : [];
  const restricts = Object.keys(metadata).some((key) => !allowed.has(key));
  if (restricts || properties.some((name) => name !== "name" && name !== "generateName")) {
    add(
      "FieldValueForbidden",
      `${path}.properties[metadata]`,
      "Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified",
    );
  }
}

function visit(schema: JsonObject, path: string, root: boolean, add: Add): void {
  const intOrString = schema["x-kubernetes-int-or-string"] === true;
  const preserve = schema["x-kubernetes-preserve-unknown-fields"];
  checkType(schema, path, root, intOrString, preserve === true, add);
  if (preserve === false) {
    add(
      "FieldValueInvalid",
      `${path}.x-kubernetes-preserve-unknown-fields`,
      "Invalid value: false: must be true or undefined",
    );
  }
  for (const keyword of ["$ref", "definitions", "dependencies", "id", "patternProperties"]) {
    if (schema[keyword] !== undefined && schema[keyword] !== null && schema[keyword] !== "") {
      add("FieldValueForbidden", `${path}.${keyword}`, `Forbidden: ${keyword} is not supported`);
    }
  }
  if (schema.uniqueItems === true) {
    add(
      "FieldValueForbidden",
      `${path}.uniqueItems`,
      "Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic",
    );
  }
  if (schema.properties !== undefined && schema.additionalProperties !== undefined) {
    add(
      "FieldValueForbidden",
      `${path}.additionalProperties`,
      "Forbidden: additionalProperties and properties are mutual exclusive",
    );
  }
  if (typeof schema.pattern === "string" && !compilePattern(schema.pattern)) {
    add(
      "FieldValueInvalid",
      `${path}.pattern`,
      `Invalid value: ${JSON.stringify(schema.pattern)}: must be a valid regular expression, but isn't: ${regexpError(schema.pattern)}`,
    );
  }
  checkLists(schema, path, add);
  for (const keyword of ["allOf", "anyOf", "oneOf"] as const) {
    const parts = schema[keyword];
    if (!Array.isArray(parts)) continue;
    parts.forEach((part, i) => {
      if (isObject(part))
        visitValueValidation(
          part,
          `${path}.${keyword}[${i}]`,
          intOrString && keyword !== "oneOf",
          schema,
          add,
        );
    });
  }
  if (isObject(schema.not)) visitValueValidation(schema.not, `${path}.not`, false, schema, add);
  if (isObject(schema.properties)) {
    for (const [name, child] of Object.entries(schema.properties)) {
      if (isObject(child)) visit(child, `${path}.properties[${name}]`, false, add);
    }
  }
  if (isObject(schema.additionalProperties))
    visit(schema.additionalProperties, `${path}.additionalProperties`, false, add);
  if (Array.isArray(schema.items)) {
    add("FieldValueForbidden", `${path}.items`, "Forbidden: items must be a schema object and not an array");
  } else if (isObject(schema.items)) visit(schema.items, `${path}.items`, false, add);
}

function checkType(
  schema: JsonObject,
  path: string,
  root: boolean,
  intOrString: boolean,
  preserve: boolean,
  add: Add,
): void {
  const type = schema.type;
  if (type === undefined || type === "") {
    if (!intOrString && !preserve && !root && schema.$ref === undefined) {
      add(
        "FieldValueRequired",
        `${path}.type`,
        "Required value: must not be empty for specified object fields",
      );
    }
  } else if (intOrString) {
    add(
      "FieldValueInvalid",
      `${path}.type`,
      `Invalid value: ${JSON.stringify(type)}: must be empty if x-kubernetes-int-or-string is true`,
    );
  } else if (typeof type !== "string" || !TYPES.has(type)) {
    add(
      "FieldValueNotSupported",
      `${path}.type`,
      `Unsupported value: ${JSON.stringify(type)}: supported values: ${[...TYPES]
        .sort()
        .map((t) => JSON.stringify(t))
        .join(", ")}`,
    );
  }
  if (type === "array" && schema.items === undefined) {
    add("FieldValueRequired", `${path}.items`, "Required value: must be specified");
  }
  if (schema["x-kubernetes-embedded-resource"] === true && type !== "object") {
    add(
      "FieldValueInvalid",
      `${path}.type`,
      `Invalid value: ${JSON.stringify(type ?? "")}: must be object if x-kubernetes-embedded-resource is true`,
    );
  }
}

function checkLists(schema: JsonObject, path: string, add: Add): void {
  const listType = schema["x-kubernetes-list-type"];
  const keys = schema["x-kubernetes-list-map-keys"];
  if (listType !== undefined && schema.type !== "array") {
    add(
      "FieldValueInvalid",
      `${path}.type`,
      `Invalid value: ${JSON.stringify(schema.type ?? "")}: must be array if x-kubernetes-list-type is specified`,
    );
  }
  if (listType !== undefined && !["atomic", "set", "map"].includes(String(listType))) {
    add(
      "FieldValueNotSupported",
      `${path}.x-kubernetes-list-type`,
      `Unsupported value: ${JSON.stringify(listType)}: supported values: "atomic", "set", "map"`,
    );
  }
  if (listType === "set" && isObject(schema.items)) {
    const { type, "x-kubernetes-map-type": mapType = null } = schema.items;
    if (type === "object" && mapType !== "atomic")
      add(
        "FieldValueInvalid",
        `${path}.items.x-kubernetes-map-type`,
        `Invalid value: ${JSON.stringify(mapType)}: must be atomic as item of a list with x-kubernetes-list-type=set`,
      );
  }
  if (listType === "map") {
    if (!Array.isArray(keys) || keys.length === 0) {
      add(
        "FieldValueRequired",
        `${path}.x-kubernetes-list-map-keys`,
        "Required value: must not be empty if x-kubernetes-list-type is map",
      );
      return;
    }
    const items = isObject(schema.items) ? schema.items : {};
    const properties = isObject(items.properties) ? items.properties : {};
    const required: Json[] = Array.isArray(items.required) ? items.required : [];
    for (const key of keys) {
      const child = properties[String(key)];
      if (!isObject(child)) {
        add(
          "FieldValueInvalid",
          `${path}.x-kubernetes-list-map-keys`,
          `Invalid value: ${JSON.stringify(keys)}: entries must all be names of item properties`,
        );
      } else if (!required.includes(key) && child.default === undefined) {
        add(
          "FieldValueRequired",
          `${path}.items.properties[${key}].default`,
          "Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property",
        );
      }
    }
  } else if (keys !== undefined) {
    add(
      "FieldValueForbidden",
      `${path}.x-kubernetes-list-map-keys`,
      "Forbidden: must not be set unless x-kubernetes-list-type is map",
    );
  }
  const mapType = schema["x-kubernetes-map-type"];
  if (mapType !== undefined && mapType !== "atomic" && mapType !== "granular") {
    add(
      "FieldValueNotSupported",
      `${path}.x-kubernetes-map-type`,
      `Unsupported value: ${JSON.stringify(mapType)}: supported values: "atomic", "granular"`,
    );
  }
}

/** Schemas below `allOf` and the like may only restrict values. */
function visitValueValidation(
  schema: JsonObject,
  path: string,
  typeAllowed: boolean,
  structure: JsonObject,
  add: Add,
): void {
  const forbid = (keyword: string) =>
    add("FieldValueForbidden", `${path}.${keyword}`, "Forbidden: must be empty to be structural");
  if (schema.type !== undefined && schema.type !== "" && !typeAllowed) forbid("type");
  for (const keyword of ["additionalProperties", "default", "title", "description", "nullable"]) {
    if (schema[keyword] === undefined || schema[keyword] === false || schema[keyword] === "") continue;
    if (keyword === "additionalProperties" && isObject(structure.additionalProperties)) continue;
    forbid(keyword);
  }
  for (const keyword of Object.keys(schema)) {
    if (keyword.startsWith("x-kubernetes-") && keyword !== "x-kubernetes-validations") forbid(keyword);
  }
  for (const keyword of ["allOf", "anyOf", "oneOf"] as const) {
    const parts = schema[keyword];
    if (!Array.isArray(parts)) continue;
    parts.forEach((part, i) => {
      if (isObject(part)) visitValueValidation(part, `${path}.${keyword}[${i}]`, typeAllowed, structure, add);
    });
  }
  if (isObject(schema.not)) visitValueValidation(schema.not, `${path}.not`, false, structure, add);
  if (isObject(schema.properties)) {
    const declared = isObject(structure.properties) ? structure.properties : {};
    for (const [name, child] of Object.entries(schema.properties)) {
      const below = declared[name];
      if (isObject(child))
        visitValueValidation(child, `${path}.properties[${name}]`, false, isObject(below) ? below : {}, add);
    }
  }
  if (isObject(schema.items)) {
    const below = structure.items;
    visitValueValidation(schema.items, `${path}.items`, false, isObject(below) ? below : {}, add);
  }
}

/** The complaint of Go's regexp package, for the mistake that people make most. */
function regexpError(pattern: string): string {
  const open = (pattern.match(/(?<!\\)\(/g) ?? []).length;
  const closed = (pattern.match(/(?<!\\)\)/g) ?? []).length;
  if (open > closed) return `error parsing regexp: missing closing ): \`${pattern}\``;
  if (closed > open) return `error parsing regexp: unexpected ): \`${pattern}\``;
  return `error parsing regexp: \`${pattern}\``;
}

/** Defaults that their own schema refuses. */
export function defaultErrors(schema: Schema, path: string): FieldError[] {
  if (schema.builtin) return [];
  const errors: FieldError[] = [];
  if (schema.default !== undefined) {
    for (const error of validateCustom(schema, schema.default as JsonObject)) {
      errors.push({
        ...error,
        field:
          error.field === "<nil>"
            ? error.field
            : `${path}.default${error.field === "" ? "" : `.${error.field}`}`,
      });
    }
  }
  for (const [name, child] of Object.entries(schema.properties ?? {})) {
    errors.push(...defaultErrors(child, `${path}.properties[${name}]`));
  }
  if (schema.items) errors.push(...defaultErrors(schema.items, `${path}.items`));
  if (schema.additionalProperties) {
    errors.push(...defaultErrors(schema.additionalProperties, `${path}.additionalProperties`));
  }
  return errors;
}
