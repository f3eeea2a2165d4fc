import type { FieldSchema } from "./render-types.ts";

/** What a field takes, as far as it matters for reading a scalar. */
export type FieldKind =
  | "string"
  | "integer"
  | "number"
  | "boolean"
  | "quantity"
  | "int-or-string"
  | "object"
  | "array"
  | "any";

/** The kind of a resolved schema; "any" when there is none or it says nothing. */
export function kindOfField(schema: FieldSchema | undefined): FieldKind {
  if (!schema) return "any";
  if (schema["x-kubernetes-int-or-string"] || schema.format === "int-or-string") return "int-or-string";
  switch (schema.type) {
    case "string":
    case "integer":
    case "number":
    case "boolean":
    case "array":
    case "object":
      return schema.type;
  }
  const alternatives = [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].map(({ type }) => type);
  if (alternatives.includes("string")) {
    if (alternatives.includes("integer")) return "int-or-string";
    if (alternatives.includes("number")) return "quantity";
  }
  return schema.properties ? "object" : "any";
}
