import type { Entry } from "../store/store.ts";
import { type Backend, parse } from "./cluster.ts";
import { rulesOf } from "./kinds/index.ts";
import { at, isFields, type KubeObject, timestamp } from "./objects.ts";
import type { ResourceType } from "./registry.ts";
import { isTrue, type KindNames, type RequestContext, readObject } from "./request.ts";
import { badRequest, conflict, notFound } from "./status.ts";

export type PropagationPolicy = "Background" | "Foreground" | "Orphan";

export interface DeleteOptions {
  policy?: PropagationPolicy;
  graceSeconds?: number;
  uid?: string;
  resourceVersion?: string;
  dryRun: boolean;
  now: Date;
}

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
  if (policy && !["Background", "Foreground", "Orphan"].includes(policy)) {
    throw badRequest(`invalid propagationPolicy: ${policy}`);
  }
  if (policy && orphan !== undefined)
    throw badRequest("only one of orphanDependents and propagationPolicy may be set");
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
    if (!options.dryRun) backend.store.remove(type.storage, object);
    return { object, gone: true };
  }
  if (!metadata.deletionTimestamp || grace < (metadata.deletionGracePeriodSeconds ?? 0)) {
    if (!metadata.deletionTimestamp && metadata.generation !== undefined) metadata.generation += 1;
    metadata.deletionTimestamp = timestamp(new Date(options.now.getTime() + grace * 1000));
    metadata.deletionGracePeriodSeconds = grace;
  }
  if (!options.dryRun && JSON.stringify(metadata) !== before) backend.store.put(type.storage, object);
  return { object, gone: false };
}

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
      type,
      metadata.name,
      `Precondition failed: ResourceVersion in precondition: ${options.resourceVersion}, ResourceVersion in object meta: ${metadata.resourceVersion}`,
    );
  }
}
