import { emptyStruct } from "./decode.ts";
import { FieldSet } from "./fieldset.ts";
import { KUBECTL, lastAppliedFields, withLastApplied } from "./last-applied.ts";
import { compare, fieldsOf, merge, removeFields } from "./typed.ts";
import { applyErrors } from "./typed-errors.ts";
import { isObject, type JsonObject, type Schema } from "./types.ts";

interface Manager {
  manager: string;
  operation: "Apply" | "Update";
  apiVersion: string;
  subresource: string;
  time: string | undefined;
  fields: FieldSet;
}

/** One field that another manager owns. */
export interface ApplyConflict {
  /** The owner's name. */
  manager: string;
  /** `.spec.replicas` */
  path: string;
  /** The owner as messages name it: `"kubectl" using apps/v1`, `"flux"`. */
  who: string;
}

/** An apply that can never succeed as it is written: 500 without a reason, as the API server answers. */
export class ApplyError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ApplyError";
  }
}

/** Metadata that nobody owns. */
const UNOWNED = FieldSet.parse({
  "f:apiVersion": {},
  "f:kind": {},
  "f:metadata": {
    "f:name": {},
    "f:namespace": {},
    "f:creationTimestamp": {},
    "f:selfLink": {},
    "f:uid": {},
    "f:clusterName": {},
    "f:generation": {},
    "f:managedFields": {},
    "f:resourceVersion": {},
  },
});
const UNOWNED_METADATA = [
  "name",
  "namespace",
  "creationTimestamp",
  "selfLink",
  "uid",
  "generation",
  "managedFields",
  "resourceVersion",
];

export interface ApplyOptions {
  schema: Schema;
  /** Undefined when the object does not exist yet. */
  live: JsonObject | undefined;
  applied: JsonObject;
  manager: string;
  force: boolean;
  /** "" for the object itself. */
  subresource: string;
  /** RFC 3339, seconds. */
  now: string;
  /** False for kinds whose status is part of the object itself; default true. */
  hasStatus?: boolean;
}

/**
 * Server-side apply: merges, takes away what this manager applied before and no longer does, and keeps the books.
 * With conflicts the object is the live one. Throws ApplyError for what the API server answers 500 to.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
export function serverSideApply(options: ApplyOptions): Applied {
  const { schema, live, applied } = options;
  const first = mergeApplied(options);
  if (options.manager !== KUBECTL || !live) return first;
  const allowed =
    first.conflicts.length > 0 ? new Set(lastAppliedFields(schema, live).paths()) : new Set<string>();
  const conflicts = first.conflicts.filter(({ path }) => !allowed.has(path));
  if (conflicts.length > 0) return { object: live, conflicts };
  const { object } = first.conflicts.length > 0 ? mergeApplied({ ...options, force: true }) : first;
  return { object: withLastApplied(object, applied), conflicts };
}

interface Applied {
  object: JsonObject;
  conflicts: ApplyConflict[];
}

function mergeApplied(options: ApplyOptions): Applied {
  const { schema, live, applied, force, subresource, now } = options;
  const apiVersion = String(applied.apiVersion);
  const errors = applyErrors(schema, applied);
  if (errors.length > 0) throw new ApplyError(typedError(applied, errors));
  const empty = emptyObject(schema, applied);
  const base = bare(live ?? empty);
  const managers = live ? read(live) : [];
  if (live && managers.length === 0) {
    const fields = owned(compare(schema, bare(empty), base).added, subresource, options.hasStatus);
    if (!fields.isEmpty()) {
      managers.push({
        manager: "before-first-apply",
        operation: "Update",
        apiVersion,
        subresource,
        time: undefined,
        fields,
      });
    }
  }
  const config = bare(applied);
  const reset = resetFields(subresource, options.hasStatus);
  const set = owned(fieldsOf(schema, config), subresource, options.hasStatus);
  const mine = (m: Manager) =>
    m.operation === "Apply" && m.manager === options.manager && m.subresource === subresource;
  const last = managers.find(mine);
  const others = managers.filter((m) => !mine(m));
  let object = merge(schema, base, config) as JsonObject;
  if (last && !last.fields.isEmpty()) object = pruneDropped(schema, object, others, set, last.fields);
  const { added, modified, removed } = compare(schema, base, object);
  const touched = added.union(modified).without(reset);
  const conflicts: ApplyConflict[] = [];
  for (const other of others) {
    const shared = other.fields.intersection(touched);
    if (shared.isEmpty()) continue;
    for (const path of shared.paths()) conflicts.push({ manager: other.manager, path, who: nameOf(other) });
    other.fields = other.fields.difference(shared);
  }
  if (!force && conflicts.length > 0 && live) return { object: live, conflicts };
  for (const other of others) other.fields = other.fields.difference(removed);
  const changed = !live || !compare(schema, base, object).added.union(modified).union(removed).isEmpty();
  // What changes nothing is booked without a time, unless it has one from before.
  const time = changed ? now : last?.time;
  const next = [
    ...others,
    { manager: options.manager, operation: "Apply" as const, apiVersion, subresource, time, fields: set },
  ];
  const { name, namespace } = metadata(applied);
  const identity: JsonObject = { metadata: { ...(name && { name }), ...(namespace && { namespace }) } };
  return { object: withManagers(object, live ?? identity, next), conflicts: [] };
}

export interface UpdateOptions {
  schema: Schema;
  /** Undefined for a create. */
  before: JsonObject | undefined;
  after: JsonObject;
  manager: string;
  subresource: string;
  now: string;
  /** Kept for the books' sake; patches and updates are both "Update". */
  operation?: "Update";
  hasStatus?: boolean;
}

/** An object after a create, update or patch, with `metadata.managedFields` saying who owns what. */
export function trackUpdate(options: UpdateOptions): JsonObject {
  const { schema, before, after, subresource, now } = options;
  const given = metadata(after).managedFields;
  const reset =
    Array.isArray(given) && given.length === 1 && isObject(given[0]) && Object.keys(given[0]).length === 0;
  let managers = reset ? [] : read(after);
  if (managers.length === 0 && !reset && before) managers = read(before);
  if (subresource !== "" && before) managers = read(before);
  if (before && managers.length === 0) return withManagers(after, after, []);
  const apiVersion = String(after.apiVersion);
  const base = before ? bare(before) : bare(emptyObject(schema, after));
  const change = compare(schema, base, bare(after));
  const taken = owned(change.added.union(change.modified), subresource, options.hasStatus);
  const removed = change.removed.without(resetFields(subresource, options.hasStatus));
  if (!taken.isEmpty() || !removed.isEmpty()) {
    for (const other of managers) {
      other.fields = other.fields.difference(taken).difference(removed);
    }
  }
  if (!taken.isEmpty()) {
    // The API server itself books what comes through a scale, and leaves the time out.
    const time = subresource === "scale" ? undefined : now;
    const mine = managers.find(
      (m) =>
        m.operation === "Update" &&
        m.manager === options.manager &&
        m.apiVersion === apiVersion &&
        m.subresource === subresource,
    );
    if (mine) {
      mine.fields = mine.fields.union(taken);
      mine.time = time;
    } else {
      managers.push({
        manager: options.manager,
        operation: "Update",
        apiVersion,
        subresource,
        time,
        fields: taken,
      });
    }
  }
  return withManagers(after, after, capped(managers));
}

/** Takes from a merged object what an earlier apply set, this one does not, and no other manager owns. */
function pruneDropped(
  schema: Schema,
  merged: JsonObject,
  others: Manager[],
  set: FieldSet,
  last: FieldSet,
): JsonObject {
  const named = (fields: FieldSet) => fields.withNamedFields(schema);
  const managed = others.reduce((all, other) => all.union(other.fields), set);
  let pruned = removeFields(schema, merged, last) ?? {};
  const mergedSet = named(fieldsOf(schema, merged));
  // Give back what somebody owns, or what was never ours …
  pruned =
    removeFields(
      schema,
      merged,
      mergedSet.difference(named(fieldsOf(schema, pruned)).union(named(managed))),
    ) ?? {};
  // … and what went only because the entry around it did.
  const gone = mergedSet.difference(named(fieldsOf(schema, pruned))).intersection(named(last));
  return (removeFields(schema, merged, gone) ?? {}) as JsonObject;
}

function metadata(object: JsonObject): JsonObject {
  return isObject(object.metadata) ? object.metadata : {};
}

/** The object as the books see it: without the metadata that nobody owns. */
function bare(object: JsonObject): JsonObject {
  const rest: JsonObject = { ...metadata(object) };
  for (const field of UNOWNED_METADATA) delete rest[field];
  return { ...object, metadata: rest };
}

/** What a kind's Go type looks like before anything is set: its structs are there. */
function emptyObject(schema: Schema, like: JsonObject): JsonObject {
  const base: JsonObject = schema.builtin ? emptyStruct(schema) : {};
  return { ...base, apiVersion: like.apiVersion ?? "", kind: like.kind ?? "", metadata: {} };
}

function owned(fields: FieldSet, subresource: string, hasStatus = true): FieldSet {
  const out = fields.without(UNOWNED).without(resetFields(subresource, hasStatus));
  out.members.delete("f:metadata");
  return out;
}

const STATUS = FieldSet.parse({ "f:status": {} });
/** Status writes of built-in kinds may annotate; those of custom kinds change nothing else. */
const BUT_STATUS = FieldSet.parse({ "f:spec": {}, "f:metadata": { "f:labels": {} } });
const NONE = new FieldSet();

/** What a write through this door cannot change, and so cannot own. */
function resetFields(subresource: string, hasStatus = true): FieldSet {
  if (subresource === "") return hasStatus ? STATUS : NONE;
  return subresource === "status" ? BUT_STATUS : NONE;
}

function read(object: JsonObject): Manager[] {
  const entries = metadata(object).managedFields;
  if (!Array.isArray(entries)) return [];
  return entries.filter(isObject).map((entry) => ({
    manager: String(entry.manager ?? ""),
    operation: entry.operation === "Apply" ? "Apply" : "Update",
    apiVersion: String(entry.apiVersion ?? ""),
    subresource: String(entry.subresource ?? ""),
    time: typeof entry.time === "string" ? entry.time : undefined,
    fields: FieldSet.parse(entry.fieldsV1),
  }));
}

/** Puts the books into an object, and the live object's system metadata with them. */
function withManagers(object: JsonObject, from: JsonObject | undefined, managers: Manager[]): JsonObject {
  const merged: JsonObject = { ...metadata(object) };
  for (const field of UNOWNED_METADATA) {
    const value = from ? metadata(from)[field] : undefined;
    if (value !== undefined && merged[field] === undefined) merged[field] = value;
  }
  const entries = managers
    .filter((m) => !m.fields.isEmpty())
    .sort(byAge)
    .map((m): JsonObject => {
      const entry: JsonObject = { manager: m.manager, operation: m.operation, apiVersion: m.apiVersion };
      if (m.time !== undefined) entry.time = m.time;
      entry.fieldsType = "FieldsV1";
      entry.fieldsV1 = m.fields.toJSON();
      if (m.subresource !== "") entry.subresource = m.subresource;
      return entry;
    });
  if (entries.length > 0) merged.managedFields = entries;
  else delete merged.managedFields;
  return { ...object, metadata: merged };
}

function byAge(a: Manager, b: Manager): number {
  if (a.operation !== b.operation) return a.operation < b.operation ? -1 : 1;
  const at = a.time === undefined ? 0 : Date.parse(a.time);
  const bt = b.time === undefined ? 0 : Date.parse(b.time);
  if (at !== bt) return at - bt;
  for (const field of ["manager", "apiVersion", "subresource"] as const) {
    if (a[field] !== b[field]) return a[field] < b[field] ? -1 : 1;
  }
  return 0;
}

const MAX_UPDATERS = 10;

/** More than ten updaters: the oldest share one entry, as on the API server. */
function capped(managers: Manager[]): Manager[] {
  const updaters = managers.filter(
    (m) => m.operation === "Update" && !m.fields.isEmpty() && m.subresource === "",
  );
  const surplus = updaters.length - MAX_UPDATERS;
  if (surplus <= 0) return managers;
  const old = updaters.sort(byAge).slice(0, surplus + 1);
  const rest = managers.filter((m) => !old.includes(m));
  const [first] = old;
  if (!first) return managers;
  const fields = old.reduce((all, m) => all.union(m.fields), new FieldSet());
  return [...rest, { ...first, manager: "ancient-changes", time: old.at(-1)?.time, fields }];
}

function nameOf(manager: Manager): string {
  let who = JSON.stringify(manager.manager);
  if (manager.subresource !== "") who += ` with subresource ${JSON.stringify(manager.subresource)}`;
  if (manager.operation === "Update") {
    who += ` using ${manager.apiVersion}`;
  }
  return who;
}

function typedError(applied: JsonObject, errors: string[]): string {
  const [group, version] = splitVersion(String(applied.apiVersion));
  const { name, namespace } = metadata(applied);
  const gvk = `${group}/${version}, Kind=${applied.kind}`;
  const text = errors.length === 1 ? errors[0] : `errors:\n${errors.map((e) => `  ${e}`).join("\n")}`;
  return `failed to create typed patch object (${namespace ?? ""}/${name ?? ""}; ${gvk}): ${text}`;
}

function splitVersion(apiVersion: string): [string, string] {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? ["", apiVersion] : [apiVersion.slice(0, slash), apiVersion.slice(slash + 1)];
}

/** The answer to an apply with conflicts: message and causes of the 409. */
export function conflictStatus(conflicts: readonly ApplyConflict[]): {
  message: string;
  causes: { reason: string; message: string; field: string }[];
} {
  const causes = conflicts.map(({ who, path }) => ({
    reason: "FieldManagerConflict",
    message: `conflict with ${who}`,
    field: path,
  }));
  const [only] = conflicts;
  if (conflicts.length === 1 && only) {
    return { message: `Apply failed with 1 conflict: conflict with ${only.who}: ${only.path}`, causes };
  }
  const lines: string[] = [];
  for (const who of [...new Set(conflicts.map((c) => c.who))].sort()) {
    lines.push(`conflicts with ${who}:`);
    for (const conflict of conflicts) if (conflict.who === who) lines.push(`- ${conflict.path}`);
  }
  return { message: `Apply failed with ${conflicts.length} conflicts: ${lines.join("\n")}`, causes };
}
