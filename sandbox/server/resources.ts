import type { Backend } from "./cluster.ts";
import { deleteObject, readDeleteOptions } from "./delete.ts";
import { groupVersion, type KubeObject } from "./objects.ts";
import { writeOptions } from "./options.ts";
import { patchObject } from "./patch.ts";
import { filterOf, getObject, listObjects, sendEntry } from "./read.ts";
import { readWritten } from "./read-written.ts";
import type { ResourceType } from "./registry.ts";
import type { RequestContext, RequestInfo } from "./request.ts";
import { send, success } from "./respond.ts";
import { review } from "./reviews.ts";
import { methodNotAllowed, NoSuchPath, noSuchResource } from "./status.ts";
import { serveSubresource } from "./subresources.ts";
import { negotiate } from "./table.ts";
import { watchObjects } from "./watch.ts";
import { createObject, updateObject, type Written } from "./write.ts";

/** Answers one request for a resource by its verb, once the kind and its verbs are known to be served. Throws a StatusError. */
export async function serveResource(backend: Backend, context: RequestContext): Promise<void> {
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

/** Answers a write once it is durable. */
async function answer(
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
