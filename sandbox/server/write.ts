import { randomUUID } from "node:crypto";
import type { Entry } from "../store/store.ts";
import { admit, charge, mutate } from "./admission.ts";
import { SYSTEM, type User } from "./authentication.ts";
import { type Backend, parse, put } from "./cluster.ts";
import { type KindRules, rulesOf } from "./kinds/index.ts";
import { generateName } from "./names.ts";
import { type Fields, isFields, type KubeObject, type Meta, same, timestamp } from "./objects.ts";
import type { ResourceType } from "./registry.ts";
import { alreadyExists, badRequest, invalid, notFound, StatusError } from "./status.ts";
import { check, checkNamespace, checkPreconditions, keepDeleting } from "./write-checks.ts";

export interface WriteOptions {
  user: User;
  manager: string;
  dryRun: boolean;
  /** `fieldValidation`: what becomes of fields that the schema does not know. */
  validation: "Strict" | "Warn" | "Ignore";
  warnings: string[];
  now: Date;
  /** "" for the object itself, otherwise the subresource that is written. */
  subresource: string;
  /** Set by an apply, which has tracked who owns what by itself. */
  tracked?: boolean;
  /** The subresource under which a write of the whole object is booked. */
  trackedAs?: string;
}

/** How the server itself writes. */
export function systemWrite(backend: Backend, manager: string): WriteOptions {
  return {
    user: SYSTEM,
    manager,
    dryRun: false,
    validation: "Ignore",
    warnings: [],
    now: backend.now(),
    subresource: "",
  };
}

/** An object after a write; the entry is missing after a dry run. */
export interface Written {
  object: KubeObject;
  entry?: Entry;
  created?: boolean;
}

/** Creates an object through admission, defaults and validation. Throws a StatusError when it is refused. */
export function createObject(
  backend: Backend,
  type: ResourceType,
  given: KubeObject,
  options: WriteOptions,
): Written {
  const rules = rulesOf(type);
  let object = given;
  const { metadata } = object;
  checkNamespace(backend, type, metadata);
  if (!metadata.name && metadata.generateName) metadata.name = freeName(backend, type, metadata);
  if (!metadata.name) {
    throw invalid(type, "", [
      {
        type: "FieldValueRequired",
        field: "metadata.name",
        message: "Required value: name or generateName is required",
      },
    ]);
  }
  const existing = backend.store.get(type.storage, metadata.namespace ?? "", metadata.name);
  if (existing) throw alreadyExists(type, metadata.name, existing.deleting);
  if (metadata.resourceVersion && !options.dryRun)
    throw badRequest("resourceVersion should not be set on objects to be created");
  Object.assign(metadata, { uid: randomUUID(), creationTimestamp: timestamp(options.now) });
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.generation;
  if (hasGeneration(type, rules)) metadata.generation = 1;
  if (type.subresources.has("status") && !rules.keepsStatus) delete object.status;
  object = shape(backend, type, rules, object, undefined, options);
  // Before policy and allocation: nobody owns what the server itself sets.
  object = track(backend, type, undefined, object, options);
  mutate(backend, type, object);
  rules.create?.(object, { backend, type, options });
  check(backend, type, rules, object, undefined);
  admit(backend, type, object, undefined, options);
  rules.allocate?.(object, undefined, { backend, type, options });
  charge(backend, type, object, undefined, options);
  if (options.dryRun) return { object, created: true };
  return { object, entry: put(backend, type, object), created: true };
}

/** Replaces an object, or what one of its subresources covers. Throws a StatusError when it is refused. */
export function updateObject(
  backend: Backend,
  type: ResourceType,
  object: KubeObject,
  options: WriteOptions,
): Written {
  const { name, namespace } = object.metadata;
  const entry = backend.store.get(type.storage, namespace ?? "", name);
  if (!entry) throw notFound(type, name);
  const live = parse(type, entry);
  checkPreconditions(type, live, object, options);
  return replaceObject(backend, type, entry, live, object, options);
}

/** The rest of an update, once it is known which state it changes. */
export function replaceObject(
  backend: Backend,
  type: ResourceType,
  entry: Entry,
  live: KubeObject,
  changed: KubeObject,
  options: WriteOptions,
): Written {
  const rules = rulesOf(type);
  const context = { backend, type, options };
  let object = options.subresource ? confine(type, live, changed, options.subresource) : changed;
  keepSystemFields(live, object, options);
  if (!options.subresource && type.subresources.has("status") && !rules.keepsStatus) {
    if (live.status === undefined) delete object.status;
    else object.status = live.status;
  }
  object = shape(backend, type, rules, object, live, options);
  object = track(backend, type, live, object, options);
  rules.update?.(object, live, context);
  if (live.metadata.deletionTimestamp) keepDeleting(type, live, object);
  if (hasGeneration(type, rules) && generationChanges(type, live, object, options)) {
    object.metadata.generation = (live.metadata.generation ?? 0) + 1;
  }
  check(backend, type, rules, object, live);
  admit(backend, type, object, live, options);
  rules.allocate?.(object, live, context);
  charge(backend, type, object, live, options);
  object.metadata.resourceVersion = live.metadata.resourceVersion;
  if (unchanged(live, object)) return { object: live, entry };
  if (options.dryRun) return { object };
  const { deletionTimestamp, finalizers } = object.metadata;
  const kept = (finalizers?.length ?? 0) > 0 || (rules.holds?.(object) ?? false);
  if (deletionTimestamp && !kept && isReadyToGo(type, object)) {
    return { object, entry: backend.store.remove(type.storage, object) };
  }
  return { object, entry: put(backend, type, object) };
}

/** A pod goes when its node says so, with a grace period of zero; everything else with its last finalizer. */
function isReadyToGo(type: ResourceType, object: KubeObject): boolean {
  return type.storage !== "pods" || (object.metadata.deletionGracePeriodSeconds ?? 0) === 0;
}

function freeName(backend: Backend, type: ResourceType, metadata: Meta): string {
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const name = generateName(metadata.generateName ?? "");
    if (!backend.store.get(type.storage, metadata.namespace ?? "", name)) return name;
  }
  throw new StatusError(
    409,
    "AlreadyExists",
    `${type.plural} "${metadata.generateName}" already exists, the server was not able to generate a unique name for the object`,
    { name: metadata.generateName, kind: type.plural, retryAfterSeconds: 1 },
  );
}

/** The object as its kind: unknown fields by the request's wish, defaults by the schema. */
function shape(
  backend: Backend,
  type: ResourceType,
  rules: KindRules,
  object: KubeObject,
  live: KubeObject | undefined,
  options: WriteOptions,
): KubeObject {
  const schema = backend.machinery.schemaOf(type);
  if (options.validation !== "Ignore") {
    const unknown = backend.machinery.unknownFields(schema, object);
    if (unknown.length > 0 && options.validation === "Strict") {
      throw badRequest(`${strictSubject(type, object)}strict decoding error: ${unknown.join(", ")}`);
    }
    options.warnings.push(...unknown);
  }
  rules.convert?.(object, live);
  const read = backend.machinery.read(schema, object);
  rules.defaults?.(read, live);
  return read;
}

function strictSubject(type: ResourceType, object: KubeObject): string {
  return `${object.kind} in version "${type.version}" cannot be handled as a ${object.kind}: `;
}

function track(
  backend: Backend,
  type: ResourceType,
  before: KubeObject | undefined,
  after: KubeObject,
  options: WriteOptions,
): KubeObject {
  if (options.tracked) return after;
  return backend.machinery.track(type, before, after, {
    ...options,
    subresource: options.trackedAs ?? options.subresource,
  });
}

/** What a write through a subresource may change: that part, and who manages it. */
function confine(type: ResourceType, live: KubeObject, changed: KubeObject, subresource: string): KubeObject {
  const object = structuredClone(live);
  if (subresource === "status" && !type.custom) {
    // Built-in kinds keep everything but the spec open here; a Deployment keeps its labels as well.
    const { labels } = live.metadata;
    const own = type.storage === "apps/deployments";
    object.metadata = { ...changed.metadata, ...(own && { labels }) };
    if (own && !labels) delete object.metadata.labels;
  }
  if (changed.metadata.managedFields) object.metadata.managedFields = changed.metadata.managedFields;
  if (subresource === "status" || subresource === "approval") {
    if (changed.status === undefined) delete object.status;
    else object.status = changed.status;
  } else {
    object.spec = changed.spec;
  }
  return object;
}

/** Metadata that only the server sets. */
function keepSystemFields(live: KubeObject, object: KubeObject, options: WriteOptions): void {
  const { metadata } = object;
  const { uid, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, generation, generateName } =
    live.metadata;
  Object.assign(metadata, {
    uid,
    creationTimestamp,
    generation,
    deletionTimestamp,
    deletionGracePeriodSeconds,
  });
  if (generateName) metadata.generateName = generateName;
  for (const key of ["generation", "deletionTimestamp", "deletionGracePeriodSeconds"] as const) {
    if (metadata[key] === undefined) delete metadata[key];
  }
  if (!metadata.managedFields && !options.tracked) metadata.managedFields = live.metadata.managedFields;
  if (!metadata.managedFields) delete metadata.managedFields;
}

function hasGeneration(type: ResourceType, rules: KindRules): boolean {
  return type.custom !== undefined || rules.generation === true;
}

function generationChanges(
  type: ResourceType,
  live: KubeObject,
  object: KubeObject,
  options: WriteOptions,
): boolean {
  // A Deployment's annotations are copied to its ReplicaSets: they count as well.
  const annotated = !same(live.metadata.annotations, object.metadata.annotations);
  if (type.storage === "apps/deployments" && options.subresource === "" && annotated) return true;
  const keys = new Set([...Object.keys(live), ...Object.keys(object)]);
  for (const key of ["apiVersion", "kind", "metadata"]) keys.delete(key);
  if (type.subresources.has("status")) keys.delete("status");
  for (const key of keys) if (!same(live[key], object[key])) return true;
  return false;
}

/** True when nothing differs but the times at which managers last wrote. */
function unchanged(live: KubeObject, object: KubeObject): boolean {
  const bare = (value: KubeObject): Fields => {
    const { managedFields, ...metadata } = value.metadata;
    const managers = managedFields?.map(({ time: _time, ...entry }) => entry);
    return { ...value, metadata: { ...metadata, ...(managers && { managers }) } };
  };
  return same(bare(live), bare(object));
}

/** Reads the metadata of an object that came with a request. Throws 400 when it is malformed. */
export function metadataOf(object: Fields): Meta {
  if (object.metadata === undefined || object.metadata === null) object.metadata = {};
  if (!isFields(object.metadata)) throw badRequest("metadata: Invalid value: must be an object");
  return object.metadata as unknown as Meta;
}
