import type { Entry } from "../store/store.ts";
import { type Backend, head, parse, render } from "./cluster.ts";
import { goSyntaxError } from "./go-json.ts";
import { groupVersion } from "./objects.ts";
import type { ResourceType } from "./registry.ts";
import type { RequestContext } from "./request.ts";
import { send, sendPieces } from "./respond.ts";
import { checkSelectable, matchesFields, parseFieldSelector, parseLabelSelector } from "./selectors.ts";
import { badRequest, type FieldError, gone, invalid, notFound, StatusError } from "./status.ts";
import { formOf, partial, table } from "./table.ts";

export type Filter = (entry: Entry) => boolean;

/** What a list or watch is narrowed to by its selectors and its path. */
export function filterOf(type: ResourceType, context: RequestContext): Filter | undefined {
  const { query, info } = context;
  const labels = parseLabelSelector(query.get("labelSelector"));
  const fields = parseFieldSelector(query.get("fieldSelector"));
  checkSelectable(type.storage, fields, type.custom);
  if (info.name) fields.push({ field: "metadata.name", equal: true, value: info.name });
  if (!labels && fields.length === 0) return;
  return (entry) => (!labels || labels(entry.labels)) && matchesFields(fields, entry);
}

export function getObject(backend: Backend, type: ResourceType, context: RequestContext): void {
  const { namespace, name } = context.info;
  checkRevision(context.query.get("resourceVersion"), true);
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
export function checkRevision(value: string | null, bare = false): number | undefined {
  if (!value) return;
  if (!/^\d+$/.test(value)) {
    const why = `resourceVersion: Invalid value: ${JSON.stringify(value)}: strconv.ParseUint: parsing ${JSON.stringify(value)}: invalid syntax`;
    throw bare ? new StatusError(500, undefined, why) : badRequest(`invalid resource version: ${why}`);
  }
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
  const limit = integer(query, "limit");
  integer(query, "timeoutSeconds");
  const token = query.get("continue");
  const exact = checkListRevision(backend, query);
  if (token && !["", "0", null].includes(query.get("resourceVersion")))
    throw badRequest("specifying resource version is not allowed when using continue");
  const from = token ? decodeContinue(token) : undefined;
  if (from && from.revision < backend.store.history.compacted) {
    throw gone("The provided continue parameter is too old to display a consistent list result.");
  }
  const filter = filterOf(type, context);
  const namespace = type.namespaced && info.namespace ? info.namespace : undefined;
  const found: Entry[] = [];
  let last: Entry | undefined;
  let left = 0;
  const revision = exact ?? from?.revision ?? backend.store.revision;
  for (const entry of entriesAt(backend, type, namespace, from, revision)) {
    if (filter && !filter(entry)) continue;
    if (limit > 0 && found.length === limit) {
      left += 1;
      // How many are left is told only of whole lists: a selection would have to be gone through.
      if (filter) break;
      continue;
    }
    found.push(entry);
    last = entry;
  }
  const metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number } = {
    resourceVersion: String(revision),
    ...(left > 0 && last
      ? {
          continue: encodeContinue({ revision, namespace: last.namespace, name: last.name }),
          ...(!filter && { remainingItemCount: left }),
        }
      : type.custom && { continue: "" }),
  };
  const form = formOf(context.request.headers.accept);
  if (form === "Table" && metadata.continue === "") delete metadata.continue;
  if (form === "Table") send(context, 200, table(backend, type, found, metadata, query.get("includeObject")));
  else if (form === "PartialObjectMetadata") {
    const items = found.map((entry) => partial(parse(type, entry)));
    send(context, 200, { kind: "PartialObjectMetadataList", apiVersion: "meta.k8s.io/v1", metadata, items });
  } else await sendPieces(context, 200, pieces(type, metadata, found));
}

/** A number among the parameters. Throws 400 when it is none. */
function integer(query: URLSearchParams, name: string): number {
  const text = query.get(name) ?? "";
  if (text === "") return 0;
  if (!/^[-+]?\d+$/.test(text))
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

/** The objects as they were at a revision that the history still reaches back to. */
function entriesAt(
  backend: Backend,
  type: ResourceType,
  namespace: string | undefined,
  from: Continuation | undefined,
  revision: number,
): Iterable<Entry> {
  const { store } = backend;
  const undone = new Map<string, { entry: Entry; previous: Entry | undefined }>();
  if (revision < store.revision) {
    for (const { entry, previous } of store.history.since(revision, type.storage)) {
      const key = `${entry.namespace}/${entry.name}`;
      if (!undone.has(key)) undone.set(key, { entry, previous });
    }
  }
  if (undone.size === 0) return store.list(type.storage, namespace, from);
  const out = [...store.list(type.storage, namespace, from)].filter(
    (entry) => !undone.has(`${entry.namespace}/${entry.name}`),
  );
  for (const { previous } of undone.values()) {
    if (!previous || (namespace !== undefined && previous.namespace !== namespace)) continue;
    if (from && compare(previous, from) <= 0) continue;
    out.push(previous);
  }
  return out.sort(compare);
}

function compare(a: { namespace: string; name: string }, b: { namespace: string; name: string }): number {
  if (a.namespace !== b.namespace) return a.namespace < b.namespace ? -1 : 1;
  return a.name === b.name ? 0 : a.name < b.name ? -1 : 1;
}

function* pieces(type: ResourceType, metadata: object, entries: Entry[]): Generator<string> {
  yield `{"kind":"${type.listKind}","apiVersion":"${groupVersion(type.group, type.version)}","metadata":${JSON.stringify(metadata)},"items":[`;
  const prefix = type.custom ? head(type) : "{";
  let first = true;
  for (const entry of entries) {
    yield first ? "" : ",";
    if (type.conversion) {
      const { kind: _kind, apiVersion: _apiVersion, ...rest } = parse(type, entry);
      yield JSON.stringify(rest);
    } else {
      yield prefix;
      yield entry.body.slice(1);
    }
    first = false;
  }
  yield "]}\n";
}

/** The revision that a list must be of exactly, if one is asked for. Throws 400, 410 or 422. */
function checkListRevision(backend: Backend, query: URLSearchParams): number | undefined {
  const match = query.get("resourceVersionMatch");
  const value = query.get("resourceVersion");
  const errors: FieldError[] = [];
  const forbid = (why: string, field = "resourceVersionMatch") =>
    errors.push({ type: "FieldValueForbidden", field, message: `Forbidden: ${why}` });
  if (query.has("sendInitialEvents")) forbid("sendInitialEvents is forbidden for list", "sendInitialEvents");
  if (match) {
    if (!value) forbid("resourceVersionMatch is forbidden unless resourceVersion is provided");
    if (query.get("continue")) forbid("resourceVersionMatch is forbidden when continue is provided");
    if (match !== "Exact" && match !== "NotOlderThan")
      errors.push({
        type: "FieldValueNotSupported",
        field: "resourceVersionMatch",
        message: `Unsupported value: ${JSON.stringify(match)}: supported values: "Exact", "NotOlderThan", ""`,
      });
    if (match === "Exact" && value === "0")
      forbid('resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
  }
  if (errors.length > 0) throw invalid({ group: "meta.k8s.io", kind: "ListOptions" }, "", errors);
  const revision = checkRevision(value);
  if (revision === undefined || (match !== "Exact" && (match !== null || !integer(query, "limit")))) return;
  if (match === null) return;
  if (revision < backend.store.history.compacted || revision > backend.store.revision)
    throw gone("The resourceVersion for the provided list is too old.");
  return revision;
}

function encodeContinue({ revision, namespace, name }: Continuation): string {
  return Buffer.from(
    JSON.stringify({ v: "meta.k8s.io/v1", rv: revision, start: `${namespace}/${name}` }),
  ).toString("base64url");
}

function decodeContinue(token: string): Continuation {
  const refuse = (why: string) => badRequest(`invalid continue token: continue key is not valid: ${why}`);
  const text = Buffer.from(token, "base64url").toString("latin1");
  let read: { v?: string; rv?: number; start?: string };
  try {
    read = JSON.parse(text) as typeof read;
  } catch (error) {
    const second = text[1] ?? "";
    const literal = { n: "null", t: "true", f: "false" }[text[0] ?? ""];
    if (!literal) throw refuse(goSyntaxError(text, error));
    throw refuse(`invalid character '${second}' in literal ${literal} (expecting '${literal[1]}')`);
  }
  const { v = "", rv = 0, start = "" } = read;
  if (v !== "meta.k8s.io/v1") throw refuse(`server does not recognize this encoded version ${v}`);
  const slash = start.indexOf("/");
  return { revision: rv, namespace: start.slice(0, slash), name: start.slice(slash + 1) };
}
