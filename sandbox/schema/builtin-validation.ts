import type { FieldError, JsonObject, Schema } from "./types.ts";
export function builtinErrors(_schema: Schema, _object: JsonObject, _old?: JsonObject): FieldError[] { return []; }
