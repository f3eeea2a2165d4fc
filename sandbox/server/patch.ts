import jsonPatch, { type Operation } from "fast-json-patch";
import { LineCounter, parseDocument, parse as parseYaml } from "yaml";
import { forbiddenMessage } from "../access/index.ts";
import { type JsonObject, sortedJson } from "../schema/index.ts";
import { type Backend, parse } from "./cluster.ts";
import { goSyntaxError, goTypeError } from "./go-json.ts";
import { mergePatch } from "./machinery.ts";
import { type Fields, groupVersion, isFields, type KubeObject, text } from "./objects.ts";
import type { ResourceType } from "./registry.ts";
import { goYamlError, isTrue, mediaType, type RequestContext, readBody } from "./request.ts";
import {
  badRequest,
  invalid,
  modified,
  notFound,
  StatusError,
  unroutableMediaType,
  unsupportedMediaType,
} from "./status.ts";
import { createObject, metadataOf, replaceObject, type WriteOptions, type Written } from "./write.ts";

const JSON_PATCH = "application/json-patch+json";
const MERGE_PATCH = "application/merge-patch+json";
const STRATEGIC = "application/strategic-merge-patch+json";
const APPLY = "application/apply-patch+yaml";
const ROUTED = [JSON_PATCH, MERGE_PATCH, STRATEGIC, APPLY, "application/apply-patch+cbor"];

/** Answers PATCH in all its forms, for an object or for one of its subresources. */
export async function patchObject(
  backend: Backend,
  type: ResourceType,
  context: RequestContext,
  options: WriteOptions,
): Promise<Written> {
  const media = mediaType(context.request);
  const accepted = type.custom
    ? [JSON_PATCH, MERGE_PATCH, APPLY]
    : [JSON_PATCH, MERGE_PATCH, STRATEGIC, APPLY];
  if (!ROUTED.includes(media)) throw unroutableMediaType();
  if (!accepted.includes(media)) throw unsupportedMediaType(accepted.join(", "));
  const body = await readBody(context.request);
  if (media === APPLY) return applyPatch(backend, type, context, options, body);
  const { namespace, name } = context.info;
  const entry = backend.store.get(type.storage, type.namespaced ? namespace : "", name);
  if (!entry) throw notFound(type, name);
  const live = parse(type, entry);
  const object = changedBy(backend, type, media, live, body);
  const patched =
    media === STRATEGIC ? undefined : type.custom ? sortedJson(object as JsonObject) : JSON.stringify(object);
  if (patched !== undefined) checkPatched(backend, type, object, patched, options);
  const metadata = metadataOf(object);
  if (!metadata.name) throw nameless(name);
  if (metadata.name !== name) {
    throw badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${name})`,
    );
  }
  if (metadata.uid && metadata.uid !== live.metadata.uid) throw otherUid(type, name, metadata.uid);
  if (metadata.resourceVersion && metadata.resourceVersion !== live.metadata.resourceVersion)
    throw modified(type, name);
  if (media === STRATEGIC) checkMerged(backend, type, object, body);
  return replaceObject(backend, type, entry, live, object, options);
}

/** An object whose name is nowhere. */
export const nameless = (name: string) =>
  badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);

/** What is told of an object that is patched into another one; two checks find it. */
function otherUid(type: ResourceType, name: string, uid: string): StatusError {
  const message = `Invalid value: ${JSON.stringify(uid)}: field is immutable`;
  const error = { type: "FieldValueInvalid", field: "metadata.uid", message };
  return invalid(type, name, type.custom ? [error] : [error, error]);
}

/** Throws 422, with the patch as Go prints it, when it has put a value of the wrong type into the object. */
function checkMerged(backend: Backend, type: ResourceType, object: KubeObject, body: string): void {
  try {
    backend.machinery.read(backend.machinery.schemaOf(type), structuredClone(object));
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    const into = / of type (\S+)$/.exec(error.message)?.[1] ?? "";
    const why = into.startsWith("[]") ? "cannot restore slice from map" : `unrecognized type: ${into}`;
    const message = `Invalid value: ${JSON.stringify(goMap(JSON.parse(body)))}: ${why}`;
    throw invalid({ group: "", kind: "" }, "", [{ type: "FieldValueInvalid", field: "patch", message }]);
  }
}

function goMap(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goMap).join(" ")}]`;
  if (!isFields(value)) return value === null ? "<nil>" : String(value);
  const keys = Object.keys(value).sort();
  return `map[${keys.map((key) => `${key}:${goMap(value[key])}`).join(" ")}]`;
}

/** Throws 422, with the whole object, when what a patch has made of it cannot be read as its kind. */
function checkPatched(
  backend: Backend,
  type: ResourceType,
  object: KubeObject,
  text: string,
  options: WriteOptions,
): void {
  const refuse = (why: string) =>
    invalid({ group: "", kind: "" }, "", [
      {
        type: "FieldValueInvalid",
        field: "patch",
        message: `Invalid value: ${JSON.stringify(text)}: ${why}`,
      },
    ]);
  if (!type.custom) {
    try {
      checkKind(type, object, (...kind) => backend.openapi.nameOf(...kind));
    } catch (error) {
      throw refuse((error as Error).message.replace(/^.* cannot be handled as a \w+: /, ""));
    }
  }
  const schema = backend.machinery.schemaOf(type);
  if (options.validation === "Strict") {
    const unknown = backend.machinery.unknownFields(schema, object).sort();
    if (unknown.length > 0) throw refuse(`strict decoding error: ${unknown.join(", ")}`);
  }
  try {
    backend.machinery.read(schema, structuredClone(object));
  } catch (error) {
    if (!(error instanceof StatusError) || type.custom) throw error;
    throw refuse(error.message.replace(/^.*? cannot be handled as a \w+: /, ""));
  }
}

/** A live object with a patch carried out on a copy of it. Throws 400 or 422 for a patch that cannot be. */
export function changedBy(
  backend: Backend,
  type: ResourceType,
  media: string,
  live: KubeObject,
  body: string,
): KubeObject {
  const prefix = media === STRATEGIC ? "" : "error decoding patch: ";
  const patch = parsePatch(body, prefix);
  const copy = structuredClone(live);
  if (media === JSON_PATCH) return carryOut(copy, patch);
  if (!isFields(patch)) throw badRequest(`${prefix}${goTypeError(patch, "map[string]interface {}")}`);
  if (media === STRATEGIC) return backend.machinery.strategicMerge(type, copy, patch);
  return mergePatch(copy, patch) as KubeObject;
}

function parsePatch(body: string, prefix: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw badRequest(`${prefix}${goSyntaxError(body, error)}`);
  }
}

function carryOut(object: KubeObject, patch: unknown): KubeObject {
  if (!Array.isArray(patch)) {
    throw badRequest(`error decoding patch: ${goTypeError(patch, "[]handlers.jsonPatchOp")}`);
  }
  if (patch.length > 10_000)
    throw new StatusError(
      413,
      "RequestEntityTooLarge",
      "The allowed maximum operations in a JSON patch is 10000",
    );
  try {
    let document = object;
    for (const operation of patch as Operation[]) {
      const next = lenient(document, operation);
      document = jsonPatch.applyPatch(document, [next], true, true).newDocument;
    }
    return document;
  } catch {
    throw new StatusError(
      422,
      "Invalid",
      "the server rejected our request due to an error in our request",
      {},
    );
  }
}

/** The API server's `replace` puts a key that is not there into its map, where RFC 6902 refuses it. */
function lenient(document: KubeObject, operation: Operation): Operation {
  if (operation?.op !== "replace" || typeof operation.path !== "string" || !operation.path) return operation;
  const parent = jsonPatch.getValueByPointer(document, operation.path.replace(/\/[^/]*$/, ""));
  return isFields(parent) ? { ...operation, op: "add" } : operation;
}

function applyPatch(
  backend: Backend,
  type: ResourceType,
  context: RequestContext,
  options: WriteOptions,
  body: string,
): Written {
  const { query, info } = context;
  const manager = query.get("fieldManager") ?? "";
  const applied = parseApplied(body, options.warnings);
  const metadata = metadataOf(applied);
  if (applied.apiVersion !== groupVersion(type.group, type.version) || applied.kind !== type.kind) {
    throw badRequest(`invalid object type: ${goType(applied)}`);
  }
  if (metadata.managedFields) throw badRequest("metadata.managedFields must be nil");
  // Which object is meant is asked only when the merge has gone well.
  const other = metadata.name && metadata.name !== info.name ? metadata.name : undefined;
  metadata.name = info.name;
  if (type.namespaced && metadata.namespace && metadata.namespace !== info.namespace) {
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  }
  const entry = backend.store.get(type.storage, type.namespaced ? info.namespace : "", info.name);
  const live = entry && parse(type, entry);
  if (!live) {
    if (options.subresource) throw notFound(type, info.name);
    mayCreate(backend, type, context);
  }
  if (live && metadata.uid && metadata.uid !== live.metadata.uid)
    throw otherUid(type, info.name, metadata.uid);
  if (metadata.resourceVersion && metadata.resourceVersion !== live?.metadata.resourceVersion)
    throw modified(type, info.name);
  const object = backend.machinery.apply(type, live, applied, {
    manager,
    force: isTrue(query.get("force")),
    subresource: options.subresource,
    now: options.now,
  });
  if (other)
    throw badRequest(`the name of the object (${other}) does not match the name on the URL (${info.name})`);
  if (type.namespaced) object.metadata.namespace = info.namespace;
  const tracked = { ...options, tracked: true };
  if (!entry || !live) return createObject(backend, type, object, tracked);
  return replaceObject(backend, type, entry, live, object, tracked);
}

/** Reads what is applied: YAML, of which JSON is a part. Throws 400. */
function parseApplied(body: string, warnings: string[]): KubeObject {
  let object: unknown;
  const options = { maxAliasCount: 0, uniqueKeys: false, version: "1.1" } as const;
  try {
    object = body.startsWith("{") ? JSON.parse(body) : parseYaml(body, options);
  } catch (error) {
    throw badRequest(`error decoding YAML: error converting YAML to JSON: ${goYamlError(error)}`);
  }
  if (object !== null && !isFields(object)) {
    const why = goTypeError(object, "map[string]interface {}");
    throw badRequest(`error decoding YAML: error unmarshaling JSON: while decoding JSON: ${why}`);
  }
  if (!body.startsWith("{")) warnings.push(...twice(body));
  return (object ?? {}) as KubeObject;
}

/** Keys that a YAML document gives twice. */
function twice(body: string): string[] {
  const lines = new LineCounter();
  const document = parseDocument(body, { lineCounter: lines, version: "1.1" });
  return document.errors.flatMap((error) => {
    if (error.code !== "DUPLICATE_KEY") return [];
    const key = /^[^\s:,}]+/.exec(body.slice(error.pos[0]))?.[0] ?? "";
    return [`line ${lines.linePos(error.pos[0]).line}: key ${JSON.stringify(key)} already set in map`];
  });
}

/** An apply that makes its object needs the right to create it besides the one to patch it. Throws 403. */
function mayCreate(backend: Backend, type: ResourceType, { user, info }: RequestContext): void {
  const { group, version, plural, namespace, name } = info;
  const attributes = { verb: "create", group, version, resource: plural, subresource: "", namespace, name };
  const { allowed, reason } = backend.access.authorize(user, attributes);
  if (allowed) return;
  const message = forbiddenMessage(user, attributes, reason);
  throw new StatusError(403, "Forbidden", message, { name, ...(group && { group }), kind: type.plural });
}

/** An object's type as Go prints it: `apps/v1, Kind=Deployment`. */
function goType({ apiVersion = "", kind = "" }: Partial<KubeObject>): string {
  const whole = apiVersion === "" || apiVersion.includes("/") ? apiVersion || "/" : `/${apiVersion}`;
  return `${whole}, Kind=${kind}`;
}

/** Throws 400 when an object is of another kind or version than its path. */
export function checkKind(
  type: ResourceType,
  object: Fields,
  known?: (apiVersion: string, kind: string) => unknown,
): void {
  const apiVersion = groupVersion(type.group, type.version);
  object.apiVersion ??= apiVersion;
  object.kind ??= type.kind;
  if (type.custom && object.apiVersion === apiVersion && object.kind !== type.kind) {
    const message = `Invalid value: ${JSON.stringify(object.kind)}: must be ${type.kind}`;
    throw invalid({ group: type.group, kind: String(object.kind) }, text(object, "metadata", "name") ?? "", [
      { type: "FieldValueInvalid", field: "kind", message },
    ]);
  }
  if (object.apiVersion !== apiVersion && type.custom) {
    throw badRequest(
      `the API version in the data (${object.apiVersion}) does not match the expected API version (${apiVersion})`,
    );
  }
  if (object.apiVersion !== apiVersion || object.kind !== type.kind) {
    const version = String(object.apiVersion).split("/").at(-1);
    const why = known?.(String(object.apiVersion), String(object.kind))
      ? `converting (${version}.${object.kind}) to (${type.group.split(".")[0] || "core"}.${type.kind}): unknown conversion`
      : `no kind "${object.kind}" is registered for version "${object.apiVersion}" in scheme "pkg/runtime/scheme.go:111"`;
    throw badRequest(`${object.kind} in version "${version}" cannot be handled as a ${type.kind}: ${why}`);
  }
}
