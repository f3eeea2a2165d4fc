import { type Cluster, isConflict, isNotFound } from "../cluster/index.ts";
import type { KubernetesObject, ObjectReference } from "../model/kubernetes.ts";
import { ProblemError } from "../model/problem.ts";
import { FIELD_MANAGER } from "../model/resources.ts";
import { drifted } from "./compare.ts";
import { isOurs, notOurs, type Owner } from "./ownership.ts";
import { textAt } from "./paths.ts";
import { referenceKey, referenceOf } from "./references.ts";
import { refusalOf } from "./refusal.ts";

/** What applying one object would do. */
export interface Inspection {
  object: KubernetesObject;
  reference: ObjectReference;
  operation: "create" | "change" | "unchanged";
  live?: KubernetesObject;
  /** The object as it would become; absent when its kind or namespace is not there yet. */
  merged?: KubernetesObject;
  problem?: ProblemError;
  /** A Job whose template changed: Jobs cannot be changed, so it is deleted and made again. */
  replace?: boolean;
}

export interface InspectOptions {
  owner: Owner;
  /** Keys (`referenceKey`) of what the owner has recorded as its own. */
  recorded?: ReadonlySet<string>;
  /** Objects that cannot be tried yet because a kind or namespace comes along with them. */
  untried?: (object: KubernetesObject) => boolean;
}

const CONCURRENCY = 16;

/**
 * Tries every object with a server-side dry run and compares: nothing is written. Refusals are reported per object in
 * `problem`; faults that pass by themselves are thrown.
 */
export async function inspect(
  cluster: Cluster,
  objects: readonly KubernetesObject[],
  options: InspectOptions,
): Promise<Inspection[]> {
  const roles = new Set(objects.filter(({ kind }) => /^(Cluster)?Role$/.test(kind)).map(roleKey));
  return inParallel(objects, CONCURRENCY, (object) => inspectOne(cluster, object, options, roles));
}

async function inspectOne(
  cluster: Cluster,
  object: KubernetesObject,
  { owner, recorded, untried }: InspectOptions,
  roles: ReadonlySet<string>,
): Promise<Inspection> {
  const reference = referenceOf(object);
  if (untried?.(object)) return { object, reference, operation: "create" };
  let live: KubernetesObject | undefined;
  try {
    live = await cluster.find<KubernetesObject>(reference);
    if (live && !isOurs(live, owner, recorded?.has(referenceKey(reference)) ?? false))
      return { object, reference, operation: "change", live, problem: notOurs(reference) };
    const merged = await applyOnce(cluster, object, { live, dryRun: true });
    if (!live) return { object, reference, operation: "create", merged };
    return { object, reference, operation: drifted(live, merged) ? "change" : "unchanged", live, merged };
  } catch (error) {
    // The API server looks up a binding's role, which a dry run has not left behind; its rules were tried themselves.
    if (isNotFound(error) && roles.has(roleKeyOf(object)))
      return { object, reference, operation: live ? "change" : "create", ...(live ? { live } : {}) };
    const refusal = refusalOf(error, reference);
    if (!(refusal instanceof ProblemError)) throw refusal;
    if (live && object.kind === "Job" && refusal.message.includes("field is immutable"))
      return { object, reference, operation: "change", live, merged: object, replace: true };
    return {
      object,
      reference,
      operation: live ? "change" : "create",
      ...(live ? { live } : {}),
      problem: refusal,
    };
  }
}

function roleKey({ kind, metadata }: KubernetesObject): string {
  return `${kind}/${metadata.name}`;
}

/** The role that a binding gives; an empty key for anything else. */
function roleKeyOf(object: KubernetesObject): string {
  if (!/^(Cluster)?RoleBinding$/.test(object.kind)) return "";
  return `${textAt(object, "roleRef.kind")}/${textAt(object, "roleRef.name")}`;
}

/**
 * One server-side apply. Where nothing was there, it is not forced: whoever made the object meanwhile keeps it.
 * @throws ProblemError `not-ours` then
 */
export async function applyOnce(
  cluster: Cluster,
  object: KubernetesObject,
  { live, dryRun = false }: { live: KubernetesObject | undefined; dryRun?: boolean },
): Promise<KubernetesObject> {
  try {
    return await cluster.apply(object, { fieldManager: FIELD_MANAGER, force: live !== undefined, dryRun });
  } catch (error) {
    if (isConflict(error) && !live) throw notOurs(referenceOf(object));
    if (isNotFound(error)) await cluster.discovery.refresh();
    throw error;
  }
}

/** Runs `work` on every item, at most `limit` at a time; the results keep the order of the items. */
export async function inParallel<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}
