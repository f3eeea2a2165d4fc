import { FieldSet } from "./fieldset.ts";
import { sortedJson } from "./go-map.ts";
import { compare, fieldsOf } from "./typed.ts";
import { isObject, type Json, type JsonObject, type Schema } from "./types.ts";

const ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";
/** The manager whose server-side applies carry on what `kubectl apply` did before. */
export const KUBECTL = "kubectl";
/** As annotations may be in all, in bytes. */
const LIMIT = 256 * 1024;

/**
 * Fields that a client-side `kubectl apply` set and that are still as it set them: a server-side apply by kubectl may
 * take them over without a conflict.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#migration-between-client-side-and-server-side-apply
 */
export function lastAppliedFields(schema: Schema, live: JsonObject): FieldSet {
  const text = annotations(live)?.[ANNOTATION];
  if (typeof text !== "string") return new FieldSet();
  let applied: Json;
  try {
    applied = JSON.parse(text) as Json;
  } catch {
    // What somebody else wrote there allows nothing.
    return new FieldSet();
  }
  if (!isObject(applied)) return new FieldSet();
  const { added, modified, removed } = compare(schema, applied, live);
  return fieldsOf(schema, applied).difference(modified).difference(added).difference(removed);
}

/** The object after a server-side apply by kubectl: an annotation that is there says what was applied now. */
export function withLastApplied(object: JsonObject, applied: JsonObject): JsonObject {
  const before = annotations(object);
  if (before?.[ANNOTATION] === undefined) return object;
  const { [ANNOTATION]: _, ...others } = before;
  const text = configurationOf(applied);
  const now = Buffer.byteLength(text) > LIMIT ? others : { ...others, [ANNOTATION]: text };
  return { ...object, metadata: { ...(object.metadata as JsonObject), annotations: now } };
}

function configurationOf(applied: JsonObject): string {
  const metadata: JsonObject = { ...(isObject(applied.metadata) ? applied.metadata : {}) };
  if (isObject(metadata.annotations)) {
    const { [ANNOTATION]: _, ...others } = metadata.annotations;
    metadata.annotations = others;
  }
  return `${sortedJson({ ...applied, metadata })}\n`;
}

function annotations(object: JsonObject): JsonObject | undefined {
  const found = isObject(object.metadata) ? object.metadata.annotations : undefined;
  return isObject(found) ? found : undefined;
}
