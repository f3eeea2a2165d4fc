import type { Backend } from "./cluster.ts";
import { summary } from "./go-json.ts";
import { isFields, type KubeObject } from "./objects.ts";
import { checkKind, nameless } from "./patch.ts";
import type { ResourceType } from "./registry.ts";
import { type RequestContext, readObject } from "./request.ts";
import { badRequest } from "./status.ts";
import { metadataOf } from "./write.ts";

/** Reads an object to write and holds it against the path. Throws 400 when they name different things. */
export async function readWritten(
  backend: Backend,
  type: ResourceType,
  context: RequestContext,
): Promise<KubeObject> {
  const { info } = context;
  const own = info.subresource ? type.subresources.get(info.subresource) : undefined;
  const form = own ? { ...type, group: own.group, version: own.version, kind: own.kind } : type;
  const { object, duplicates } = await readObject(
    context.request,
    (apiVersion, kind) => backend.openapi.nameOf(apiVersion, kind),
    form.kind,
  );
  needKind(form, object);
  checkKind(form, object, (...kind) => backend.openapi.nameOf(...kind));
  readMetadata(form, object);
  if (!type.custom) needNoMore(backend, form, context, object, duplicates);
  else refuseDuplicates(context, form, duplicates);
  const metadata = metadataOf(object);
  if (type.namespaced) {
    metadata.namespace ||= info.namespace;
    if (metadata.namespace !== info.namespace) {
      throw badRequest(
        "the namespace of the provided object does not match the namespace sent on the request",
      );
    }
  }
  if (info.name) {
    if (!metadata.name && !info.subresource && info.verb === "update") throw nameless(info.name);
    metadata.name ||= info.name;
    if (metadata.name !== info.name) {
      throw badRequest(
        `the name of the object (${metadata.name}) does not match the name on the URL (${info.name})`,
      );
    }
  }
  return object as KubeObject;
}

/** Custom kinds must say what they are: nothing else does. Throws 400. */
function needKind(type: ResourceType, object: KubeObject | Record<string, unknown>): void {
  if (!type.custom || (object.kind && object.apiVersion)) return;
  const missing = object.kind ? "apiVersion" : "Kind";
  const text = JSON.stringify(object);
  throw badRequest(
    `the object provided is unrecognized (must be of type ${type.kind}): Object '${missing}' is missing in '${text}' (${summary(text)})`,
  );
}

/** Throws 400 when an object's metadata is not even an object. */
function readMetadata({ kind, version }: ResourceType, object: Record<string, unknown>): void {
  const { metadata } = object;
  if (isFields(metadata)) {
    for (const field of ["creationTimestamp", "deletionTimestamp"]) {
      const time = metadata[field];
      if (typeof time !== "string" || /^\d{4}-/.test(time)) continue;
      throw badRequest(
        `${kind} in version "${version}" cannot be handled as a ${kind}: parsing time ${JSON.stringify(time)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(time)} as "2006"`,
      );
    }
  }
  if (metadata === undefined || metadata === null || isFields(metadata)) return;
  const type = Array.isArray(metadata) ? "array" : typeof metadata === "boolean" ? "bool" : typeof metadata;
  throw badRequest(
    `${kind} in version "${version}" cannot be handled as a ${kind}: json: cannot unmarshal ${type} into Go struct field ${kind}.metadata of type v1.ObjectMeta`,
  );
}

/** Refuses, or warns of, fields that are given twice or that the kind has not, before anything else is looked at. */
function needNoMore(
  backend: Backend,
  type: ResourceType,
  context: RequestContext,
  object: Record<string, unknown>,
  duplicates: string[],
): void {
  if (context.query.get("fieldValidation") !== "Strict") {
    refuseDuplicates(context, type, duplicates);
    return;
  }
  const schema = backend.machinery.kind(type.group, type.version, type.kind);
  const unknown = schema ? backend.machinery.unknownFields(schema, object as KubeObject) : [];
  if (schema) backend.machinery.read(schema, structuredClone(object) as KubeObject);
  const lines = [...duplicates.map((field) => `duplicate field "${field}"`), ...unknown];
  if (lines.length > 0) throw badRequest(strictly(type, lines));
}

const strictly = ({ kind, version }: ResourceType, lines: string[]) =>
  `${kind} in version "${version}" cannot be handled as a ${kind}: strict decoding error: ${lines.join(", ")}`;

/** Fields given twice are an error or a warning, as the request wishes. */
function refuseDuplicates(context: RequestContext, type: ResourceType, duplicates: string[]): void {
  const validation = context.query.get("fieldValidation") || "Warn";
  if (duplicates.length === 0 || validation === "Ignore") return;
  const lines = duplicates.map((field) => `duplicate field "${field}"`);
  if (validation === "Strict") throw badRequest(strictly(type, lines));
  context.warnings.push(...lines);
}
