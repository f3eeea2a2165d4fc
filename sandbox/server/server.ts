import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { forbiddenMessage, impersonate } from "../access/index.ts";
import { impersonated, type User } from "./authentication.ts";
import type { Attributes } from "./authorization.ts";
import type { Backend } from "./cluster.ts";
import { deleteObject, readDeleteOptions } from "./delete.ts";
import { aggregated, apiGroup, apiGroupList, apiResourceList, apiVersions } from "./discovery.ts";
import { summary } from "./go-json.ts";
import { groupVersion, isFields, type KubeObject } from "./objects.ts";
import { writeOptions } from "./options.ts";
import { checkKind, nameless, patchObject } from "./patch.ts";
import { filterOf, getObject, listObjects, sendEntry } from "./read.ts";
import type { ResourceType } from "./registry.ts";
import { type RequestContext, type RequestInfo, readObject, requestInfo } from "./request.ts";
import { send, sendError, success } from "./respond.ts";
import { review } from "./reviews.ts";
import { badRequest, methodNotAllowed, NoSuchPath, noSuchResource, StatusError } from "./status.ts";
import { serveSubresource } from "./subresources.ts";
import { negotiate } from "./table.ts";
import { watchObjects } from "./watch.ts";
import { createObject, metadataOf, updateObject, type Written } from "./write.ts";

/** Answers a request that is not for the API, by its Host header; false when it is not its business. */
export type PageHandler = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface ListenOptions {
  port: number;
  page?: PageHandler;
}

/** The API over HTTP on the loopback interface. */
export async function listen(backend: Backend, options: ListenOptions) {
  const server: Server = createServer((request, response) => {
    if (options.page?.(request, response)) return;
    void handle(backend, request, response);
  });
  server.keepAliveTimeout = 60_000;
  server.requestTimeout = 0;
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "EADDRINUSE" ? new Error(`port ${options.port} is in use`) : error);
    });
    server.listen(options.port, "127.0.0.1", () => resolve());
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close(): Promise<void> {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function handle(backend: Backend, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const warnings: string[] = [];
  try {
    const url = new URL(request.url ?? "/", "http://localhost");
    const now = backend.now();
    const info = requestInfo(request.method ?? "GET", url.pathname, url.searchParams);
    const user = identify(backend, request, info, url.searchParams, now);
    const context: RequestContext = { request, response, query: url.searchParams, info, user, warnings, now };
    authorize(backend, context);
    if (info.resource) await serveResource(backend, context);
    else servePath(backend, context);
  } catch (error) {
    if (!(error instanceof StatusError || error instanceof NoSuchPath))
      console.error(`sandbox: ${request.method} ${request.url}:`, error);
    sendError({ response, warnings }, error);
  }
}

/** Who asks, after impersonation. Throws 401 or 403. */
function identify(
  backend: Backend,
  request: IncomingMessage,
  info: RequestInfo,
  query: URLSearchParams,
  now: Date,
): User {
  const user = backend.tokens.authenticate(request.headers, now.getTime());
  const wanted = impersonated(request.headers);
  if (!wanted) return user;
  const result = impersonate(user, wanted, attributesOf(info, query), backend.access);
  if ("user" in result) return result.user;
  const { resource = "", name = "", group = "" } = result.attributes;
  throw refusal({ ...info, plural: resource || info.plural, name, group }, result.forbidden);
}

function attributesOf(info: RequestInfo, query: URLSearchParams): Attributes {
  const { verb, group, version, plural, subresource, namespace, path } = info;
  // Who may read one object by name may also list and watch it, if they select it by that name.
  const selected = /(?:^|,)metadata\.name==?([^,]+)/.exec(query.get("fieldSelector") ?? "")?.[1];
  const name = info.name || (verb === "list" || verb === "watch" ? (selected ?? "") : "");
  return info.resource
    ? { verb, group, version, resource: plural, subresource, namespace, name }
    : { verb, path };
}

function refusal(info: RequestInfo, message: string): StatusError {
  const { resource, name, group, plural } = info;
  return new StatusError(
    403,
    "Forbidden",
    message,
    resource ? { ...(name && { name }), ...(group && { group }), kind: plural } : {},
  );
}

function authorize(backend: Backend, { info, user, query }: RequestContext): void {
  const attributes = attributesOf(info, query);
  const { allowed, reason } = backend.access.authorize(user, attributes);
  if (!allowed) throw refusal(info, forbiddenMessage(user, attributes, reason));
}

const HEALTH = new Set(["/healthz", "/readyz", "/livez"]);

function servePath(backend: Backend, context: RequestContext): void {
  const { path } = context.info;
  const { registry, openapi } = backend;
  // The list of groups is written by a handler that does not look at the method.
  if (context.request.method !== "GET" && context.request.method !== "HEAD" && path !== "/apis")
    throw methodNotAllowed();
  const accept = context.request.headers.accept ?? "";
  const parts = path.split("/").filter(Boolean);
  if (HEALTH.has(path) || HEALTH.has(`/${parts[0]}`)) {
    if (path.startsWith("/readyz")) backend.store.check();
    send(context, 200, "ok", "text/plain; charset=utf-8");
  } else if (path === "/version") send(context, 200, versionOf(registry.kubernetes));
  else if (path === "/")
    send(context, 200, {
      paths: ["/api", "/apis", "/healthz", "/livez", "/openapi/v3", "/readyz", "/version"],
    });
  else if (parts[0] === "openapi" && parts[1] === "v3") {
    if (parts.length === 2) {
      send(context, 200, openapi.index(), "text/plain; charset=utf-8");
      return;
    }
    const apiVersion = parts.slice(3).join("/");
    const found = parts[2] === (apiVersion.includes("/") ? "apis" : "api") && openapi.document(apiVersion);
    if (!found) throw new NoSuchPath("");
    context.response.setHeader("Etag", `"${found.hash}"`);
    send(context, 200, found.text);
  } else if (path === "/api" || path === "/apis") {
    const version = /g=apidiscovery\.k8s\.io;v=(v2(?:beta1)?);as=APIGroupDiscoveryList/.exec(accept)?.[1];
    if (version) {
      const type = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
      send(context, 200, aggregated(registry, path === "/api", version), type);
    } else if (path === "/api") send(context, 200, apiVersions(context.request.headers.host ?? ""));
    else send(context, 200, apiGroupList(registry));
  } else if (parts[0] === "apis" && parts.length === 2 && registry.versionsOf(parts[1] ?? "").length > 0) {
    send(context, 200, { kind: "APIGroup", apiVersion: "v1", ...apiGroup(registry, parts[1] ?? "") });
  } else {
    const apiVersion = parts.slice(1).join("/");
    const found = (parts[0] === "api") === !apiVersion.includes("/") && apiResourceList(registry, apiVersion);
    if (!found || !["api", "apis"].includes(parts[0] ?? "")) {
      const group = parts[0] === "api" && parts.length === 2 ? "" : (parts[1] ?? "");
      const known = parts.length >= 2 && registry.inGroup(group).some((type) => !type.custom);
      throw known && ["api", "apis"].includes(parts[0] ?? "") ? noSuchResource() : new NoSuchPath();
    }
    send(context, 200, found);
  }
}

function versionOf(gitVersion: string) {
  const [, major, minor] = /^v(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  return {
    major,
    minor,
    gitVersion: `${gitVersion}+sandbox`,
    platform: `${process.platform}/${process.arch}`,
  };
}

async function serveResource(backend: Backend, context: RequestContext): Promise<void> {
  const { info } = context;
  const type = backend.registry.get(info.group, info.version, info.plural);
  if (type) {
    negotiate(
      context.request.headers.accept,
      info.verb,
      `${type.group.split(".")[0] || "core"}.${type.listKind}`,
    );
    const deprecated = DEPRECATED[type.storage];
    if (deprecated) context.warnings.push(deprecated);
  }
  if (!type) throw servedAtAll(backend, info) ? noSuchResource() : new NoSuchPath();
  if (!type.namespaced && info.namespace && !(info.plural === "namespaces" && info.name === info.namespace))
    throw noSuchResource();
  if (type.namespaced && !info.namespace && info.name) throw noSuchResource();
  if (type.namespaced && !info.namespace && !ACROSS_NAMESPACES.has(info.verb)) throw methodNotAllowed();
  if (info.subresource) {
    const subresource = type.subresources.get(info.subresource);
    if (!subresource) throw noSuchResource();
    if (!subresource.verbs.includes(info.verb)) throw methodNotAllowed();
  } else if (!type.verbs.includes(info.verb)) throw methodNotAllowed();
  else if (!info.name && (info.verb === "update" || info.verb === "patch")) throw methodNotAllowed();
  else if (info.name && info.verb === "create") throw methodNotAllowed();
  const served = await serveSubresource(
    backend,
    type,
    context,
    () => readWritten(backend, type, context),
    () => writeOptions(context),
  );
  if (!served) await VERBS[info.verb]?.(backend, type, context);
}

const DEPRECATED: Record<string, string> = {
  endpoints: "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
  componentstatuses: "v1 ComponentStatus is deprecated in v1.19+",
};

/** A group and version that the server knows; whatever is asked below others is nobody's path. */
function servedAtAll({ registry }: Backend, { group, version }: RequestInfo): boolean {
  // Below a group of built-in kinds somebody answers for every version, though only to say that there is none.
  return group === ""
    ? version !== ""
    : registry.inGroupVersion(groupVersion(group, version)) !== undefined ||
        registry.inGroup(group).some((type) => !type.custom);
}

/** What may be asked of a namespaced kind without naming a namespace. Reviews are of no namespace at all. */
const ACROSS_NAMESPACES = new Set(["list", "watch"]);

/** Kinds whose deletion is answered with the object that was deleted; others with a Status. */
const ANSWERED_WITH_OBJECT = new Set([
  "persistentvolumeclaims",
  "persistentvolumes",
  "pods",
  "podtemplates",
  "resourcequotas",
  "serviceaccounts",
  "services",
]);

type Handler = (backend: Backend, type: ResourceType, context: RequestContext) => void | Promise<void>;

const VERBS: Record<string, Handler> = {
  get: getObject,
  list: listObjects,
  watch: watchObjects,
  async create(backend, type, context) {
    const object = await readWritten(backend, type, context);
    const answered = review(backend, type, object, context);
    if (answered) {
      send(context, 201, answered);
      return;
    }
    await answer(backend, type, context, createObject(backend, type, object, writeOptions(context)));
  },
  async update(backend, type, context) {
    const object = await readWritten(backend, type, context);
    await answer(backend, type, context, updateObject(backend, type, object, writeOptions(context)));
  },
  async patch(backend, type, context) {
    await answer(backend, type, context, await patchObject(backend, type, context, writeOptions(context)));
  },
  async delete(backend, type, context) {
    const options = await readDeleteOptions(context, (apiVersion, kind) =>
      backend.openapi.nameOf(apiVersion, kind),
    );
    const { object, gone } = deleteObject(backend, type, context.info.namespace, context.info.name, options);
    await backend.store.committed();
    if (!gone || ANSWERED_WITH_OBJECT.has(type.storage)) {
      send(context, 200, object);
      return;
    }
    const details = {
      name: object.metadata.name,
      ...(type.group && { group: type.group }),
      kind: type.plural,
    };
    send(context, 200, success({ ...details, uid: object.metadata.uid }));
  },
  async deletecollection(backend, type, context) {
    const options = await readDeleteOptions(context, (apiVersion, kind) =>
      backend.openapi.nameOf(apiVersion, kind),
    );
    const filter = filterOf(type, context);
    const namespace = type.namespaced && context.info.namespace ? context.info.namespace : undefined;
    const items: KubeObject[] = [];
    for (const entry of [...backend.store.list(type.storage, namespace)]) {
      if (filter && !filter(entry)) continue;
      const { object } = deleteObject(backend, type, entry.namespace, entry.name, options);
      const { apiVersion: _apiVersion, kind: _kind, ...rest } = object;
      items.push(type.custom ? object : (rest as KubeObject));
    }
    await backend.store.committed();
    const metadata = {
      resourceVersion: String(backend.store.revision),
      ...(type.custom && { continue: "" }),
    };
    send(context, 200, {
      kind: type.listKind,
      apiVersion: groupVersion(type.group, type.version),
      metadata,
      items,
    });
  },
};

/** Reads an object to write and holds it against the path. Throws 400 when they name different things. */
async function readWritten(
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

/** Answers a write once it is durable. */
export async function answer(
  backend: Backend,
  type: ResourceType,
  context: RequestContext,
  written: Written,
): Promise<void> {
  const { object, entry, created } = written;
  if (entry) await backend.store.committed();
  if (entry) sendEntry(backend, type, context, created ? 201 : 200, entry);
  else send(context, created ? 201 : 200, object);
}
