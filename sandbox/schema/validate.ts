import { equal, type FieldError, isObject, type Json, type JsonObject, type Schema } from "./types.ts";

/**
 * Checks a custom object (pruned and defaulted) against its schema, with the messages of kube-apiserver 1.36. Rules
 * (`x-kubernetes-validations`) are `validateRules`' business.
 */
export function validateCustom(schema: Schema, object: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  check(schema, object, "", errors);
  checkLists(schema, object, "", errors);
  return errors;
}

/** Errors after which the API server does not evaluate rules. */
export function blocksRules(errors: readonly FieldError[]): boolean {
  return errors.some((e) => BLOCKING.has(e.type));
}
const BLOCKING = new Set([
  "FieldValueNotSupported",
  "FieldValueRequired",
  "FieldValueTooLong",
  "FieldValueTooMany",
  "FieldValueTypeInvalid",
]);

/** What the API server adds when rules were left out because of other errors. */
export const RULES_SKIPPED: FieldError = {
  type: "FieldValueInvalid",
  field: "<nil>",
  message:
    "Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation",
};

function typeOf(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

/** How a value is shown within a message. */
export function show(value: Json): string {
  return JSON.stringify(value);
}

function check(schema: Schema, value: Json, path: string, errors: FieldError[]): void {
  const add = (type: FieldError["type"], message: string, field = path) =>
    errors.push({ type, field, message });
  const wrongType = (type: string, given = typeOf(value)) =>
    add(
      "FieldValueTypeInvalid",
      `Invalid value: ${show(given)}: ${path} in body must be of type ${type}: ${show(given)}`,
    );
  const invalid = (message: string) =>
    add("FieldValueInvalid", `Invalid value: ${show(value)}: ${path} ${message}`);

  if (value === null && schema.nullable) return;
  const type = typeOf(value);
  if (schema.intOrString && schema.type === undefined) {
    if (type !== "integer" && type !== "string") return void wrongType("integer,string");
  } else if (schema.type !== undefined) {
    const fits = type === schema.type || (schema.type === "number" && type === "integer");
    if (!fits) {
      wrongType(schema.type);
      if (schema.type === "integer" && type === "number") {
        add(
          "FieldValueInvalid",
          `Invalid value: "": Checked value must be of type integer (default format) in ${path}`,
          "<nil>",
        );
      }
      if (schema.enum) checkEnum(schema.enum, value, add);
      return;
    }
  }
  if (typeof value === "string") checkString(schema, value, add, invalid, wrongType);
  else if (typeof value === "number") checkNumber(schema, value, path, add, invalid);
  else if (Array.isArray(value)) checkArray(schema, value, path, errors, add);
  else if (isObject(value)) checkObject(schema, value, path, errors, add);
  if (schema.enum) checkEnum(schema.enum, value, add);
  checkCombinations(schema, value, path, errors, add);
}

type Add = (type: FieldError["type"], message: string, field?: string) => void;

function checkEnum(allowed: Json[], value: Json, add: Add): void {
  if (allowed.some((a) => equal(a, value))) return;
  add(
    "FieldValueNotSupported",
    `Unsupported value: ${show(value)}: supported values: ${allowed.map((a) => (typeof a === "string" ? show(a) : show(String(a)))).join(", ")}`,
  );
}

const PATTERNS = new Map<string, RegExp>();

/** Go's RE2 syntax as a JavaScript expression; undefined when it is no legal pattern in either. */
export function compilePattern(pattern: string): RegExp | undefined {
  const known = PATTERNS.get(pattern);
  if (known) return known;
  let source = pattern.replaceAll("(?P<", "(?<").replaceAll("\\A", "^").replaceAll("\\z", "$");
  let flags = "";
  const inline = /^\(\?([is]+)\)/.exec(source);
  if (inline?.[1]) {
    source = source.slice(inline[0].length);
    flags = inline[1];
  }
  for (const mode of [`${flags}u`, flags]) {
    try {
      const compiled = new RegExp(source, mode);
      PATTERNS.set(pattern, compiled);
      return compiled;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return undefined;
}

function checkString(
  schema: Schema,
  value: string,
  add: Add,
  invalid: (message: string) => void,
  wrongType: (type: string, given?: string) => void,
): void {
  const length = schema.minLength !== undefined || schema.maxLength !== undefined ? [...value].length : 0;
  // The first of these is told alone.
  if (schema.maxLength !== undefined && length > schema.maxLength) {
    add("FieldValueTooLong", `Too long: may not be more than ${schema.maxLength} bytes`);
  } else if (schema.minLength !== undefined && length < schema.minLength) {
    invalid(`in body should be at least ${schema.minLength} chars long`);
  } else if (schema.pattern !== undefined && compilePattern(schema.pattern)?.test(value) === false) {
    invalid(`in body should match '${schema.pattern}'`);
  }
  const format = schema.format === undefined ? undefined : FORMATS[schema.format];
  if (format && schema.format && !format(value)) wrongType(schema.format, value);
}

const FORMATS: Record<string, (value: string) => boolean> = {
  "date-time": (v) =>
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i.test(v) && !Number.isNaN(Date.parse(v)),
  date: (v) => /^\d{4}-\d\d-\d\d$/.test(v) && !Number.isNaN(Date.parse(v)),
  duration: (v) =>
    /^[+-]?(0|(\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)([0-9.]+(ns|us|µs|μs|ms|s|m|h))*)$/.test(v),
  email: (v) => /^[^\s@<>]+@[^\s@<>]+$/.test(v),
  ipv4: (v) => /^(\d{1,3}\.){3}\d{1,3}$/.test(v) && v.split(".").every((p) => Number(p) < 256),
  ipv6: (v) => v.includes(":") && URL.canParse(`http://[${v}]/`),
  cidr: (v) => /^[0-9a-fA-F:.]+\/\d{1,3}$/.test(v),
  mac: (v) => /^([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}$/.test(v),
  uri: (v) => URL.canParse(v) || v.startsWith("/"),
  uuid: (v) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(v),
  byte: (v) => /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(v),
  hostname: (v) =>
    /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*\.?$/.test(
      v,
    ),
};

function checkNumber(
  schema: Schema,
  value: number,
  path: string,
  add: Add,
  invalid: (m: string) => void,
): void {
  if (schema.format === "int32" && (value < -2147483648 || value > 2147483647)) {
    add(
      "FieldValueInvalid",
      `Invalid value: "": Checked value must be of type integer with format int32 in ${path}`,
      "<nil>",
    );
  }
  if (schema.multipleOf !== undefined && schema.multipleOf > 0) {
    const factor = value / schema.multipleOf;
    if (Math.abs(factor - Math.round(factor)) > 1e-9)
      invalid(`in body should be a multiple of ${schema.multipleOf}`);
  }
  if (schema.maximum !== undefined) {
    if (schema.exclusiveMaximum ? value >= schema.maximum : value > schema.maximum) {
      invalid(
        `in body should be less than ${schema.exclusiveMaximum ? "" : "or equal to "}${schema.maximum}`,
      );
    }
  }
  if (schema.minimum !== undefined) {
    if (schema.exclusiveMinimum ? value <= schema.minimum : value < schema.minimum) {
      invalid(
        `in body should be greater than ${schema.exclusiveMinimum ? "" : "or equal to "}${schema.minimum}`,
      );
    }
  }
}

const plural = (n: number) => (n === 1 ? "item" : "items");

function checkArray(schema: Schema, value: Json[], path: string, errors: FieldError[], add: Add): void {
  if (schema.minItems !== undefined && value.length < schema.minItems) {
    add(
      "FieldValueInvalid",
      `Invalid value: ${value.length}: ${path} in body should have at least ${schema.minItems} items`,
    );
  }
  if (schema.maxItems !== undefined && value.length > schema.maxItems) {
    add(
      "FieldValueTooMany",
      `Too many: ${value.length}: must have at most ${schema.maxItems} ${plural(schema.maxItems)}`,
    );
  }
  const items = schema.items;
  if (items) for (let i = 0; i < value.length; i++) check(items, value[i] ?? null, `${path}[${i}]`, errors);
}

function checkObject(schema: Schema, value: JsonObject, path: string, errors: FieldError[], add: Add): void {
  const count =
    schema.minProperties === undefined && schema.maxProperties === undefined ? 0 : Object.keys(value).length;
  if (schema.minProperties !== undefined && count < schema.minProperties) {
    add(
      "FieldValueInvalid",
      `Invalid value: ${count}: ${path} in body should have at least ${schema.minProperties} properties`,
    );
  }
  if (schema.maxProperties !== undefined && count > schema.maxProperties) {
    add(
      "FieldValueTooMany",
      `Too many: ${count}: must have at most ${schema.maxProperties} ${plural(schema.maxProperties)}`,
    );
  }
  for (const field of schema.required ?? []) {
    if (value[field] === undefined)
      add("FieldValueRequired", "Required value", path === "" ? field : `${path}.${field}`);
  }
  if (schema.embedded) {
    for (const field of ["apiVersion", "kind"]) {
      if (value[field] === undefined) add("FieldValueRequired", "Required value", `${path}.${field}`);
    }
  }
  const properties = schema.properties;
  for (const field in value) {
    const child =
      properties && Object.hasOwn(properties, field) ? properties[field] : schema.additionalProperties;
    if (child && !(child.builtin && child.name)) {
      check(child, value[field] ?? null, path === "" ? field : `${path}.${field}`, errors);
    }
  }
}

function matches(schema: Schema, value: Json, path: string): boolean {
  const errors: FieldError[] = [];
  check(schema, value, path, errors);
  return errors.length === 0;
}

function checkCombinations(schema: Schema, value: Json, path: string, errors: FieldError[], add: Add): void {
  for (const part of schema.allOf ?? []) check(part, value, path, errors);
  const fail = (what: string) => {
    const at = path;
    add("FieldValueInvalid", `Invalid value: "": "${at}" ${what}`, "<nil>");
  };
  if (schema.anyOf && !schema.anyOf.some((part) => matches(part, value, path))) {
    fail("must validate at least one schema (anyOf)");
    if (schema.anyOf[0]) check(schema.anyOf[0], value, path, errors);
  }
  if (schema.oneOf) {
    const fitting = schema.oneOf.filter((part) => matches(part, value, path)).length;
    if (fitting === 0) {
      fail("must validate one and only one schema (oneOf). Found none valid");
      if (schema.oneOf[0]) check(schema.oneOf[0], value, path, errors);
    } else if (fitting > 1)
      fail(`must validate one and only one schema (oneOf). Found ${fitting} valid alternatives`);
  }
  if (schema.not && matches(schema.not, value, path)) fail("must not validate the schema (not)");
}

/** `x-kubernetes-list-type: set` and `map`: no entry twice. */
function checkLists(schema: Schema, value: Json, path: string, errors: FieldError[]): void {
  if (Array.isArray(value)) {
    if (schema.listType === "set" || schema.listType === "map") {
      const seen = new Set<string>();
      value.forEach((item, i) => {
        const key = schema.listType === "set" ? item : pick(item, schema.listKeys ?? []);
        const text = JSON.stringify(key);
        if (seen.has(text)) {
          errors.push({
            type: "FieldValueDuplicate",
            field: `${path}[${i}]`,
            message: `Duplicate value: ${text}`,
          });
        }
        seen.add(text);
      });
    }
    const items = schema.items;
    if (items && (items.properties || items.items || items.additionalProperties)) {
      for (let i = 0; i < value.length; i++) checkLists(items, value[i] ?? null, `${path}[${i}]`, errors);
    }
    return;
  }
  if (!isObject(value)) return;
  for (const field in value) {
    const child =
      schema.properties && Object.hasOwn(schema.properties, field)
        ? schema.properties[field]
        : schema.additionalProperties;
    if (child && !child.builtin)
      checkLists(child, value[field] ?? null, path === "" ? field : `${path}.${field}`, errors);
  }
}

function pick(item: Json, keys: string[]): Json {
  const out: JsonObject = {};
  if (isObject(item)) for (const key of [...keys].sort()) if (item[key] !== undefined) out[key] = item[key];
  return out;
}
