import { FieldSet } from "./fieldset.ts";
import { equal, isObject, type Json, type JsonObject, type Schema } from "./types.ts";

/** Values below `x-kubernetes-preserve-unknown-fields`: maps merge, lists do not. */
const DEDUCED: Schema = { builtin: false, preserveUnknown: true };

/** The schema of a map's field; undefined when the schema does not declare it. */
export function fieldSchema(schema: Schema, field: string): Schema | undefined {
  if (schema.properties && Object.hasOwn(schema.properties, field)) return schema.properties[field];
  return schema.additionalProperties ?? (isDeduced(schema) ? DEDUCED : undefined);
}

function isDeduced(schema: Schema): boolean {
  return schema.preserveUnknown === true || (schema.type === undefined && !schema.properties);
}

/** How a value is merged: as a whole, field by field, or entry by entry. */
function shapeOf(schema: Schema, value: Json | undefined): "leaf" | "map" | "list" {
  if (schema.quantity || schema.intOrString) return "leaf";
  if (schema.type === "array")
    return schema.listType === "map" || schema.listType === "set" ? "list" : "leaf";
  if (schema.mapType === "atomic") return "leaf";
  if (schema.type === "object") return "map";
  if (schema.type !== undefined || schema.builtin) return "leaf";
  return isObject(value) ? "map" : "leaf";
}

/** The step to a list's entry: by value for sets, by keys (with their defaults) for maps. */
export function listStep(schema: Schema, item: Json): string {
  if (schema.listType === "set") return `v:${JSON.stringify(item)}`;
  const keys: JsonObject = {};
  for (const key of sortedKeys(schema)) {
    const given = isObject(item) ? item[key] : undefined;
    const value = given ?? schema.items?.properties?.[key]?.default;
    if (value !== undefined && value !== null) keys[key] = value;
  }
  return `k:${JSON.stringify(keys)}`;
}

const KEYS = new WeakMap<Schema, string[]>();
function sortedKeys(schema: Schema): string[] {
  let keys = KEYS.get(schema);
  if (!keys) {
    keys = [...(schema.listKeys ?? [])].sort();
    KEYS.set(schema, keys);
  }
  return keys;
}

const isEmptyValue = (value: Json | undefined) =>
  value === undefined ||
  value === null ||
  (Array.isArray(value) ? value.length : Object.keys(value).length) === 0;

/** Every path that a value sets: what its applier will own. */
export function fieldsOf(schema: Schema, value: Json): FieldSet {
  const set = new FieldSet();
  collect(schema, value, set);
  return set;
}

function collect(schema: Schema, value: Json, into: FieldSet): boolean {
  const shape = shapeOf(schema, value);
  if (shape === "leaf") return true;
  if (shape === "map") {
    if (!isObject(value)) return false;
    for (const field in value) {
      const child = fieldSchema(schema, field) ?? DEDUCED;
      const given = value[field] ?? null;
      const step = `f:${field}`;
      const below = new FieldSet();
      const leaf = collect(child, given, below);
      if (!below.isEmpty()) into.children.set(step, below);
      const declared = schema.properties && Object.hasOwn(schema.properties, field);
      if (leaf || !declared || given === null || (isObject(given) && Object.keys(given).length === 0)) {
        into.members.add(step);
      }
    }
    return false;
  }
  if (!Array.isArray(value)) return false;
  for (const item of value) {
    const step = listStep(schema, item);
    into.members.add(step);
    if (schema.items) {
      const below = new FieldSet();
      collect(schema.items, item, below);
      if (!below.isEmpty()) into.children.set(step, below);
    }
  }
  return false;
}

/** Two values compared path by path. */
export interface Comparison {
  added: FieldSet;
  modified: FieldSet;
  removed: FieldSet;
}

/** What changed between two objects; either may be undefined. */
export function compare(schema: Schema, before: Json | undefined, after: Json | undefined): Comparison {
  const added = new FieldSet();
  const modified = new FieldSet();
  const removed = new FieldSet();
  compareFields(schema, before, after, added, modified, removed);
  return { added, modified, removed };
}

function compareFields(
  schema: Schema,
  before: Json | undefined,
  after: Json | undefined,
  added: FieldSet,
  modified: FieldSet,
  removed: FieldSet,
): void {
  const left = isObject(before) ? before : {};
  const right = isObject(after) ? after : {};
  for (const field in right) {
    const child = fieldSchema(schema, field) ?? DEDUCED;
    compareAt(child, left[field], right[field], `f:${field}`, added, modified, removed);
  }
  for (const field in left) {
    if (right[field] !== undefined) continue;
    const child = fieldSchema(schema, field) ?? DEDUCED;
    compareAt(child, left[field], undefined, `f:${field}`, added, modified, removed);
  }
}

function compareAt(
  schema: Schema,
  before: Json | undefined,
  after: Json | undefined,
  step: string,
  added: FieldSet,
  modified: FieldSet,
  removed: FieldSet,
): void {
  if (before === after) return;
  const shape = shapeOf(schema, after ?? before);
  const leaf =
    shape === "leaf" ||
    (isEmptyValue(before) && isEmptyValue(after)) ||
    (before !== undefined && after !== undefined && shapeOf(schema, before) !== shapeOf(schema, after));
  if (before === undefined) added.members.add(step);
  else if (after === undefined) removed.members.add(step);
  if (leaf) {
    if (before !== undefined && after !== undefined && !equal(before, after)) modified.members.add(step);
    return;
  }
  const below = [new FieldSet(), new FieldSet(), new FieldSet()] as const;
  if (shape === "map") compareFields(schema, before, after, ...below);
  else compareEntries(schema, before, after, ...below);
  [added, modified, removed].forEach((set, i) => {
    const child = below[i];
    if (child && !child.isEmpty()) set.children.set(step, child);
  });
}

function compareEntries(
  schema: Schema,
  before: Json | undefined,
  after: Json | undefined,
  added: FieldSet,
  modified: FieldSet,
  removed: FieldSet,
): void {
  const items = schema.items ?? DEDUCED;
  const left = indexed(schema, before);
  const right = indexed(schema, after);
  for (const [step, entry] of right) {
    const old = left.get(step);
    // Entries given several times under one key are compared as a whole.
    if ((old?.length ?? 0) > 1 || entry.length > 1) {
      if (!old) added.members.add(step);
      else if (!equal(old, entry)) modified.members.add(step);
    } else compareAt(items, old?.[0], entry[0], step, added, modified, removed);
  }
  for (const [step, entry] of left) {
    if (right.has(step)) continue;
    if (entry.length > 1) removed.members.add(step);
    else compareAt(items, entry[0], undefined, step, added, modified, removed);
  }
}

function indexed(schema: Schema, list: Json | undefined): Map<string, Json[]> {
  const out = new Map<string, Json[]>();
  if (!Array.isArray(list)) return out;
  for (const item of list) {
    const step = listStep(schema, item);
    const known = out.get(step);
    if (known) known.push(item);
    else out.set(step, [item]);
  }
  return out;
}

/** The live value with the applied one laid over it: maps by field, lists by entry, everything else replaced. */
export function merge(schema: Schema, live: Json | undefined, applied: Json | undefined): Json | undefined {
  if (applied === undefined) return live;
  if (live === undefined) return applied;
  const shape = shapeOf(schema, applied);
  if (shape === "leaf" || shapeOf(schema, live) !== shape) return applied;
  if (isEmptyValue(live) || isEmptyValue(applied)) return isEmptyValue(live) ? applied : live;
  if (shape === "list") return mergeEntries(schema, live as Json[], applied as Json[]);
  const out: JsonObject = { ...(live as JsonObject) };
  for (const [field, value] of Object.entries(applied as JsonObject)) {
    out[field] = merge(fieldSchema(schema, field) ?? DEDUCED, out[field], value) ?? null;
  }
  return out;
}

/** The applied entries keep their order; what only the live list has stays where it was between them. */
function mergeEntries(schema: Schema, live: Json[], applied: Json[]): Json[] {
  const items = schema.items ?? DEDUCED;
  const liveSteps = live.map((item) => listStep(schema, item));
  const appliedSteps = applied.map((item) => listStep(schema, item));
  const first = (steps: string[], list: Json[]) => {
    const out = new Map<string, Json>();
    steps.forEach((step, i) => {
      if (!out.has(step)) out.set(step, list[i] ?? null);
    });
    return out;
  };
  const inLive = first(liveSteps, live);
  const inApplied = first(appliedSteps, applied);
  const shared = appliedSteps.filter((step) => inLive.has(step));
  const merged = new Set<string>();
  const out: Json[] = [];
  let next = shared.shift();
  const take = (step: string) => {
    merged.add(step);
    out.push(merge(items, inLive.get(step), inApplied.get(step)) ?? null);
    if (next === step) next = shared.shift();
  };
  let l = 0;
  let a = 0;
  while (l < live.length || a < applied.length) {
    const liveStep = liveSteps[l];
    const appliedStep = appliedSteps[a];
    if (liveStep !== undefined && appliedStep !== undefined) {
      if (liveStep === appliedStep) {
        take(liveStep);
        l++;
        a++;
        continue;
      }
      if (inApplied.has(liveStep) && next !== undefined && next !== liveStep) {
        l++;
        continue;
      }
    }
    if (liveStep !== undefined) {
      if (!inApplied.has(liveStep)) {
        out.push(live[l] ?? null);
        l++;
        continue;
      }
      if (merged.has(liveStep)) l++;
    }
    if (appliedStep !== undefined) {
      take(appliedStep);
      a++;
    }
  }
  return out;
}

/** A value without the paths of a set; what loses its last field or entry is left as null, as the API server does. */
export function removeFields(schema: Schema, value: Json, gone: FieldSet): Json {
  const shape = shapeOf(schema, value);
  if (shape === "map" && isObject(value)) {
    const out: JsonObject = {};
    for (const [field, given] of Object.entries(value)) {
      const step = `f:${field}`;
      if (gone.members.has(step)) continue;
      const below = gone.children.get(step);
      out[field] =
        below && !below.isEmpty() ? removeFields(fieldSchema(schema, field) ?? DEDUCED, given, below) : given;
    }
    return Object.keys(out).length > 0 ? out : null;
  }
  if (shape === "list" && Array.isArray(value)) {
    const out: Json[] = [];
    for (const item of value) {
      const step = listStep(schema, item);
      if (gone.members.has(step)) continue;
      const below = gone.children.get(step);
      out.push(below && !below.isEmpty() ? removeFields(schema.items ?? DEDUCED, item, below) : item);
    }
    return out.length > 0 ? out : null;
  }
  return value;
}
