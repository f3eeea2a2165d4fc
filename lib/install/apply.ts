import { setTimeout as delay } from "node:timers/promises";
import { ApiError, type Cluster, isNotFound } from "../cluster/index.ts";
import type { KubernetesObject, ObjectReference } from "../model/kubernetes.ts";
import { ProblemError } from "../model/problem.ts";
import { because } from "../model/reasons.ts";
import { healthOf } from "./health.ts";
import { applyOnce, type Inspection, inParallel, inspect } from "./inspect.ts";
import { inApplyOrder } from "./order.ts";
import type { Owner } from "./ownership.ts";
import { listAt, textAt } from "./paths.ts";
import { referenceOf } from "./references.ts";
import { refusalOf } from "./refusal.ts";

export type ApplyOperation = "created" | "configured" | "unchanged";

export interface Applied {
  reference: ObjectReference;
  operation: ApplyOperation;
  /** The object as the cluster has it now. */
  object: KubernetesObject;
}

export interface ApplyOptions {
  owner: Owner;
  recorded?: ReadonlySet<string>;
  signal?: AbortSignal;
  /** How long a new kind may take until it is served; default 30 s. */
  servedWithinMs?: number;
}

const CONCURRENCY = 16;

/**
 * Writes what the inspections found missing or drifted, rank by rank; within a rank all at once.
 * @throws ProblemError of the first object that is refused; other faults are thrown as they are
 */
export async function applyInspected(
  cluster: Cluster,
  inspections: readonly Inspection[],
  options: ApplyOptions,
): Promise<Applied[]> {
  const refused = inspections.find(({ problem }) => problem);
  if (refused?.problem) throw refused.problem;
  const found = new Map(inspections.map((inspection) => [inspection.object, inspection]));
  const applied: Applied[] = [];
  for (const rank of inApplyOrder(inspections.map(({ object }) => object))) {
    options.signal?.throwIfAborted();
    const done = await inParallel(rank, CONCURRENCY, (object) =>
      write(cluster, found.get(object), object, options),
    );
    applied.push(...done);
    await untilServed(
      cluster,
      done.filter(({ object }) => object.kind === "CustomResourceDefinition"),
      options,
    );
  }
  return applied;
}

/** Inspects and applies rank by rank, for manifests that bring their own kinds and namespaces. */
export async function applyInStages(
  cluster: Cluster,
  objects: readonly KubernetesObject[],
  options: ApplyOptions,
): Promise<Applied[]> {
  const applied: Applied[] = [];
  for (const rank of inApplyOrder(objects)) {
    const inspections = await inspect(cluster, rank, options);
    applied.push(...(await applyInspected(cluster, inspections, options)));
  }
  return applied;
}

async function write(
  cluster: Cluster,
  inspection: Inspection | undefined,
  object: KubernetesObject,
  options: ApplyOptions,
): Promise<Applied> {
  const reference = referenceOf(object);
  if (inspection?.operation === "unchanged" && inspection.live)
    return { reference, operation: "unchanged", object: inspection.live };
  try {
    if (inspection?.replace && inspection.live)
      await cluster.delete(reference, { propagationPolicy: "Background", uid: inspection.live.metadata.uid });
    const live = inspection?.replace ? undefined : inspection?.live;
    const now = await whileBusy(() => applyOnce(cluster, object, { live }), options.signal);
    return { reference, operation: inspection?.live ? "configured" : "created", object: now };
  } catch (error) {
    throw refusalOf(error, reference);
  }
}

/** A new kind's resources answer 429 for about two seconds after it is established. */
async function whileBusy<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const until = performance.now() + 15_000;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const busy = error instanceof ApiError && error.status === 429 && performance.now() < until;
      if (!busy) throw error;
      await delay((error.retryAfterSeconds ?? 1) * 1000, undefined, { signal });
    }
  }
}

/**
 * Waits, by watching, until each definition is established and its kind is discovered and, unless it is to be left
 * `unasked`, answers a list.
 */
export async function untilServed(
  cluster: Cluster,
  definitions: readonly Applied[],
  options: Pick<ApplyOptions, "servedWithinMs" | "signal"> & { unasked?: boolean },
): Promise<void> {
  const limit = options.servedWithinMs ?? 30_000;
  const fresh = definitions.filter(
    ({ object, operation }) => operation !== "unchanged" || !isEstablished(object),
  );
  await Promise.all(fresh.map(({ object }) => untilEstablished(cluster, object, limit, options.signal)));
  if (fresh.length > 0) await cluster.discovery.refresh();
  for (const { object } of fresh) {
    const version = listAt(object, "spec.versions").find((each) => each !== null);
    const apiVersion = `${textAt(object, "spec.group")}/${textAt(version, "name")}`;
    const kind = textAt(object, "spec.names.kind") ?? "";
    await whileBusy(async () => {
      if (await cluster.discovery.find(apiVersion, kind)) {
        if (!options.unasked) await cluster.list({ apiVersion, kind, limit: 1 });
        return;
      }
      throw new ApiError(429, `${kind} is not discovered yet`);
    }, options.signal);
  }
}

function isEstablished(definition: KubernetesObject): boolean {
  return healthOf(definition).status === "Current";
}

async function untilEstablished(
  cluster: Cluster,
  definition: KubernetesObject,
  limitMs: number,
  signal?: AbortSignal,
): Promise<void> {
  const stop = AbortSignal.any([AbortSignal.timeout(limitMs), ...(signal ? [signal] : [])]);
  let state: KubernetesObject | undefined = await cluster.find<KubernetesObject>(referenceOf(definition));
  if (!state) return;
  try {
    if (isEstablished(state)) return;
    const { apiVersion, kind, metadata } = state;
    const fieldSelector = `metadata.name=${metadata.name}`;
    for await (const event of cluster.watch<KubernetesObject>(
      { apiVersion, kind, fieldSelector, resourceVersion: metadata.resourceVersion ?? "" },
      stop,
    )) {
      if (event.type === "ERROR" || event.type === "BOOKMARK") break;
      state = event.object;
      if (isEstablished(state)) return;
    }
  } catch (error) {
    if (!stop.aborted && !isNotFound(error)) throw error;
  }
  signal?.throwIfAborted();
  const last = healthOf((await cluster.find<KubernetesObject>(referenceOf(definition))) ?? definition);
  if (last.status !== "Current")
    throw new ProblemError(
      "rejected-by-cluster",
      `${definition.metadata.name} was not accepted: ${last.message}`,
      because("definition-refused", { name: definition.metadata.name, text: last.message }),
    );
}
