import { type OutputUnit, type Schema, Validator } from "@cfworker/json-schema";
import {
  createErrorHandler,
  type ErrorSchema,
  type RJSFSchema,
  type RJSFValidationError,
  toErrorSchema,
  unwrapErrorHandler,
  type ValidatorType,
  validationDataMerge,
} from "@rjsf/utils";

/** One rule of a schema that a value breaks. */
export interface Failure {
  /** The value's place. */
  path: string[];
  keyword: string;
  /** What the schema asks for, e.g. `maximum: 9`. */
  limit?: unknown;
  /** English, for readers without words of their own. */
  message: string;
}

/** Keywords that only say that something below them failed. */
const AGGREGATES = new Set([
  "properties",
  "additionalProperties",
  "patternProperties",
  "unevaluatedProperties",
  "items",
  "prefixItems",
  "additionalItems",
  "allOf",
  "anyOf",
  "oneOf",
  "then",
  "else",
  "$ref",
  "dependentSchemas",
]);

const compiled = new WeakMap<object, Validator>();

/** Interprets schemas instead of compiling them: the page's policy forbids code made from text. */
function validatorOf(schema: object): Validator {
  let validator = compiled.get(schema);
  if (!validator) {
    validator = new Validator(schema as Schema, "2020-12", false);
    compiled.set(schema, validator);
  }
  return validator;
}

/** Every rule that `data` breaks, innermost first; absent optional fields break none. JSON Schema 2020-12. */
export function validate(schema: object, data: unknown): Failure[] {
  const { errors } = validatorOf(schema).validate(plain(data));
  const inner = errors.filter((error) => !AGGREGATES.has(error.keyword));
  const failures = (inner.length > 0 ? inner : errors).map((error) => failureOf(schema, error));
  const seen = new Set<string>();
  return failures.filter(({ path, keyword }) => {
    const key = `${JSON.stringify(path)} ${keyword}`;
    return !seen.has(key) && seen.add(key);
  });
}

function failureOf(schema: object, error: OutputUnit): Failure {
  const path = pointer(error.instanceLocation);
  if (error.keyword === "required") {
    const missing = /"(.*)"/.exec(error.error)?.[1];
    if (missing !== undefined) path.push(missing);
  }
  const limit = at(schema, pointer(error.keywordLocation));
  return { path, keyword: error.keyword, limit, message: error.error };
}

function pointer(location: string): string[] {
  return location
    .replace(/^#\/?/, "")
    .split("/")
    .filter((step) => step !== "")
    .map((step) => step.replace(/~1/g, "/").replace(/~0/g, "~"));
}

function at(value: unknown, path: string[]): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      inner !== null && typeof inner === "object" ? (inner as Record<string, unknown>)[step] : undefined,
    value,
  );
}

/** The validator knows JSON only: fields set to `undefined` are absent. */
function plain(data: unknown): unknown {
  return data === undefined ? null : JSON.parse(JSON.stringify(data));
}

function toError({ path, keyword, message }: Failure): RJSFValidationError {
  const property = path.map((step) => `.${step}`).join("");
  return { name: keyword, property, message, stack: `${property} ${message}`.trim() };
}

/** What the form library asks of a validator, without generated code. */
export const formValidator: ValidatorType = {
  validateFormData(formData, schema, customValidate, transformErrors, uiSchema) {
    let errors = validate(schema, formData).map(toError);
    if (transformErrors) errors = transformErrors(errors, uiSchema);
    const errorSchema = toErrorSchema(errors);
    if (!customValidate) return { errors, errorSchema };
    const handled = customValidate(formData, createErrorHandler(formData ?? {}), uiSchema, errorSchema);
    return validationDataMerge({ errors, errorSchema }, unwrapErrorHandler(handled));
  },
  isValid(schema, formData, rootSchema) {
    const whole: RJSFSchema = rootSchema.$defs ? { $defs: rootSchema.$defs, ...schema } : schema;
    return validatorOf(whole).validate(plain(formData)).valid;
  },
  rawValidation(schema, formData) {
    return { errors: validatorOf(schema).validate(plain(formData)).errors as never[] };
  },
};

/** Errors by place, as the form library wants them; a place without messages is left out. */
export function errorTree(errors: readonly { path: readonly string[]; message: string }[]): ErrorSchema {
  const root: ErrorSchema = {};
  for (const { path, message } of errors) {
    let node = root as Record<string, ErrorSchema>;
    for (const step of path) {
      node[step] ??= {};
      node = node[step] as Record<string, ErrorSchema>;
    }
    const place = node as ErrorSchema;
    place.__errors = [...(place.__errors ?? []), message];
  }
  return root;
}
