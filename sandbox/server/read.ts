import type { Entry } from "../store/store.ts";
import { type Backend, head, parse, render } from "./cluster.ts";
import { groupVersion } from "./objects.ts";
import type { ResourceType } from "./registry.ts";
import type { RequestContext } from "./request.ts";
import { send, sendPieces } from "./respond.ts";
import { checkSelectable, matchesFields, parseFieldSelector, parseLabelSelector } from "./selectors.ts";
import { badRequest, gone, invalid, notFound } from "./status.ts";
import { formOf, partial, table } from "./table.ts";

export type Filter = (entry: Entry) => boolean;

/** What a list or watch is narrowed to by its selectors and its path. */
export function filterOf(type: ResourceType, context: RequestContext): Filter | undefined {
  const { query, info } = context;
  const labels = parseLabelSelector(query.get("labelSelector"));
  const fields = parseFieldSelector(query.get("fieldSelector"));
  checkSelectable(type.storage, fields);
  if (info.name) fields.push({ field: "metadata.name", equal: true, value: info.name });
  if (!labels && fields.length === 0) return;
  return (entry) => (!labels || labels(entry.labels)) && matchesFields(fields, entry);
}

export function getObject(backend: Backend, type: ResourceType, context: RequestContext): void {
  const { namespace, name } = context.info;
  checkRevision(context.query.get("resourceVersion"));
  const entry = backend.store.get(type.storage, type.namespaced ? namespace : "", name);
  if (!entry) throw notFound(type, name);
  sendEntry(backend, type, context, 200, entry);
}

/** Answers with an object in the form that the request asks for. */
export function sendEntry(
  backend: Backend,
  type: ResourceType,
  context: RequestContext,
  code: number,
  entry: Entry,
): void {
  const form = formOf(context.request.headers.accept);
  if (form === "Object") send(context, code, render(type, entry));
  else if (form === "PartialObjectMetadata") send(context, code, partial(parse(type, entry)));
  else {
    const metadata = { resourceVersion: String(entry.revision) };
    send(context, code, table(backend, type, [entry], metadata, context.query.get("includeObject")));
  }
}

/** A revision that a request names. Throws 400 when it is no number. */
export function checkRevision(value: string | null): number | undefined {
  if (!value) return;
  if (!/^\d+$/.test(value))
    throw badRequest(
      `invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(value)}: strconv.ParseUint: parsing ${JSON.stringify(value)}: invalid syntax`,
    );
  const revision = Number(value);
  return revision === 0 ? undefined : revision;
}

interface Continuation {
  revision: number;
  namespace: string;
  name: string;
}

export async function listObjects(
  backend: Backend,
  type: ResourceType,
  context: RequestContext,
): Promise<void> {
  const { query, info } = context;
  const limit = Number(query.get("limit") ?? 0);
  if (!Number.isInteger(limit)) {
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(query.get("limit"))}: invalid syntax`);
  }
  const token = query.get("continue");
  const from = token ? decodeContinue(token) : undefined;
  checkListRevision(backend, query);
  if (from && from.revision < backend.store.history.compacted) {
    throw gone("The provided continue parameter is too old to display a consistent list result.");
  }
  const filter = filterOf(type, context);
  const namespace = type.namespaced && info.namespace ? info.namespace : undefined;
  const found: Entry[] = [];
  let last: Entry | undefined;
  let more = false;
  for (const entry of backend.store.list(type.storage, namespace, from)) {
    if (filter && !filter(entry)) continue;
    if (limit > 0 && found.length === limit) {
      more = true;
      break;
    }
    found.push(entry);
    last = entry;
  }
  const revision = from?.revision ?? backend.store.revision;
  const metadata = {
    resourceVersion: String(revision),
    ...(more &&
      last && { continue: encodeContinue({ revision, namespace: last.namespace, name: last.name }) }),
  };
  const form = formOf(context.request.headers.accept);
  if (form === "Table") send(context, 200, table(backend, type, found, metadata, query.get("includeObject")));
  else if (form === "PartialObjectMetadata") {
    const items = found.map((entry) => partial(parse(type, entry)));
    send(context, 200, { kind: "PartialObjectMetadataList", apiVersion: "meta.k8s.io/v1", metadata, items });
  } else await sendPieces(context, 200, pieces(type, metadata, found));
}

function* pieces(type: ResourceType, metadata: object, entries: Entry[]): Generator<string> {
  yield `{"kind":"${type.listKind}","apiVersion":"${groupVersion(type.group, type.version)}","metadata":${JSON.stringify(metadata)},"items":[`;
  const prefix = type.custom ? head(type) : "{";
  let first = true;
  for (const entry of entries) {
    yield `${first ? "" : ","}${prefix}`;
    yield entry.body.slice(1);
    first = false;
  }
  yield "]}\n";
}

function checkListRevision(backend: Backend, query: URLSearchParams): void {
  const match = query.get("resourceVersionMatch");
  const value = query.get("resourceVersion");
  const kind = { group: "meta.k8s.io", kind: "ListOptions" };
  const refuse = (why: string) =>
    invalid(kind, "", [
      { type: "FieldValueForbidden", field: "resourceVersionMatch", message: `Forbidden: ${why}` },
    ]);
  if (match) {
    if (!value) throw refuse("resourceVersionMatch is forbidden unless resourceVersion is provided");
    if (query.get("continue")) throw refuse("resourceVersionMatch is forbidden when continue is provided");
    if (match !== "Exact" && match !== "NotOlderThan") throw refuse(`unknown value ${match}`);
    if (match === "Exact" && value === "0")
      throw refuse('resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
  }
  const revision = checkRevision(value);
  if (match === "Exact" && revision !== undefined && revision !== backend.store.revision) {
    throw gone("The resourceVersion for the provided list is too old.");
  }
}

function encodeContinue({ revision, namespace, name }: Continuation): string {
  return Buffer.from(
    JSON.stringify({ v: "meta.k8s.io/v1", rv: revision, start: `${namespace}/${name}` }),
  ).toString("base64url");
}

function decodeContinue(token: string): Continuation {
  try {
    const { rv, start } = JSON.parse(Buffer.from(token, "base64url").toString()) as {
      rv: number;
      start: string;
    };
    const slash = start.indexOf("/");
    return { revision: rv, namespace: start.slice(0, slash), name: start.slice(slash + 1) };
  } catch {
    throw badRequest("continue key is not valid");
  }
}
