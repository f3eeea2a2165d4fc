import jsonPatch, { type Operation } from "fast-json-patch";
import { forbiddenMessage } from "../access/index.ts";
import { type Backend, parse } from "./cluster.ts";
import { mergePatch } from "./machinery.ts";
import { type Fields, groupVersion, isFields, type KubeObject, text } from "./objects.ts";
import type { ResourceType } from "./registry.ts";
import { isTrue, mediaType, parseObject, type RequestContext, readBody } from "./request.ts";
import { badRequest, invalid, modified, notFound, StatusError, unsupportedMediaType } from "./status.ts";
import { createObject, metadataOf, replaceObject, type WriteOptions, type Written } from "./write.ts";

const JSON_PATCH = "application/json-patch+json";
const MERGE_PATCH = "application/merge-patch+json";
const STRATEGIC = "application/strategic-merge-patch+json";
const APPLY = "application/apply-patch+yaml";

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
  if (!accepted.includes(media)) throw unsupportedMediaType(accepted.join(", "));
  const body = await readBody(context.request);
  if (media === APPLY) return applyPatch(backend, type, context, options, body);
  const { namespace, name } = context.info;
  const entry = backend.store.get(type.storage, type.namespaced ? namespace : "", name);
  if (!entry) throw notFound(type, name);
  const live = parse(type, entry);
  const object = changedBy(backend, type, media, live, body);
  const metadata = metadataOf(object);
  if (metadata.name !== name) {
    throw badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${name})`,
    );
  }
  if (metadata.resourceVersion && metadata.resourceVersion !== live.metadata.resourceVersion)
    throw modified(type, name);
  return replaceObject(backend, type, entry, live, object, options);
}

/** A live object with a patch carried out on a copy of it. Throws 400 or 422 for a patch that cannot be. */
export function changedBy(
  backend: Backend,
  type: ResourceType,
  media: string,
  live: KubeObject,
  body: string,
): KubeObject {
  const patch = parsePatch(body);
  const copy = structuredClone(live);
  if (media === JSON_PATCH) return carryOut(copy, patch);
  if (!isFields(patch)) throw badRequest("the patch is not an object");
  if (media === STRATEGIC) return backend.machinery.strategicMerge(type, copy, patch);
  return mergePatch(copy, patch) as KubeObject;
}

function parsePatch(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw badRequest(`error decoding patch: ${(error as Error).message}`);
  }
}

function carryOut(object: KubeObject, patch: unknown): KubeObject {
  if (!Array.isArray(patch)) {
    throw badRequest(
      "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp",
    );
  }
  if (patch.length > 10_000)
    throw new StatusError(
      413,
      "RequestEntityTooLarge",
      "The allowed maximum operations in a JSON patch is 10000",
    );
  try {
    return jsonPatch.applyPatch(object, patch as Operation[], true, true).newDocument;
  } catch {
    throw new StatusError(
      422,
      "Invalid",
      "the server rejected our request due to an error in our request",
      {},
    );
  }
}

function applyPatch(
  backend: Backend,
  type: ResourceType,
  context: RequestContext,
  options: WriteOptions,
  body: string,
): Written {
  const { query, info } = context;
  const manager = query.get("fieldManager");
  if (!manager) {
    throw new StatusError(
      422,
      "Invalid",
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
      {
        group: "meta.k8s.io",
        kind: "PatchOptions",
        causes: [
          {
            reason: "FieldValueRequired",
            message: "Required value: is required for apply patch",
            field: "fieldManager",
          },
        ],
      },
    );
  }
  const applied = parseObject(body, !body.startsWith("{")).object as KubeObject;
  const metadata = metadataOf(applied);
  if (applied.apiVersion !== groupVersion(type.group, type.version) || applied.kind !== type.kind) {
    throw badRequest(`invalid object type: ${goType(applied)}`);
  }
  if (metadata.managedFields) throw badRequest("metadata.managedFields must be nil");
  if (metadata.name && metadata.name !== info.name) {
    throw badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${info.name})`,
    );
  }
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
  if (live && metadata.uid && metadata.uid !== live.metadata.uid) throw modified(type, info.name);
  if (metadata.resourceVersion && metadata.resourceVersion !== live?.metadata.resourceVersion)
    throw modified(type, info.name);
  const object = backend.machinery.apply(type, live, applied, {
    manager,
    force: isTrue(query.get("force")),
    subresource: options.subresource,
    now: options.now,
  });
  if (type.namespaced) object.metadata.namespace = info.namespace;
  const tracked = { ...options, tracked: true };
  if (!entry || !live) return createObject(backend, type, object, tracked);
  return replaceObject(backend, type, entry, live, object, tracked);
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
export function checkKind(type: ResourceType, object: Fields): void {
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
    throw badRequest(
      `${object.kind} in version "${version}" cannot be handled as a ${type.kind}: no kind "${object.kind}" is registered for version "${object.apiVersion}" in scheme "pkg/runtime/scheme.go:111"`,
    );
  }
}
