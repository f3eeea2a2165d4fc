import { type Cluster, Informer } from "../../lib/cluster/index.ts";
import { isReady } from "../workloads/pods.ts";
import type { Pod, StatefulSet } from "../workloads/types.ts";
import { clusterApi } from "./cluster-api.ts";
import type { OperatorContext, Running, SimulatedOperator } from "./context.ts";
import { kubeblocks } from "./kubeblocks.ts";
import { mysql } from "./mysql.ts";
import { objectStorage } from "./object-storage.ts";
import { postgres } from "./postgres.ts";
import { redis } from "./redis.ts";

export const OPERATORS: SimulatedOperator[] = [postgres, mysql, redis, kubeblocks, objectStorage, clusterApi];

export interface OperatorOptions {
  /** How many times faster than life; default 1. */
  speed?: number;
  /** What went wrong in a simulated operator, which tries again by itself. */
  onError?: (error: unknown) => void;
}

/**
 * Stands in for third-party operators: each works while a pod of the real operator's image is ready, so a cluster
 * without the operator does nothing, as in life.
 */
export async function start(cluster: Cluster, options: OperatorOptions = {}): Promise<Running> {
  const report = options.onError ?? warn;
  let stopped = false;
  // What was under way when the operators stopped may fail; nobody waits for it any more.
  const onError = (error: unknown) => (stopped ? undefined : report(error));
  const speed = options.speed ?? 1;
  const pods = new Informer<Pod>(cluster, { apiVersion: "v1", kind: "Pod" }, { onError });
  const statefulSets = new Informer<StatefulSet>(
    cluster,
    { apiVersion: "apps/v1", kind: "StatefulSet" },
    { onError },
  );
  const context: OperatorContext = {
    cluster,
    pace: (ms) => ms / speed,
    pods,
    statefulSets,
    onError,
    applied: new Map(),
  };
  const hosts = new Map(OPERATORS.map((operator) => [operator, new Set<string>()]));
  const running = new Map<SimulatedOperator, Running>();
  const unsubscribe = pods.subscribe(({ type, object }) => {
    const { namespace, name } = object.metadata;
    for (const [operator, ready] of hosts) {
      if (!object.spec.containers.some(({ image = "" }) => operator.images.test(image))) continue;
      if (type !== "deleted" && isReady(object)) ready.add(`${namespace}/${name}`);
      else ready.delete(`${namespace}/${name}`);
      const works = running.get(operator);
      if (ready.size > 0 && !works) running.set(operator, operator.start(context));
      else if (ready.size === 0 && works) {
        running.delete(operator);
        works.stop().catch(onError);
      }
    }
  });
  pods.start();
  statefulSets.start();
  await Promise.all([pods.synced, statefulSets.synced]);
  return {
    async stop() {
      stopped = true;
      unsubscribe();
      await Promise.all([...running.values()].map((each) => each.stop()));
      pods.stop();
      statefulSets.stop();
    },
  };
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}
