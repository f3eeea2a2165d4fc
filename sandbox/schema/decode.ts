import { canonicalQuantity, isQuantity, QUANTITY_SYNTAX } from "./quantity.ts";
import { DecodeError, isObject, type Json, type JsonObject, type Schema } from "./types.ts";

/**
 * Reads a built-in object as the API server's Go types do: a value of another type is a `DecodeError` with the
 * server's wording, unknown fields and nulls go, zero values that Go would not write go, and empty structs that Go
 * always writes appear. Returns a new object; the argument is not changed.
 */
export function decodeBuiltin(schema: Schema, object: JsonObject): JsonObject {
  const { version, kind } = nameOf(object);
  try {
    return decodeStruct(schema, object, "");
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new DecodeError(`${kind} in version "${version}" cannot be handled as a ${kind}: ${error.message}`);
  }
}

/** Reads the `metadata` of a custom object, here and in embedded resources; the rest is left to the schema. */
export function decodeMetadata(schema: Schema, object: JsonObject): JsonObject {
  const metadata = schema.properties?.metadata;
  if (metadata === undefined || object.metadata === undefined) return object;
  const { version, kind } = nameOf(object);
  try {
    if (!isObject(object.metadata)) return mistyped(object.metadata, undefined, "", "v1.ObjectMeta");
    return { ...object, metadata: decodeStruct(metadata, object.metadata, "") };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new DecodeError(`${kind} in version "${version}" cannot be handled as a ${kind}: ${error.message}`);
  }
}

function nameOf(object: JsonObject): { version: string; kind: string } {
  const apiVersion = String(object.apiVersion ?? "");
  return { version: apiVersion.slice(apiVersion.indexOf("/") + 1), kind: String(object.kind ?? "") };
}

const DROP = Symbol("drop");

function decodeStruct(schema: Schema, value: JsonObject, path: string): JsonObject {
  const out: JsonObject = {};
  const properties = schema.properties ?? {};
  const struct = shortName(schema);
  for (const field in value) {
    const child = Object.hasOwn(properties, field) ? properties[field] : undefined;
    const given = value[field];
    if (child === undefined || given === null || given === undefined) continue;
    const at = path === "" ? field : `${path}.${field}`;
    const read = decodeValue(child, given, at, struct);
    if (read !== DROP) out[field] = read;
  }
  for (const [field, child] of alwaysFields(schema)) {
    if (out[field] !== undefined) continue;
    out[field] = isObject(child.always) ? emptyStruct(child) : (child.always ?? null);
  }
  return out;
}

const ALWAYS = new WeakMap<Schema, [string, Schema][]>();
function alwaysFields(schema: Schema): [string, Schema][] {
  let fields = ALWAYS.get(schema);
  if (!fields) {
    fields = Object.entries(schema.properties ?? {}).filter(([, child]) => child.always !== undefined);
    ALWAYS.set(schema, fields);
  }
  return fields;
}

/** What Go writes for a struct that nobody filled: `{}`, with the structs inside it that are always written. */
export function emptyStruct(schema: Schema): JsonObject {
  const out: JsonObject = {};
  for (const [field, child] of alwaysFields(schema)) {
    out[field] = isObject(child.always) ? emptyStruct(child) : (child.always ?? null);
  }
  return out;
}

function decodeValue(schema: Schema, value: Json, path: string, struct: string): Json | typeof DROP {
  if (schema.quantity) return decodeQuantity(value);
  if (schema.intOrString) {
    if (typeof value === "string" || Number.isInteger(value)) return value;
    return mistyped(value, struct, path, "int32", true);
  }
  switch (schema.type) {
    case "object":
      return decodeObject(schema, value, path, struct);
    case "array":
      return decodeList(schema, value, path, struct);
    case "string":
      return decodeString(schema, value, path, struct);
    case "integer":
      if (typeof value !== "number" || !Number.isInteger(value) || !fits(schema, value)) {
        return mistyped(value, struct, path, goName(schema), true);
      }
      break;
    case "number":
      if (typeof value !== "number") return mistyped(value, struct, path, "float64");
      break;
    case "boolean":
      if (typeof value !== "boolean") return mistyped(value, struct, path, "bool");
      break;
    default:
      return value;
  }
  return (value === 0 || value === false) && !schema.pointer && schema.always === undefined ? DROP : value;
}

function decodeObject(schema: Schema, value: Json, path: string, struct: string): Json | typeof DROP {
  if (!isObject(value)) return mistyped(value, struct, path, goName(schema));
  if (schema.properties) return decodeStruct(schema, value, path);
  const values = schema.additionalProperties;
  if (!values) return value;
  const out: JsonObject = {};
  let some = false;
  for (const key in value) {
    const given = value[key] ?? null;
    some = true;
    if (given === null) {
      out[key] = zero(values);
      continue;
    }
    const read = decodeValue(values, given, path, struct);
    out[key] = read === DROP ? zero(values) : read;
  }
  return some ? out : DROP;
}

function decodeList(schema: Schema, value: Json, path: string, struct: string): Json | typeof DROP {
  if (!Array.isArray(value)) return mistyped(value, struct, path, goName(schema));
  if (value.length === 0) return schema.always === undefined ? DROP : value;
  const items = schema.items;
  if (!items) return value;
  return value.map((given) => {
    if (given === null) return zero(items);
    const read = decodeValue(items, given, path, struct);
    return read === DROP ? zero(items) : read;
  });
}

function decodeString(schema: Schema, value: Json, path: string, struct: string): Json | typeof DROP {
  if (typeof value !== "string") {
    if (schema.format === "byte") return mistyped(value, struct, path, "[]uint8");
    return mistyped(value, struct, path, schema.format === "date-time" ? "string" : goName(schema));
  }
  if (schema.format === "date-time") return decodeTime(schema, value);
  if (schema.format === "byte") return decodeBase64(value);
  return value === "" && !schema.pointer && schema.always === undefined ? DROP : value;
}

function decodeTime(schema: Schema, value: string): string | typeof DROP {
  if (value === "") return DROP;
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(value);
  const time = match ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time)) {
    throw new DecodeError(
      `parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(value)} as "2006"`,
    );
  }
  if (schema.name?.endsWith("MicroTime")) {
    return `${new Date(time).toISOString().slice(0, 19)}.${(match?.[2] ?? ".").slice(1, 7).padEnd(6, "0")}Z`;
  }
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function decodeBase64(value: string): string {
  const text = /[\r\n]/.test(value) ? value.replaceAll(/[\r\n]/g, "") : value;
  if (BASE64.test(text)) return text;
  let at = 0;
  while (at < text.length && /[A-Za-z0-9+/]/.test(text[at] ?? "")) at++;
  // Go reports the start of an incomplete last quantum as its own end when the text simply stops.
  throw new DecodeError(`illegal base64 data at input byte ${at === text.length ? at - (at % 4) : at}`);
}

const CANONICAL = new Map<string, string>();

function decodeQuantity(value: Json): Json {
  if (typeof value !== "string" && typeof value !== "number") return badQuantity();
  const text = String(value);
  let known = CANONICAL.get(text);
  if (known === undefined) {
    if (!isQuantity(text)) return badQuantity();
    known = canonicalQuantity(text);
    if (CANONICAL.size < 1000) CANONICAL.set(text, known);
  }
  return known;
}

function badQuantity(): never {
  throw new DecodeError(`quantities must match the regular expression '${QUANTITY_SYNTAX}'`);
}

function fits(schema: Schema, value: number): boolean {
  if (schema.format === "int32") return value >= -2147483648 && value <= 2147483647;
  return Math.abs(value) <= Number.MAX_VALUE;
}

function zero(schema: Schema): Json {
  switch (schema.type) {
    case "string":
      return "";
    case "integer":
    case "number":
      return 0;
    case "boolean":
      return false;
    case "array":
      return null;
    default:
      return schema.properties ? emptyStruct(schema) : schema.quantity ? "0" : null;
  }
}

/** The Go struct that a decode error names: `EnvVar`. */
function shortName(schema: Schema): string {
  return schema.name?.slice(schema.name.lastIndexOf(".") + 1) ?? "";
}

/** The Go type that a decode error names: `int32`, `[]v1.Container`, `map[string]string`. */
function goName(schema: Schema): string {
  if (schema.goType) return schema.goType;
  if (schema.quantity) return "resource.Quantity";
  if (schema.intOrString) return "intstr.IntOrString";
  if (schema.name) return schema.name.split(".").slice(-2).join(".");
  switch (schema.type) {
    case "array":
      return `[]${schema.items ? goName(schema.items) : "interface {}"}`;
    case "object":
      return `map[string]${schema.additionalProperties ? goName(schema.additionalProperties) : "interface {}"}`;
    case "integer":
      return schema.format ?? "int";
    case "boolean":
      return "bool";
    case "number":
      return "float64";
    default:
      return "string";
  }
}

function mistyped(
  value: Json,
  struct: string | undefined,
  path: string,
  type: string,
  number = false,
): never {
  let given: string = Array.isArray(value) ? "array" : typeof value;
  if (given === "boolean") given = "bool";
  if (given === "number" && number) given = `number ${value}`;
  const field = struct === undefined ? "value" : `struct field ${struct}.${path}`;
  throw new DecodeError(`json: cannot unmarshal ${given} into Go ${field} of type ${type}`);
}
