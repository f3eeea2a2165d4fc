import {
  type ApiObject,
  type Cluster,
  Informer,
  isConflict,
  isForbidden,
  isNotFound,
  WorkQueue,
} from "../../lib/cluster/index.ts";
import type { PodDisruptionBudget } from "./disruption-budget.ts";
import { EventRecorder } from "./events.ts";
import { sameValue } from "./hash.ts";
import { controllerOf } from "./owners.ts";
import type * as Kinds from "./types.ts";

export interface Controller {
  stop(): Promise<void>;
}

/** Makes informers and starts them together. */
class Informers {
  readonly cluster: Cluster;
  readonly onError: (error: unknown) => void;
  /** Resolves when every informer has its first list: nobody acts on half a picture. */
  readonly ready: Promise<void>;
  #becomeReady: () => void;
  readonly #all: Informer<ApiObject>[] = [];

  constructor(cluster: Cluster, onError: (error: unknown) => void) {
    this.cluster = cluster;
    this.onError = onError;
    const ready = Promise.withResolvers<void>();
    this.ready = ready.promise;
    this.#becomeReady = ready.resolve;
  }

  async start(): Promise<void> {
    for (const informer of this.#all) informer.start();
    await Promise.all(this.#all.map((informer) => informer.synced));
    this.#becomeReady();
  }

  stop(): void {
    for (const informer of this.#all) informer.stop();
  }

  protected follow<T extends ApiObject>(
    apiVersion: string,
    kind: string,
    transform?: (object: T) => T,
  ): Informer<T> {
    const informer = new Informer<T>(
      this.cluster,
      { apiVersion, kind },
      {
        onError: (error) => this.onError(error),
        transform: (object) => {
          const { managedFields: _unused, ...metadata } = object.metadata;
          const slim = { ...object, metadata };
          return transform ? transform(slim) : slim;
        },
      },
    );
    // Kept to be started and stopped only; who reads it has its type.
    this.#all.push(informer as unknown as Informer<ApiObject>);
    return informer;
  }
}

/** What all simulated components share: the client, the informers, the pace, the events. */
export class World extends Informers {
  /** How many times faster than life pods start, volumes bind and deadlines pass. */
  readonly speed: number;
  /** Whether there is no kube-controller-manager: what it does to volumes is done here then. */
  readonly alone: boolean;
  readonly events: EventRecorder;
  readonly #owned = new Map<string, Set<string>>();

  readonly namespaces = this.follow<ApiObject>("v1", "Namespace");
  readonly nodes = this.follow<Kinds.SimulatedNode>("v1", "Node");
  readonly pods = this.follow<Kinds.Pod>("v1", "Pod");
  readonly services = this.follow<Kinds.Service>("v1", "Service");
  readonly endpoints = this.follow<ApiObject>("v1", "Endpoints");
  readonly endpointSlices = this.follow<Kinds.EndpointSlice>("discovery.k8s.io/v1", "EndpointSlice");
  readonly claims = this.follow<Kinds.PersistentVolumeClaim>("v1", "PersistentVolumeClaim");
  readonly volumes = this.follow<Kinds.PersistentVolume>("v1", "PersistentVolume");
  readonly storageClasses = this.follow<ApiObject>("storage.k8s.io/v1", "StorageClass");
  readonly accounts = this.follow<ApiObject>("v1", "ServiceAccount");
  readonly configMaps = this.follow<ApiObject & { data?: object; binaryData?: object }>(
    "v1",
    "ConfigMap",
    keysOnly,
  );
  readonly secrets = this.follow<ApiObject & { data?: object }>("v1", "Secret", keysOnly);
  readonly deployments = this.follow<Kinds.Deployment>("apps/v1", "Deployment");
  readonly replicaSets = this.follow<Kinds.ReplicaSet>("apps/v1", "ReplicaSet");
  readonly statefulSets = this.follow<Kinds.StatefulSet>("apps/v1", "StatefulSet");
  readonly daemonSets = this.follow<Kinds.DaemonSet>("apps/v1", "DaemonSet");
  readonly jobs = this.follow<Kinds.Job>("batch/v1", "Job");
  readonly cronJobs = this.follow<Kinds.CronJob>("batch/v1", "CronJob");
  readonly ingresses = this.follow<Kinds.Ingress>("networking.k8s.io/v1", "Ingress");

  readonly disruptionBudgets = this.follow<PodDisruptionBudget>("policy/v1", "PodDisruptionBudget");

  constructor(cluster: Cluster, speed: number, onError: (error: unknown) => void, alone = true) {
    super(cluster, onError);
    this.speed = speed;
    this.alone = alone;
    this.events = new EventRecorder(cluster, onError);
    this.pods.subscribe(({ type, object }) => {
      const owner = controllerOf(object)?.uid;
      if (!owner) return;
      const key = keyOf(object);
      if (type === "deleted") {
        const keys = this.#owned.get(owner);
        keys?.delete(key);
        if (keys?.size === 0) this.#owned.delete(owner);
      } else {
        const keys = this.#owned.get(owner) ?? new Set();
        this.#owned.set(owner, keys.add(key));
      }
    });
  }

  /** Milliseconds that something takes here which takes `ms` in life. */
  pace(ms: number): number {
    return ms / this.speed;
  }

  /** Pods whose controller is this object, from the local copy. */
  podsOf(owner: ApiObject): Kinds.Pod[] {
    const pods: Kinds.Pod[] = [];
    for (const key of this.#owned.get(owner.metadata.uid ?? "") ?? []) {
      const { namespace, name } = splitKey(key);
      const pod = this.pods.get(namespace, name);
      if (pod) pods.push(pod);
    }
    return pods;
  }

  /**
   * The same, asked of the server: the local copy may not have seen what was just made. All of them carry these labels,
   * which spares the server the others.
   */
  async livePodsOf(owner: ApiObject, labels: Record<string, string> = {}): Promise<Kinds.Pod[]> {
    const { items } = await this.cluster.list<Kinds.Pod>({
      apiVersion: "v1",
      kind: "Pod",
      namespace: owner.metadata.namespace,
      labelSelector: Object.entries(labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(","),
    });
    return items.filter((pod) => controllerOf(pod)?.uid === owner.metadata.uid);
  }

  /** A queue fed by changes of `informer`'s objects, with everything that exists already in it once synced. */
  controller<T extends ApiObject>(
    informer: Informer<T>,
    reconcile: (object: T) => Promise<void> | Promise<{ requeueAfterMs: number } | undefined>,
    watches: (add: (key: string) => void) => void = () => undefined,
  ): Controller & { add(key: string): void } {
    const queue = new WorkQueue({
      concurrency: 8,
      baseDelayMs: 20,
      maxDelayMs: 10_000,
      onError: (error) => {
        // A refusal by policy is in the workload's events and conditions, where its owner looks.
        if (!isConflict(error) && !isNotFound(error) && !isForbidden(error)) this.onError(error);
      },
      process: async (key) => {
        await this.ready;
        const { namespace, name } = splitKey(key);
        const object = informer.get(namespace || undefined, name);
        return object ? ((await reconcile(object)) ?? undefined) : undefined;
      },
    });
    const add = (key: string) => queue.add(key);
    informer.subscribe(({ object }) => add(keyOf(object)));
    watches(add);
    return { add, stop: () => queue.stop() };
  }

  /** Writes the status if it differs; a version that has moved on is a conflict, which is tried again. */
  async writeStatus<T extends ApiObject>(object: T, status: Record<string, unknown>): Promise<void> {
    const current = (object as { status?: unknown }).status ?? {};
    if (sameValue(current, status)) return;
    const { metadata, ...rest } = object;
    await this.cluster.replaceStatus({ ...rest, metadata, status } as ApiObject);
  }
}

export function keyOf(object: ApiObject): string {
  return `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
}

function splitKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf("/");
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** Pods are told only which keys exist: values stay with the API server. */
function keysOnly<T extends ApiObject & { data?: object; binaryData?: object }>(object: T): T {
  const names = (values: object | undefined) =>
    values && Object.fromEntries(Object.keys(values).map((key) => [key, ""]));
  return { ...object, data: names(object.data), binaryData: names(object.binaryData) };
}
