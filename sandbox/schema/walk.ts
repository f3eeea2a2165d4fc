import { isObject, type Json, type JsonObject, type Schema } from "./types.ts";

/**
 * What of an object its schema does not know, as `fieldValidation` reports it: `unknown field "spec.foo"`. Custom
 * kinds are reported in the order of their paths, built-in ones in the order of the document.
 */
export function unknownFields(schema: Schema, object: JsonObject): string[] {
  const found: string[] = [];
  walk(schema, object, "", (path) => found.push(path));
  if (!schema.builtin) found.sort();
  return found.map((path) => `unknown field "${path}"`);
}

/**
 * A copy without the fields that the schema does not know: `x-kubernetes-preserve-unknown-fields` keeps them, embedded
 * resources keep their apiVersion, kind and metadata.
 */
export function prune(schema: Schema, object: JsonObject): JsonObject {
  return walk(schema, object, "") as JsonObject;
}

function walk(schema: Schema, value: Json, path: string, report?: (path: string) => void): Json {
  if (Array.isArray(value)) {
    const items = schema.items;
    if (!items) return value;
    return value.map((item, i) => walk(items, item, `${path}[${i}]`, report));
  }
  // An object where a list belongs is refused as a whole: its fields are nobody's.
  if (!isObject(value) || (schema.builtin && schema.type === "array")) return value;
  const properties = schema.properties;
  const values = schema.additionalProperties;
  // A schema without a type (JSONSchemaProps' `default`, IntOrString) takes whatever comes.
  if (!properties && !values && (schema.preserveUnknown || (schema.builtin && schema.type === undefined))) {
    return value;
  }
  const out: JsonObject = {};
  for (const field in value) {
    const given = value[field] ?? null;
    const child = properties && Object.hasOwn(properties, field) ? properties[field] : values;
    const at = path === "" ? field : `${path}.${field}`;
    if (child) out[field] = walk(child, given, at, report);
    else if (schema.preserveUnknown) out[field] = given;
    else report?.(at);
  }
  return out;
}
