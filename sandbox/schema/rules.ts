import type { FieldError, JsonObject, Schema } from "./types.ts";
export function validateRules(_schema: Schema, _object: JsonObject, _old?: JsonObject): FieldError[] { return []; }
export function ruleErrors(_schema: JsonObject, _path: string): FieldError[] { return []; }
