import { stepText } from "./fieldset.ts";
import { fieldSchema, listStep } from "./typed.ts";
import { isObject, type Json, type JsonObject, type Schema } from "./types.ts";

/** Why a value cannot be applied: fields nobody declared, other types, entries given twice. Empty when it can. */
export function applyErrors(schema: Schema, value: Json, path = ""): string[] {
  if (value === null) return [];
  if (schema.quantity || schema.intOrString) {
    return typeof value === "object" ? [`${path}: expected any scalar, got ${goValue(value)}`] : [];
  }
  switch (schema.type) {
    case "integer":
    case "number":
      return typeof value === "number"
        ? []
        : [`${path}: expected numeric (int or float), got ${goType(value)}`];
    case "string":
      if (typeof value === "string") return [];
      return [`${path}: expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`];
    case "boolean":
      return typeof value === "boolean" ? [] : [`${path}: expected boolean, got ${goValue(value)}`];
    case "array":
      return Array.isArray(value)
        ? listErrors(schema, value, path)
        : [`${path}: expected list, got ${goValue(value)}`];
    case "object":
      return isObject(value)
        ? mapErrors(schema, value, path)
        : [`${path}: expected map, got ${goValue(value)}`];
    default:
      return isObject(value) ? mapErrors(schema, value, path) : [];
  }
}

function mapErrors(schema: Schema, value: JsonObject, path: string): string[] {
  const errors: string[] = [];
  for (const field of Object.keys(value).sort()) {
    const child = fieldSchema(schema, field);
    if (!child) {
      errors.push(`${path}.${field}: field not declared in schema`);
      break;
    }
    errors.push(...applyErrors(child, value[field] ?? null, `${path}.${field}`));
  }
  return errors;
}

function listErrors(schema: Schema, value: Json[], path: string): string[] {
  const errors: string[] = [];
  const seen = new Set<string>();
  const keyed = schema.listType === "map" || schema.listType === "set";
  value.forEach((item, i) => {
    const step = keyed ? listStep(schema, item) : `i:${i}`;
    if (
      schema.listType === "map" &&
      isObject(item) &&
      step === "k:{}" &&
      (schema.listKeys?.length ?? 0) > 1
    ) {
      errors.push(`${path}: element ${i}: associative list with keys may not have all keys missing`);
    }
    if (keyed && seen.has(step)) errors.push(`${path}: duplicate entries for key ${stepText(step)}`);
    seen.add(step);
    if (schema.items) errors.push(...applyErrors(schema.items, item, path + stepText(step)));
  });
  return errors;
}

function goType(value: Json): string {
  if (typeof value === "number") return Number.isInteger(value) ? "int64" : "float64";
  if (typeof value === "boolean") return "bool";
  if (Array.isArray(value)) return "[]interface {}";
  return isObject(value) ? "map[string]interface {}" : typeof value;
}

function goSyntax(value: Json): string {
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(", ")}}`;
  if (isObject(value)) {
    return `map[string]interface {}{${Object.keys(value)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${goSyntax(value[key] ?? null)}`)
      .join(", ")}}`;
  }
  return value === null ? "interface {}(nil)" : JSON.stringify(value);
}

/** A value as Go's `%v` prints the library's wrapper around it. */
function goValue(value: Json): string {
  return `&{${plain(value)}}`;
}

function plain(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(plain).join(" ")}]`;
  if (isObject(value)) {
    return `map[${Object.keys(value)
      .sort()
      .map((key) => `${key}:${plain(value[key] ?? null)}`)
      .join(" ")}]`;
  }
  return value === null ? "<nil>" : String(value);
}
