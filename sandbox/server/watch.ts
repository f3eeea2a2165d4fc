import type { Entry, StoreEvent } from "../store/store.ts";
import { type Backend, parse, render } from "./cluster.ts";
import { groupVersion } from "./objects.ts";
import { checkRevision, filterOf } from "./read.ts";
import type { ResourceType } from "./registry.ts";
import { isTrue, type RequestContext } from "./request.ts";
import { type FieldError, gone, invalid, StatusError } from "./status.ts";
import { emptyTable, formOf, partial, table } from "./table.ts";

const BOOKMARK_MS = 30_000;
const MINUTE = 60;

/** What a watcher that sees only part of a resource is told of a change; undefined when it concerns other objects. */
export function visible(
  event: StoreEvent,
  matches: (entry: Entry) => boolean,
): { type: StoreEvent["type"]; entry: Entry; revision: number } | undefined {
  const { type, entry, previous, revision } = event;
  const now = type !== "DELETED" && matches(entry);
  const before = previous !== undefined && matches(previous);
  if (now) return { type: before ? "MODIFIED" : "ADDED", entry, revision };
  if (!before) return;
  // An object that no longer matches is shown as it was when it still did, under the revision of the change.
  return { type: "DELETED", entry: type === "DELETED" ? entry : (previous ?? entry), revision };
}

/** Turns entries into the text of watch events' objects, in the form that the request asks for. */
function presenter(backend: Backend, type: ResourceType, context: RequestContext): (entry: Entry) => string {
  const form = formOf(context.request.headers.accept);
  if (form === "Object") return (entry) => render(type, entry);
  if (form === "PartialObjectMetadata") return (entry) => JSON.stringify(partial(parse(type, entry)));
  let first = true;
  const include = context.query.get("includeObject");
  return (entry) => {
    const text = JSON.stringify(
      table(backend, type, [entry], { resourceVersion: String(entry.revision) }, include, first),
    );
    first = false;
    return text;
  };
}

export function watchObjects(backend: Backend, type: ResourceType, context: RequestContext): void {
  const { query, info, response } = context;
  const { store } = backend;
  const present = presenter(backend, type, context);
  const filter = filterOf(type, context);
  const namespace = type.namespaced && info.namespace ? info.namespace : undefined;
  const matches = (entry: Entry) =>
    (namespace === undefined || entry.namespace === namespace) && (!filter || filter(entry));
  const bookmarks = isTrue(query.get("allowWatchBookmarks"));
  const initial = query.get("sendInitialEvents");
  checkInitial(query, initial);
  const asked = checkRevision(query.get("resourceVersion"), true);
  const listFirst = initial === null ? asked === undefined : isTrue(initial);
  let from = listFirst || asked === undefined ? store.revision : asked;

  response.writeHead(200, { "Content-Type": "application/json", "Cache-Control": "no-cache, private" });
  const write = (eventType: string, object: string) =>
    response.write(`{"type":"${eventType}","object":${object}}\n`);
  const bookmark = (annotations?: Record<string, string>) => {
    const metadata = {
      resourceVersion: String(from),
      ...(annotations && { annotations }),
    };
    write("BOOKMARK", JSON.stringify(bookmarked(type, context, metadata)));
  };

  if (!listFirst && (from < store.history.compacted || from > store.revision)) {
    const error =
      from > store.revision
        ? tooLarge(from, store.revision)
        : gone(`too old resource version: ${from} (${store.history.compacted + 1})`);
    response.end(`{"type":"ERROR","object":${JSON.stringify(error.status)}}\n`);
    return;
  }

  const deliver = (event: StoreEvent) => {
    if (event.revision <= from) return;
    from = event.revision;
    const seen = visible(event, matches);
    if (!seen) return;
    const object = present(seen.entry);
    const stale = seen.entry.revision !== seen.revision;
    write(seen.type, stale ? withRevision(object, seen.entry.revision, seen.revision) : object);
    // A client that does not read must not make the server hold what it missed.
    if (response.writableLength > MAX_UNREAD) response.destroy();
  };

  if (listFirst) {
    for (const entry of store.list(type.storage, namespace))
      if (matches(entry)) write("ADDED", present(entry));
    if (initial !== null && bookmarks) bookmark({ "k8s.io/initial-events-end": "true" });
  } else {
    for (const event of [...store.history.since(from, type.storage)]) deliver(event);
  }
  response.flushHeaders();
  const unsubscribe = store.subscribe(type.storage, deliver);
  const seconds = Number(query.get("timeoutSeconds")) || (30 + Math.random() * 30) * MINUTE;
  const end = setTimeout(() => response.end(), seconds * 1000);
  const ticking = bookmarks
    ? setInterval(() => {
        from = Math.max(from, store.delivered);
        bookmark();
      }, BOOKMARK_MS)
    : undefined;
  response.on("close", () => {
    unsubscribe();
    clearTimeout(end);
    clearInterval(ticking);
  });
}

function bookmarked(
  type: ResourceType,
  context: RequestContext,
  metadata: { resourceVersion: string },
): object {
  const form = formOf(context.request.headers.accept);
  if (form === "Table") return emptyTable(type, metadata);
  if (form === "PartialObjectMetadata") return { kind: form, apiVersion: "meta.k8s.io/v1", metadata };
  return { kind: type.kind, apiVersion: groupVersion(type.group, type.version), metadata };
}

const MAX_UNREAD = 32 << 20;

/** The previous state of an object under a newer revision. */
function withRevision(object: string, old: number, revision: number): string {
  return object.replace(`"resourceVersion":"${old}"`, `"resourceVersion":"${revision}"`);
}

function tooLarge(asked: number, current: number): StatusError {
  return new StatusError(504, "Timeout", `Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
    retryAfterSeconds: 1,
  });
}

function checkInitial(query: URLSearchParams, initial: string | null): void {
  const match = query.get("resourceVersionMatch");
  const errors: FieldError[] = [];
  const forbid = (message: string) =>
    errors.push({
      type: "FieldValueForbidden",
      field: "resourceVersionMatch",
      message: `Forbidden: ${message}`,
    });
  if (initial === null) {
    if (match) forbid("resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
  } else if (match !== "NotOlderThan") {
    forbid("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
    if (match)
      errors.push({
        type: "FieldValueNotSupported",
        field: "resourceVersionMatch",
        message: `Unsupported value: ${JSON.stringify(match)}: supported values: "NotOlderThan"`,
      });
  }
  if (errors.length > 0) throw invalid({ group: "meta.k8s.io", kind: "ListOptions" }, "", errors);
}
