import { isObject, type Json, type JsonObject, type Schema } from "./types.ts";

/**
 * A custom object with its schema's defaults put in, and without the nulls that the schema neither allows nor
 * defaults. Metadata is never defaulted. Returns a new object where something changed.
 */
export function defaultCustom(schema: Schema, object: JsonObject): JsonObject {
  return fill(schema, object) as JsonObject;
}

function fill(schema: Schema, value: Json): Json {
  if (Array.isArray(value)) {
    const items = schema.items;
    if (!items) return value;
    return value.map((item) => {
      if (item === null && !items.nullable && items.default !== undefined)
        return structuredClone(items.default);
      return fill(items, item);
    });
  }
  if (!isObject(value)) return value;
  const out: JsonObject = {};
  const properties = schema.properties;
  for (const field in value) {
    const given = value[field] ?? null;
    const child =
      properties && Object.hasOwn(properties, field) ? properties[field] : schema.additionalProperties;
    if (!child || child.builtin) {
      out[field] = given;
    } else if (given !== null || child.nullable) {
      out[field] = fill(child, given);
    } else if (child.default !== undefined && child !== schema.additionalProperties) {
      // Put in below, like an absent one.
    } else if (child.type === undefined && !child.intOrString) out[field] = null;
  }
  for (const [field, child] of defaulted(schema)) {
    if (out[field] === undefined) out[field] = fill(child, structuredClone(child.default ?? null));
  }
  return out;
}

const DEFAULTED = new WeakMap<Schema, [string, Schema][]>();
function defaulted(schema: Schema): [string, Schema][] {
  let fields = DEFAULTED.get(schema);
  if (!fields) {
    fields = Object.entries(schema.properties ?? {}).filter(
      ([, child]) => child.default !== undefined && !child.builtin,
    );
    DEFAULTED.set(schema, fields);
  }
  return fields;
}
