import {
  type AnyObject,
  type ApiObject,
  type Cluster,
  Informer,
  isConflict,
  isForbidden,
  isNotFound,
  WorkQueue,
} from "../../lib/cluster/index.ts";
import type { Pod, StatefulSet } from "../workloads/types.ts";

/** What simulated operators share. They know the API server and nothing else. */
export interface OperatorContext {
  cluster: Cluster;
  /** Milliseconds that something takes here which takes `ms` in life. */
  pace(ms: number): number;
  pods: Informer<Pod>;
  statefulSets: Informer<StatefulSet>;
  onError: (error: unknown) => void;
  /** What `ensure` wrote lately, so that nothing is written twice; emptied per namespace when an instance goes. */
  applied: Map<string, { hash: string; at: number }>;
}

/** A custom resource as an operator reads it. */
export interface Instance extends ApiObject {
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
}

export interface Running {
  stop(): Promise<void>;
}

/** A third-party operator that the simulation stands in for. */
export interface SimulatedOperator {
  name: string;
  /** Container images of the real one: it is at work while a pod of such an image is ready. */
  images: RegExp;
  start(context: OperatorContext): Running;
}

type Requeue = { requeueAfterMs: number } | undefined;

/** How long what was written is trusted; after that it is compared with the cluster again. */
export const RESYNC_MS = 60_000;

/**
 * Follows the objects of one kind and reconciles each when it, one of its StatefulSets or one of its pods changes.
 * `instanceOf` names the instance that a workload belongs to; `removed` is told of objects that are gone.
 */
export function follow<T extends Instance>(
  context: OperatorContext,
  type: { apiVersion: string; kind: string },
  instanceOf: (workload: ApiObject) => string | undefined,
  reconcile: (instance: T) => Promise<Requeue>,
  removed?: (instance: T) => Promise<void>,
): Running {
  const { pods, statefulSets, onError } = context;
  const informer = new Informer<T>(context.cluster, type, { onError });
  const gone = new Map<string, T>();
  const queue = new WorkQueue({
    concurrency: 4,
    baseDelayMs: 50,
    maxDelayMs: 10_000,
    onError: (error) => {
      if (!isConflict(error)) onError(error);
    },
    process: async (key) => {
      await Promise.all([informer.synced, pods.synced, statefulSets.synced]);
      const [namespace, name = ""] = key.split("/");
      const instance = informer.get(namespace, name);
      if (!instance || instance.metadata.deletionTimestamp) {
        for (const each of context.applied.keys())
          if (each.startsWith(`${namespace}/`)) context.applied.delete(each);
      }
      if (!instance) {
        const last = gone.get(key);
        if (last) await removed?.(last);
        gone.delete(key);
        return undefined;
      }
      try {
        return (await reconcile(instance)) ?? { requeueAfterMs: RESYNC_MS };
      } catch (error) {
        // The namespace is being deleted: its objects go without our help.
        if (isForbidden(error) && error.message.includes("being terminated")) return undefined;
        if (isNotFound(error)) return { requeueAfterMs: context.pace(1_000) };
        throw error;
      }
    },
  });
  const key = (object: ApiObject, name = object.metadata.name) => `${object.metadata.namespace}/${name}`;
  const wake = (workload: ApiObject) => {
    const name = instanceOf(workload);
    if (name) queue.add(key(workload, name));
  };
  const stops = [
    informer.subscribe(({ type: change, object }) => {
      if (change === "deleted") gone.set(key(object), object);
      else gone.delete(key(object));
      queue.add(key(object));
    }),
    pods.subscribe(({ object }) => wake(object)),
    statefulSets.subscribe(({ object }) => wake(object)),
  ];
  informer.start();
  return {
    async stop() {
      for (const stop of stops) stop();
      informer.stop();
      await queue.stop();
    },
  };
}

/** Merges fields into the status, if they differ. Undefined values are left alone. */
export async function report(
  context: OperatorContext,
  instance: Instance,
  status: Record<string, unknown>,
): Promise<void> {
  const known = instance.status ?? {};
  const changed = Object.entries(status).some(
    ([field, value]) => value !== undefined && JSON.stringify(known[field]) !== JSON.stringify(value),
  );
  if (!changed) return;
  const { apiVersion, kind, metadata } = instance;
  const ref = { apiVersion, kind, name: metadata.name, namespace: metadata.namespace };
  const options = { type: "merge", subresource: "status" } as const;
  const written = await context.cluster.patch<AnyObject>(
    ref,
    { metadata: { uid: metadata.uid }, status },
    options,
  );
  instance.status = written.status as Record<string, unknown>;
}

export async function setFinalizers(
  context: OperatorContext,
  instance: Instance,
  finalizers: string[],
): Promise<void> {
  const { apiVersion, kind, metadata } = instance;
  const ref = { apiVersion, kind, name: metadata.name, namespace: metadata.namespace };
  const patch = { metadata: { uid: metadata.uid, resourceVersion: metadata.resourceVersion, finalizers } };
  const written = await context.cluster.patch(ref, patch, { type: "merge" });
  instance.metadata = written.metadata;
}
