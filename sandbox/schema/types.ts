/** Any JSON value, as `JSON.parse` gives it. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [field: string]: Json };

/** One `x-kubernetes-validations` entry. */
export interface ValidationRule {
  rule: string;
  message?: string;
  messageExpression?: string;
  reason?: string;
  fieldPath?: string;
  optionalOldSelf?: boolean;
}

/**
 * A schema after `$ref` and `allOf` have been resolved: one shape for built-in kinds (from the OpenAPI document) and
 * for custom ones (from a CRD). The graph may be cyclic (JSONSchemaProps).
 */
export interface Schema {
  /** Absent: any value. */
  type?: "object" | "array" | "string" | "integer" | "number" | "boolean";
  /** Built-in definitions: the OpenAPI name, e.g. `io.k8s.api.core.v1.Container`. */
  name?: string;
  builtin: boolean;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema;
  items?: Schema;
  required?: string[];
  nullable?: boolean;
  default?: Json;
  enum?: Json[];
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: boolean;
  exclusiveMaximum?: boolean;
  multipleOf?: number;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  minProperties?: number;
  maxProperties?: number;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  not?: Schema;
  quantity?: boolean;
  intOrString?: boolean;
  preserveUnknown?: boolean;
  embedded?: boolean;
  listType?: "atomic" | "set" | "map";
  listKeys?: string[];
  mapType?: "atomic" | "granular";
  patchMergeKey?: string;
  patchStrategy?: string[];
  validations?: ValidationRule[];
  /** Built-in scalars: the Go type named in decode errors, e.g. `v1.PullPolicy`. */
  goType?: string;
  /** Built-in scalar fields whose zero value is meaningful (a pointer in Go) and so is kept. */
  pointer?: boolean;
  /** Built-in fields that are written even when empty: `{}` for structs, `null` for lists, the zero value for scalars. */
  always?: Json;
}

/** As `field.ErrorType` of the API server; the value is what `details.causes[].reason` says. */
export type FieldErrorType =
  | "FieldValueRequired"
  | "FieldValueInvalid"
  | "FieldValueTypeInvalid"
  | "FieldValueNotSupported"
  | "FieldValueTooLong"
  | "FieldValueTooMany"
  | "FieldValueDuplicate"
  | "FieldValueForbidden"
  | "FieldValueNotFound";

/** One entry of `status.details.causes`: `message` is worded without the field. */
export interface FieldError {
  type: FieldErrorType;
  field: string;
  message: string;
}

/** A body that cannot be read as its kind: 400 BadRequest. */
export class DecodeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "DecodeError";
  }
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Deep equality of JSON values; the order of fields does not matter. */
export function equal(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (!equal(a[i], b[i])) return false;
    return true;
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  for (const key of keys) if (!Object.hasOwn(b, key) || !equal(a[key], b[key])) return false;
  return true;
}
