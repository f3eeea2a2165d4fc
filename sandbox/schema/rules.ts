import { Environment, Optional } from "@marcbachmann/cel-js";
import { addLibrary } from "./cel-library.ts";
import {
  equal,
  type FieldError,
  type FieldErrorType,
  isObject,
  type Json,
  type JsonObject,
  type Schema,
  type ValidationRule,
} from "./types.ts";

const OPTIONS = { enableOptionalTypes: true, homogeneousAggregateLiterals: false } as const;

/** Evaluates without declared types; the types were checked when the CRD came. */
const evaluator = addLibrary(new Environment({ ...OPTIONS, unlistedVariablesAreDyn: true }));

type Program = (context: Record<string, unknown>) => unknown;
const programs = new Map<string, Program>();

function compile(expression: string): Program {
  let program = programs.get(expression);
  if (!program) {
    program = evaluator.parse(expression) as Program;
    programs.set(expression, program);
  }
  return program;
}

const carriers = new WeakMap<Schema, boolean>();

/** Whether a schema or something below it has rules. */
function hasRules(schema: Schema): boolean {
  let known = carriers.get(schema);
  if (known === undefined) {
    carriers.set(schema, false);
    known =
      (schema.validations?.length ?? 0) > 0 ||
      [...Object.values(schema.properties ?? {}), schema.items, schema.additionalProperties].some(
        (child) => child !== undefined && !child.builtin && hasRules(child),
      );
    carriers.set(schema, known);
  }
  return known;
}

/**
 * Evaluates `x-kubernetes-validations` on a valid object; `old` is the state before an update, for transition rules.
 * Errors are worded as kube-apiserver does.
 */
export function validateRules(schema: Schema, object: JsonObject, old?: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  if (hasRules(schema)) walk(schema, object, old, "", errors);
  return errors;
}

function walk(schema: Schema, value: Json, old: Json | undefined, path: string, errors: FieldError[]): void {
  if (value === null || schema.builtin || !hasRules(schema)) return;
  if (schema.validations) evaluate(schema, schema.validations, value, old, path, errors);
  if (Array.isArray(value)) {
    const items = schema.items;
    if (!items) return;
    value.forEach((item, i) => {
      walk(items, item, correlated(schema, item, old), `${path}[${i}]`, errors);
    });
    return;
  }
  if (!isObject(value)) return;
  for (const field in value) {
    const declared = schema.properties && Object.hasOwn(schema.properties, field);
    const child = declared ? schema.properties?.[field] : schema.additionalProperties;
    if (!child) continue;
    const at = declared ? (path === "" ? field : `${path}.${field}`) : `${path}[${field}]`;
    const before = isObject(old) && Object.hasOwn(old, field) ? old[field] : undefined;
    walk(child, value[field] ?? null, before, at, errors);
  }
}

/** The old state of a list's entry: only entries with keys can be told apart. */
function correlated(schema: Schema, item: Json, old: Json | undefined): Json | undefined {
  if (schema.listType !== "map" || !Array.isArray(old) || !isObject(item)) return undefined;
  return old.find(
    (each) => isObject(each) && (schema.listKeys ?? []).every((key) => equal(each[key], item[key])),
  );
}

function evaluate(
  schema: Schema,
  rules: ValidationRule[],
  value: Json,
  old: Json | undefined,
  path: string,
  errors: FieldError[],
): void {
  const self = toCel(schema, value);
  for (const rule of rules) {
    const transition = rule.rule.includes("oldSelf");
    if (transition && old === undefined && !rule.optionalOldSelf) continue;
    const context: Record<string, unknown> = { self };
    if (transition && rule.optionalOldSelf)
      context.oldSelf = old === undefined ? Optional.none() : Optional.of(toCel(schema, old));
    else if (transition && old !== undefined) context.oldSelf = toCel(schema, old);
    const failure = holds(rule, context);
    if (failure === undefined) continue;
    const type = (rule.reason ?? "FieldValueInvalid") as FieldErrorType;
    const at = (rule.fieldPath ? `${path}${rule.fieldPath}` : path) || "<nil>";
    if ("broken" in failure) {
      const message = `Invalid value: ${shown(value)}: ${failure.broken} evaluating rule: ${rule.message || rule.rule}`;
      errors.push({ type: "FieldValueInvalid", field: at, message });
    } else
      errors.push({
        type,
        field: at,
        message: worded(type, rule.fieldPath ? undefined : value, failure.message),
      });
  }
}

/** What a rule has against its value; undefined when it holds. */
function holds(
  rule: ValidationRule,
  context: Record<string, unknown>,
): { message: string } | { broken: string } | undefined {
  try {
    if (compile(rule.rule)(context) === true) return undefined;
  } catch (error) {
    return { broken: firstLine(error) };
  }
  if (rule.messageExpression) {
    try {
      const message = compile(rule.messageExpression)(context);
      if (typeof message === "string" && message.trim() !== "" && !message.includes("\n")) return { message };
    } catch (error) {
      // As on the API server, a message that cannot be made gives way to the fixed one.
      if (!(error instanceof Error)) throw error;
    }
  }
  return { message: rule.message || `failed rule: ${rule.rule}` };
}

function firstLine(error: unknown): string {
  const line = (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
  return line.replace(/^No such key: /, "no such key: ");
}

function worded(type: FieldErrorType, value: Json | undefined, message: string): string {
  switch (type) {
    case "FieldValueForbidden":
      return `Forbidden: ${message}`;
    case "FieldValueRequired":
      return `Required value: ${message}`;
    case "FieldValueDuplicate":
      return `Duplicate value: ${value === undefined ? '""' : shown(value)}`;
    default:
      return value === undefined || typeof value === "object"
        ? `Invalid value: ${message}`
        : `Invalid value: ${shown(value)}: ${message}`;
  }
}

function shown(value: Json): string {
  if (Array.isArray(value)) return '"array"';
  return isObject(value) ? '"object"' : JSON.stringify(value);
}

const RESERVED = new Set([
  "true",
  "false",
  "null",
  "in",
  "as",
  "break",
  "const",
  "continue",
  "else",
  "for",
  "function",
  "if",
  "import",
  "let",
  "loop",
  "package",
  "namespace",
  "return",
  "var",
  "void",
  "while",
]);

/** How CEL spells a field's name; undefined for names that cannot be reached. */
function celName(field: string): string | undefined {
  if (RESERVED.has(field)) return `__${field}__`;
  if (!/^[A-Za-z_.\-/][A-Za-z0-9_.\-/]*$/.test(field)) return undefined;
  return field
    .replaceAll("__", "__underscores__")
    .replaceAll(".", "__dot__")
    .replaceAll("-", "__dash__")
    .replaceAll("/", "__slash__");
}

/** A JSON value as CEL sees it through its schema: whole numbers are ints, times are timestamps. */
function toCel(schema: Schema | undefined, value: Json): unknown {
  if (typeof value === "number") {
    if (schema?.type === "number") return value;
    return Number.isInteger(value) ? BigInt(value) : value;
  }
  if (typeof value === "string" && schema?.format === "date-time") return new Date(value);
  if (Array.isArray(value)) {
    const items = value.map((item) => toCel(schema?.items, item));
    return schema?.listType === "set" ? items.sort() : items;
  }
  if (!isObject(value)) return value;
  const out: Record<string, unknown> = {};
  for (const field in value) {
    const declared = schema?.properties && Object.hasOwn(schema.properties, field);
    const child = declared ? schema?.properties?.[field] : schema?.additionalProperties;
    const name = declared ? celName(field) : field;
    if (name !== undefined) out[name] = toCel(child, value[field] ?? null);
  }
  return out;
}

/** Declares a schema's types to CEL, and compares values of each. */
class Declarations {
  readonly environment = addLibrary(new Environment({ ...OPTIONS, unlistedVariablesAreDyn: false }));
  #count = 0;

  typeOf(schema: Schema): string {
    if (schema.preserveUnknown || schema.intOrString || schema.builtin) return "dyn";
    switch (schema.type) {
      case "integer":
        return "int";
      case "number":
        return "double";
      case "boolean":
        return "bool";
      case "string":
        return schema.format === "date-time" ? "google.protobuf.Timestamp" : "string";
      case "array":
        return `list<${schema.items ? this.typeOf(schema.items) : "dyn"}>`;
      case "object":
        if (!schema.properties)
          return `map<string, ${schema.additionalProperties ? this.typeOf(schema.additionalProperties) : "dyn"}>`;
        return this.#declare(schema.properties);
      default:
        return "dyn";
    }
  }

  #declare(properties: Record<string, Schema>): string {
    const fields: Record<string, string> = {};
    for (const [field, child] of Object.entries(properties)) {
      const name = celName(field);
      if (name !== undefined) fields[name] = this.typeOf(child);
    }
    const type = `Object${this.#count++}`;
    this.environment.registerType(type, { fields });
    this.environment.registerOperator(`${type} == ${type}`, equalValues);
    return type;
  }
}

function equalValues(a: unknown, b: unknown): boolean {
  return a === b;
}

/**
 * Why the rules of a CRD's schema would be refused: they do not compile, name fields that are not there, or do not
 * give a truth. `path` is the schema's own place.
 */
export function ruleErrors(schema: Schema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (hasRules(schema)) checkRules(schema, path, errors);
  return errors;
}

function checkRules(schema: Schema, path: string, errors: FieldError[]): void {
  if (schema.builtin || !hasRules(schema)) return;
  schema.validations?.forEach((rule, i) => {
    const at = `${path}.x-kubernetes-validations[${i}]`;
    if (rule.rule.trim() === "") {
      errors.push({
        type: "FieldValueRequired",
        field: `${at}.rule`,
        message: "Required value: rule is not specified",
      });
      return;
    }
    errors.push(...shapeErrors(schema, rule, at));
    for (const [keyword, expected] of [
      ["rule", "bool"],
      ["messageExpression", "string"],
    ] as const) {
      const text = rule[keyword];
      if (text === undefined) continue;
      const found = check(schema, text, expected, rule.optionalOldSelf);
      if (found === undefined) continue;
      const why =
        keyword === "messageExpression"
          ? found.replace(/^compilation/, "messageExpression compilation")
          : found;
      errors.push({
        type: "FieldValueInvalid",
        field: `${path}.x-kubernetes-validations[${i}].${keyword}`,
        message: `Invalid value: ${internal(rule)}: ${why}`,
      });
    }
  });
  for (const [name, child] of Object.entries(schema.properties ?? {}))
    checkRules(child, `${path}.properties[${name}]`, errors);
  if (schema.items) checkRules(schema.items, `${path}.items`, errors);
  if (schema.additionalProperties)
    checkRules(schema.additionalProperties, `${path}.additionalProperties`, errors);
}

function check(
  schema: Schema,
  expression: string,
  expected: "bool" | "string",
  optionalOldSelf = false,
): string | undefined {
  const declarations = new Declarations();
  const type = declarations.typeOf(schema);
  declarations.environment.registerVariable("self", type);
  declarations.environment.registerVariable("oldSelf", optionalOldSelf ? `optional<${type}>` : type);
  const { valid, type: result, error } = declarations.environment.check(expression);
  if (!valid)
    return `compilation failed: ERROR: <input>: ${firstLine(error).replace(/^no such key: (.*)$/, "undefined field '$1'")}`;
  if (String(result) !== expected && String(result) !== "dyn") {
    return expected === "bool"
      ? "cel expression must evaluate to a bool"
      : "messageExpression must evaluate to a string";
  }
  return undefined;
}

const REASONS = ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"];

/** What is wrong with a rule besides its expressions. */
function shapeErrors(schema: Schema, rule: ValidationRule, at: string): FieldError[] {
  const errors: FieldError[] = [];
  const add = (type: FieldErrorType, field: string, message: string) =>
    errors.push({ type, field: `${at}.${field}`, message });
  const invalid = (field: string, value: unknown, why: string) =>
    add("FieldValueInvalid", field, `Invalid value: ${JSON.stringify(value)}: ${why}`);
  if (rule.message?.includes("\n")) invalid("message", rule.message, "must not contain line breaks");
  if (rule.reason && !REASONS.includes(rule.reason))
    add(
      "FieldValueNotSupported",
      "reason",
      `Unsupported value: ${JSON.stringify(rule.reason)}: supported values: ${REASONS.map((reason) => JSON.stringify(reason)).join(", ")}`,
    );
  if (rule.fieldPath && !isFieldPath(schema, rule.fieldPath))
    invalid("fieldPath", rule.fieldPath, "must be a valid path");
  if (rule.optionalOldSelf !== undefined && !/\boldSelf\b/.test(rule.rule))
    invalid("optionalOldSelf", rule.optionalOldSelf, "may not be set if oldSelf is not used in rule");
  return errors;
}

/** Whether a path such as `.spec.size` names a field below a schema. */
function isFieldPath(schema: Schema, path: string): boolean {
  if (!path.startsWith(".") && !path.startsWith("[")) return false;
  let current: Schema | undefined = schema;
  for (const [, name = "", key] of path.matchAll(/\.([^.[\]]+)|\['([^']*)'\]/g)) {
    const field = key ?? name;
    current = current?.properties?.[field] ?? current?.additionalProperties;
    if (!current) return false;
  }
  return true;
}

/** A rule as the API server's own type prints it. */
function internal(rule: ValidationRule): string {
  return JSON.stringify({
    Rule: rule.rule,
    Message: rule.message ?? "",
    MessageExpression: rule.messageExpression ?? "",
    Reason: rule.reason ?? null,
    FieldPath: rule.fieldPath ?? "",
    OptionalOldSelf: rule.optionalOldSelf ?? null,
  });
}
