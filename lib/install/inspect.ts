import { ApiError, type Cluster, isConflict, isNotFound } from "../cluster/index.ts";
import { isStoppedByBudget } from "../model/budget-stop.ts";
import type { KubernetesObject, ObjectReference } from "../model/kubernetes.ts";
import { ProblemError } from "../model/problem.ts";
import { FIELD_MANAGER } from "../model/resources.ts";
import { drifted } from "./compare.ts";
import { isHeld } from "./held.ts";
import { isOurs, notOurs, type Owner } from "./ownership.ts";
import { textAt } from "./paths.ts";
import { referenceKey, referenceOf } from "./references.ts";
import { refusalOf } from "./refusal.ts";
import { atScale } from "./suspend.ts";

/** What applying one object would do. */
export interface Inspection {
  /** As it is to be applied, in view of what is there. */
  object: KubernetesObject;
  reference: ObjectReference;
  operation: "create" | "change" | "unchanged";
  live?: KubernetesObject;
  /** The object as it would become; absent when its kind or namespace is not there yet. */
  merged?: KubernetesObject;
  problem?: ProblemError;
  /** It cannot be changed as wanted, so it is deleted and made again: a Job, or what somebody agreed to. */
  replace?: boolean;
}

export interface InspectOptions {
  owner: Owner;
  /** Keys (`referenceKey`) of what the owner has recorded as its own. */
  recorded?: ReadonlySet<string>;
  /** Objects that cannot be tried yet because a kind or namespace comes along with them. */
  untried?: (object: KubernetesObject) => boolean;
  /** Whether the owner is stopped: its workloads have no pods then. */
  suspended?: boolean;
  /** Objects (`Kind/name`) that may be deleted and made anew where a field of theirs cannot be changed. */
  recreate?: ReadonlySet<string>;
  /** What a watch has brought of an object: where it shows already that nothing is to be done, nobody is asked. */
  followed?: (reference: ObjectReference) => KubernetesObject | undefined;
}

const CONCURRENCY = 16;

/**
 * Compares every object with what is there, by its managed fields where they tell enough and else by a server-side dry
 * run: nothing is written. Refusals are reported per object in `problem`; faults that pass by themselves are thrown.
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
  given: KubernetesObject,
  { owner, recorded, untried, followed, suspended = false, recreate }: InspectOptions,
  roles: ReadonlySet<string>,
): Promise<Inspection> {
  const reference = referenceOf(given);
  const seen = followed?.(reference);
  let object = atScale(given, seen, suspended);
  if (untried?.(object)) return { object, reference, operation: "create" };
  const ours = (each: KubernetesObject) =>
    isOurs(each, owner, recorded?.has(referenceKey(reference)) ?? false);
  const unchanged = (each: KubernetesObject): Inspection => ({
    object,
    reference,
    operation: "unchanged",
    live: each,
    merged: each,
  });
  // Its provider's action has stopped it, and starts it as it was.
  const stays = (each: KubernetesObject) => suspended && isStoppedByBudget(each);
  if (seen && ours(seen) && (isHeld(object, seen) || stays(seen))) return unchanged(seen);
  if (!seen && !recorded?.has(referenceKey(reference))) {
    const merged = await asNew(cluster, object);
    if (merged) return { object, reference, operation: "create", merged };
  }
  let live: KubernetesObject | undefined;
  try {
    live = await cluster.find<KubernetesObject>(reference);
    if (live && !ours(live))
      return { object, reference, operation: "change", live, problem: notOurs(reference) };
    object = atScale(given, live, suspended);
    if (live && (isHeld(object, live) || stays(live))) return unchanged(live);
    const merged = await applyOnce(cluster, object, { live, dryRun: true });
    if (!live) return { object, reference, operation: "create", merged };
    return { object, reference, operation: drifted(live, merged) ? "change" : "unchanged", live, merged };
  } catch (error) {
    // The API server looks up a binding's role, which a dry run has not left behind; its rules were tried themselves.
    if (isNotFound(error) && roles.has(roleKeyOf(object)))
      return { object, reference, operation: live ? "change" : "create", ...(live ? { live } : {}) };
    const refusal = refusalOf(error, reference);
    if (!(refusal instanceof ProblemError)) throw refusal;
    if (live && refusal.code === "immutable-field" && mayReplace(reference, recreate))
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

/** A Job is its run. What holds data is never deleted for the sake of a field. */
function mayReplace({ kind, name }: ObjectReference, recreate: ReadonlySet<string> | undefined): boolean {
  return kind === "Job" || (kind !== "PersistentVolumeClaim" && recreate?.has(`${kind}/${name}`) === true);
}

/**
 * What a dry run would make where nothing is yet: only what is stored has a resource version. Undefined when something is
 * there, or when it cannot be told; asking for the object will.
 */
async function asNew(cluster: Cluster, object: KubernetesObject): Promise<KubernetesObject | undefined> {
  try {
    const merged = await applyOnce(cluster, object, { live: undefined, dryRun: true });
    return merged.metadata.resourceVersion ? undefined : merged;
  } catch (error) {
    if (error instanceof ProblemError || (error instanceof ApiError && error.status >= 400)) return undefined;
    throw error;
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
    // Not the object that it refers to: the kind itself has gone.
    if (isNotFound(error) && !error.body?.details?.name) await cluster.discovery.refresh();
    throw error;
  }
}

/**
 * Runs `work` on every item, at most `limit` at a time; the results keep the order of the items. After a failure nothing
 * more is begun, and it is thrown once what was under way has ended.
 */
export async function inParallel<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  let failed = false;
  const worker = async () => {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        results[index] = await work(items[index] as T);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(limit, items.length) }, worker));
  for (const each of ended) if (each.status === "rejected") throw each.reason;
  return results;
}
