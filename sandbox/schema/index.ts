import { defaultBuiltin } from "./builtin-defaults.ts";
import { builtinErrors } from "./builtin-validation.ts";
import { decodeBuiltin, decodeMetadata } from "./decode.ts";
import { defaultCustom } from "./defaults.ts";
import type { FieldError, JsonObject, Schema } from "./types.ts";
import { validateCustom } from "./validate.ts";
import { prune as pruneUnknown } from "./walk.ts";

export { sortedJson } from "./go-map.ts";
export {
  type ApplyConflict,
  ApplyError,
  type ApplyOptions,
  conflictStatus,
  serverSideApply,
  trackUpdate,
  type UpdateOptions,
} from "./managed.ts";
export { ruleErrors, validateRules } from "./rules.ts";
export { Schemas } from "./schemas.ts";
export { PatchError, strategicMerge } from "./strategic.ts";
export { defaultErrors, structuralErrors } from "./structural.ts";
export {
  DecodeError,
  type FieldError,
  type Json,
  type JsonObject,
  type Schema,
} from "./types.ts";
export { blocksRules, RULES_SKIPPED } from "./validate.ts";
export { unknownFields } from "./walk.ts";

/**
 * Reads an object as its kind: unknown fields go, values of the wrong type are refused (DecodeError) as far as the API
 * server does that while reading: everywhere in built-in kinds, in the metadata of custom ones.
 */
export function prune(schema: Schema, object: JsonObject): JsonObject {
  if (schema.builtin) return decodeBuiltin(schema, object);
  return pruneUnknown(schema, decodeMetadata(schema, object));
}

/** The object with its kind's defaults; expects what `prune` returned. */
export function applyDefaults(schema: Schema, object: JsonObject): JsonObject {
  if (!schema.builtin) return defaultCustom(schema, object);
  defaultBuiltin(schema, object);
  return object;
}

/**
 * What the API server's validation would refuse, of a new object or (with `old`) of an update. Names and labels of the
 * object itself are the caller's to check.
 */
export function validate(schema: Schema, object: JsonObject, old?: JsonObject): FieldError[] {
  return schema.builtin ? builtinErrors(schema, object, old) : validateCustom(schema, object);
}
