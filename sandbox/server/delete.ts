import type { Entry } from "../store/store.ts";
import { type Backend, parse } from "./cluster.ts";
import { rulesOf } from "./kinds/index.ts";
import { at, isFields, type KubeObject, timestamp } from "./objects.ts";
import { checkOptions } from "./options.ts";
import type { ResourceType } from "./registry.ts";
import { isTrue, type KindNames, type RequestContext, readObject } from "./request.ts";
import { badRequest, conflict, forbidden, invalid, notFound } from "./status.ts";

export type PropagationPolicy = "Background" | "Foreground" | "Orphan";

export interface DeleteOptions {
  policy?: PropagationPolicy;
  graceSeconds?: number;
  uid?: string;
  resourceVersion?: string;
  dryRun: boolean;
  now: Date;
}

const UNDELETABLE = new Set(["default", "kube-system", "kube-public"]);
const FOREGROUND = "foregroundDeletion";
const ORPHAN = "orphan";

/** Reads the options of a DELETE from its body and query. Throws 400 when they contradict each other. */
export async function readDeleteOptions(context: RequestContext, nameOf: KindNames): Promise<DeleteOptions> {
  const { query, request } = context;
  const empty = request.headers["content-length"] === undefined && !request.headers["transfer-encoding"];
  const body =
    empty || request.headers["content-length"] === "0" ? {} : (await readObject(request, nameOf)).object;
  const orphan = query.has("orphanDependents")
    ? isTrue(query.get("orphanDependents"))
    : body.orphanDependents;
  let policy = (query.get("propagationPolicy") ?? body.propagationPolicy ?? undefined) as
    | PropagationPolicy
    | undefined;
  const refuse = (field: string, errorType: string, message: string) =>
    invalid({ group: "meta.k8s.io", kind: "DeleteOptions" }, "", [{ type: errorType, field, message }]);
  if (policy && orphan !== undefined)
    throw refuse(
      "propagationPolicy",
      "FieldValueInvalid",
      `Invalid value: ${JSON.stringify(policy)}: orphanDependents and deletionPropagation cannot be both set`,
    );
  if (policy && !["Background", "Foreground", "Orphan"].includes(policy))
    throw refuse(
      "propagationPolicy",
      "FieldValueNotSupported",
      `Unsupported value: ${JSON.stringify(policy)}: supported values: "Foreground", "Background", "Orphan", "nil"`,
    );
  checkOptions("delete", "", query);
  const seconds = query.get("gracePeriodSeconds") ?? "";
  if (!/^[-+]?\d*$/.test(seconds))
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(seconds)}: invalid syntax`);
  if (body.kind !== undefined && body.kind !== "DeleteOptions")
    throw badRequest(
      `no kind ${JSON.stringify(body.kind)} is registered for version ${JSON.stringify(body.apiVersion)} in scheme "pkg/runtime/scheme.go:111"`,
    );
  if (typeof orphan === "boolean") policy = orphan ? "Orphan" : "Background";
  const grace = query.get("gracePeriodSeconds") ?? body.gracePeriodSeconds;
  const preconditions = isFields(body.preconditions) ? body.preconditions : {};
  return {
    policy,
    ...(grace !== undefined && grace !== null && { graceSeconds: Number(grace) }),
    ...(typeof preconditions.uid === "string" && { uid: preconditions.uid }),
    ...(typeof preconditions.resourceVersion === "string" && {
      resourceVersion: preconditions.resourceVersion,
    }),
    dryRun: query.get("dryRun") === "All" || (Array.isArray(body.dryRun) && body.dryRun.includes("All")),
    now: context.now,
  };
}

export interface Deleted {
  object: KubeObject;
  /** False while finalizers or a grace period keep the object. */
  gone: boolean;
}

/** Deletes an object, or marks it for deletion while something holds it. Throws 404, or 409 for a precondition. */
export function deleteObject(
  backend: Backend,
  type: ResourceType,
  namespace: string,
  name: string,
  options: DeleteOptions,
): Deleted {
  const entry = backend.store.get(type.storage, type.namespaced ? namespace : "", name);
  if (!entry) throw notFound(type, name);
  return deleteEntry(backend, type, entry, options);
}

export function deleteEntry(
  backend: Backend,
  type: ResourceType,
  entry: Entry,
  options: DeleteOptions,
): Deleted {
  const object = parse(type, entry);
  const { metadata } = object;
  checkPreconditions(type, object, options);
  if (type.storage === "namespaces" && UNDELETABLE.has(metadata.name))
    throw forbidden(type, metadata.name, "this namespace may not be deleted");
  const before = JSON.stringify(metadata);
  const finalizers = new Set(metadata.finalizers ?? []);
  if (options.policy) {
    finalizers.delete(FOREGROUND);
    finalizers.delete(ORPHAN);
    if (options.policy === "Foreground") finalizers.add(FOREGROUND);
    if (options.policy === "Orphan") finalizers.add(ORPHAN);
  }
  if (finalizers.size > 0) metadata.finalizers = [...finalizers];
  else delete metadata.finalizers;
  const grace = graceOf(type, object, options);
  const held = finalizers.size > 0 || grace > 0 || (rulesOf(type).holds?.(object) ?? false);
  if (!held) {
    if (type.storage === "pods" && !metadata.deletionTimestamp) {
      if (metadata.generation !== undefined) metadata.generation += 1;
      metadata.deletionTimestamp = timestamp(options.now);
    }
    if (type.storage === "pods") metadata.deletionGracePeriodSeconds = 0;
    if (!options.dryRun) backend.store.remove(type.storage, object);
    return { object, gone: true };
  }
  if (!metadata.deletionTimestamp || grace < (metadata.deletionGracePeriodSeconds ?? 0)) {
    const own = OWN_DELETION.has(type.storage);
    if (!metadata.deletionTimestamp && metadata.generation !== undefined && !own) metadata.generation += 1;
    metadata.deletionTimestamp = timestamp(new Date(options.now.getTime() + grace * 1000));
    if (!own) metadata.deletionGracePeriodSeconds = grace;
    if (type.storage === "namespaces") object.status = { ...(object.status as object), phase: "Terminating" };
  }
  if (!options.dryRun && JSON.stringify(metadata) !== before) backend.store.put(type.storage, object);
  return { object, gone: false };
}

/** Kinds that are deleted in a way of their own, without a grace period. */
const OWN_DELETION = new Set(["namespaces", "apiextensions.k8s.io/customresourcedefinitions"]);

/** Seconds that a pod on a node is given to end; nothing else has a grace period. */
function graceOf(type: ResourceType, object: KubeObject, options: DeleteOptions): number {
  if (type.storage !== "pods") return 0;
  if (!at(object, "spec", "nodeName")) return 0;
  const phase = at(object, "status", "phase");
  if (phase === "Failed" || phase === "Succeeded") return 0;
  const own = at(object, "spec", "terminationGracePeriodSeconds");
  const seconds = options.graceSeconds ?? (typeof own === "number" ? own : 30);
  return Math.max(0, Math.min(seconds, object.metadata.deletionGracePeriodSeconds ?? seconds));
}

function checkPreconditions(type: ResourceType, { metadata }: KubeObject, options: DeleteOptions): void {
  if (options.uid && options.uid !== metadata.uid) {
    throw conflict(
      { group: type.group, plural: type.kind },
      metadata.name,
      `the UID in the precondition (${options.uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    );
  }
  if (options.resourceVersion && options.resourceVersion !== metadata.resourceVersion) {
    throw conflict(
      { group: type.group, plural: type.kind },
      metadata.name,
      `the ResourceVersion in the precondition (${options.resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`,
    );
  }
}
