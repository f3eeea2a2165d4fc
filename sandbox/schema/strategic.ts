import { fieldSchema } from "./typed.ts";
import { equal, isObject, type Json, type JsonObject, type Schema } from "./types.ts";

/** A strategic merge patch that cannot be carried out. */
export class PatchError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "PatchError";
  }
}

const ORDER = "$setElementOrder/";
const DELETE = "$deleteFromPrimitiveList/";

/**
 * A copy of `live` with a strategic merge patch carried out: lists with a merge key are merged by it, and the
 * directives `$patch`, `$retainKeys`, `$setElementOrder` and `$deleteFromPrimitiveList` are obeyed.
 * https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md
 */
export function strategicMerge(schema: Schema | undefined, live: JsonObject, patch: JsonObject): JsonObject {
  return mergeMap(schema, live, patch);
}

function mergeMap(schema: Schema | undefined, live: JsonObject, patch: JsonObject): JsonObject {
  const directive = patch.$patch;
  if (directive === "replace") {
    const { $patch: _, ...rest } = patch;
    return rest;
  }
  if (directive === "delete") return {};
  if (directive !== undefined && directive !== "merge") {
    throw new PatchError(`unknown patch type: ${String(directive)} in map: ${goMap(patch)}`);
  }
  const out: JsonObject = retained(live, patch);
  for (const [field, value] of Object.entries(patch)) {
    if (field === "$patch" || field === "$retainKeys") continue;
    if (field.startsWith(ORDER) || field.startsWith(DELETE)) {
      const name = field.slice(field.indexOf("/") + 1);
      if (patch[name] === undefined && !(field.startsWith(ORDER) && patch[DELETE + name] !== undefined)) {
        mergeList(out, schema && fieldSchema(schema, name), name, undefined, patch);
      }
      continue;
    }
    const child = schema && fieldSchema(schema, field);
    if (value === null) delete out[field];
    else if (Array.isArray(value)) mergeList(out, child, field, value, patch);
    else if (isObject(value)) {
      const before = out[field];
      const whole = child?.patchStrategy?.includes("replace") || !isObject(before);
      out[field] = whole ? mergeMap(child, {}, value) : mergeMap(child, before, value);
    } else out[field] = value;
  }
  return out;
}

/** `$retainKeys`: every field not named there goes. */
function retained(live: JsonObject, patch: JsonObject): JsonObject {
  const keep = patch.$retainKeys;
  if (!Array.isArray(keep)) return { ...live };
  for (const field of Object.keys(patch)) {
    if (!field.startsWith("$") && !keep.includes(field)) {
      throw new PatchError("patch does not contain all the keys in the $retainKeys list");
    }
  }
  return Object.fromEntries(Object.entries(live).filter(([field]) => keep.includes(field)));
}

function mergeList(
  out: JsonObject,
  schema: Schema | undefined,
  field: string,
  value: Json[] | undefined,
  patch: JsonObject,
): void {
  const before = out[field];
  const live = Array.isArray(before) ? before : [];
  if (!schema?.patchStrategy?.includes("merge")) {
    if (value) out[field] = value;
    return;
  }
  const order = patch[ORDER + field];
  const gone = patch[DELETE + field];
  const key = schema.patchMergeKey;
  let merged =
    key === undefined
      ? mergePrimitives(live, value ?? [], Array.isArray(gone) ? gone : [])
      : mergeByKey(schema.items, key, live, value ?? []);
  // Without an order of its own, a patch gives that of its entries.
  const wanted = Array.isArray(order) ? order : (value ?? []);
  if (wanted.length > 0) merged = arrange(merged, live, wanted, key);
  if (before !== undefined || merged.length > 0) out[field] = merged;
}

function mergePrimitives(live: Json[], value: Json[], gone: Json[]): Json[] {
  const kept = live.filter((item) => !gone.some((g) => equal(g, item)));
  for (const item of value) if (!kept.some((k) => equal(k, item))) kept.push(item);
  return kept;
}

function mergeByKey(items: Schema | undefined, key: string, live: Json[], value: Json[]): Json[] {
  const fresh = value.filter(
    (item) => !(isObject(item) && item.$patch === "replace" && item[key] === undefined),
  );
  let out = fresh.length < value.length ? [] : [...live];
  for (const item of fresh) {
    if (!isObject(item)) throw new PatchError(`cannot merge a list of maps with ${JSON.stringify(item)}`);
    const id = item[key];
    if (id === undefined)
      throw new PatchError(`map: ${goMap(item)} does not contain declared merge key: ${key}`);
    const at = out.findIndex((old) => isObject(old) && equal(old[key], id));
    if (item.$patch === "delete") {
      out = out.filter((old) => !(isObject(old) && equal(old[key], id)));
      continue;
    }
    const old = out[at];
    if (isObject(old)) out[at] = mergeMap(items, old, item);
    else out.push(mergeMap(items, {}, item));
  }
  return out;
}

/** `$setElementOrder`: the named entries in that order, the others where they stood among them. */
function arrange(merged: Json[], live: Json[], order: Json[], key: string | undefined): Json[] {
  const id = (item: Json) => (key !== undefined && isObject(item) ? (item[key] ?? null) : item);
  const place = (list: Json[], item: Json) => list.findIndex((other) => equal(id(other), id(item)));
  const named = merged
    .filter((item) => place(order, item) >= 0)
    .sort((a, b) => place(order, a) - place(order, b));
  const others = merged.filter((item) => place(order, item) < 0);
  const out: Json[] = [];
  let n = 0;
  for (const other of others) {
    const at = place(live, other);
    while (n < named.length) {
      const next = named[n];
      if (next === undefined) break;
      const nextAt = place(live, next);
      if (at >= 0 && nextAt >= 0 && at < nextAt) break;
      out.push(next);
      n++;
    }
    out.push(other);
  }
  out.push(...named.slice(n));
  return out;
}

function goMap(item: JsonObject): string {
  return `map[${Object.keys(item)
    .sort()
    .map((field) => `${field}:${isObject(item[field]) ? goMap(item[field]) : String(item[field])}`)
    .join(" ")}]`;
}
