import { type Cluster, Informer } from "../cluster/index.ts";
import { briefEvent } from "../install/events.ts";
import { IMPERSONATION } from "../install/tenant.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { API_VERSION, APP_API_VERSION, label, PROVIDERS } from "../model/resources.ts";
import type { Logger } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { watchReachability } from "./reachability.ts";

export interface WatchedType {
  apiVersion: string;
  kind: string;
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
}

/** Every kind that pages show. Never Secrets. Kinds of providers join as Providers appear. */
export function watchedTypes(systemNamespace: string): WatchedType[] {
  const hub = (kind: string) => ({ apiVersion: API_VERSION, kind });
  const core = (kind: string) => ({ apiVersion: "v1", kind });
  return [
    hub("Organization"),
    hub("Repository"),
    hub("Image"),
    hub("Provider"),
    hub("Installation"),
    hub("ActionRun"),
    hub("Budget"),
    hub("Desktop"),
    hub("Tenant"),
    hub("Announcement"),
    { ...hub("Session"), namespace: systemNamespace },
    { apiVersion: APP_API_VERSION, kind: "App" },
    core("Pod"),
    core("Event"),
    core("ResourceQuota"),
    { ...core("ConfigMap"), namespace: systemNamespace, fieldSelector: `metadata.name=${PROVIDERS}` },
    { ...core("ServiceAccount"), labelSelector: label.member },
    { apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding", labelSelector: label.member },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      fieldSelector: `metadata.name=${IMPERSONATION}`,
    },
    { apiVersion: "networking.k8s.io/v1", kind: "Ingress" },
    { apiVersion: "apps/v1", kind: "Deployment" },
    { apiVersion: "apps/v1", kind: "StatefulSet" },
  ];
}

/** One informer per kind and process, all under the web server's own account. */
export class Informers {
  readonly #cluster: Cluster;
  readonly #metrics: Metrics;
  readonly #log: Logger;
  readonly #informers = new Map<string, Informer<KubernetesObject>>();
  readonly #reachable = new Map<string, boolean>();
  readonly #listeners = new Set<(reachable: boolean) => void>();
  readonly #stopAsking: () => void;
  #answers = true;
  #known = true;

  constructor(cluster: Cluster, metrics: Metrics, log: Logger) {
    this.#cluster = cluster;
    this.#metrics = metrics;
    this.#log = log;
    metrics.apiReachable.set(1);
    this.#stopAsking = watchReachability(cluster, (answers) => {
      this.#answers = answers;
      this.#judge();
    });
  }

  /** The informer of a kind, started on first use. */
  of<T extends KubernetesObject = KubernetesObject>(type: WatchedType): Informer<T> {
    const key = `${type.apiVersion}/${type.kind}`;
    let informer = this.#informers.get(key);
    if (!informer) {
      informer = new Informer<KubernetesObject>(this.#cluster, type, {
        transform: lean,
        onError: (error) =>
          this.#log.error({ kind: type.kind, err: error }, "an informer's subscriber failed"),
      });
      this.#informers.set(key, informer);
      informer.onHealth((reachable) => this.#health(key, type.kind, reachable));
      informer.start();
    }
    // One kind has one type: callers of a kind name its interface.
    return informer as unknown as Informer<T>;
  }

  hub<T extends KubernetesObject = KubernetesObject>(kind: string): Informer<T> {
    return this.of<T>({ apiVersion: API_VERSION, kind });
  }

  core<T extends KubernetesObject = KubernetesObject>(kind: string): Informer<T> {
    return this.of<T>({ apiVersion: "v1", kind });
  }

  apps<T extends KubernetesObject = KubernetesObject>(kind: string): Informer<T> {
    return this.of<T>({ apiVersion: "apps/v1", kind });
  }

  /** Kinds whose first list is not in yet. */
  pending(): string[] {
    return [...this.#informers].filter(([, informer]) => !informer.hasSynced).map(([key]) => key);
  }

  /** Whether the API server is reached. */
  get reachable(): boolean {
    return this.#known;
  }

  onReachable(listener: (reachable: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Brings the gauges up to date; called when metrics are read. */
  measure(): void {
    for (const [key, informer] of this.#informers) {
      const kind = key.slice(key.lastIndexOf("/") + 1);
      this.#metrics.informerObjects.set({ kind }, informer.list().length);
    }
  }

  stop(): void {
    this.#stopAsking();
    for (const informer of this.#informers.values()) informer.stop();
  }

  #health(key: string, kind: string, reachable: boolean): void {
    this.#reachable.set(key, reachable);
    this.#metrics.informerHealthy.set({ kind }, reachable ? 1 : 0);
    this.#judge();
  }

  /** The cluster is away when it answers no question, or when most informers cannot reach it: one is an accident. */
  #judge(): void {
    const away = [...this.#reachable.values()].filter((value) => !value).length;
    const now = this.#answers && (away === 0 || away * 2 < this.#reachable.size);
    if (now === this.#known) return;
    this.#known = now;
    this.#metrics.apiReachable.set(now ? 1 : 0);
    this.#log[now ? "info" : "warn"](
      { reachable: now },
      now ? "the cluster answers" : "the cluster does not answer",
    );
    for (const listener of this.#listeners) listener(now);
  }
}

/** A Job's or CronJob's spec without how its pods are made. */
function lighter({ spec }: KubernetesObject): unknown {
  const { template: _, jobTemplate: __, ...rest } = (spec ?? {}) as Record<string, unknown>;
  return rest;
}

/** Without what no stream shows and what is large: the API server's bookkeeping, and records that are asked for apart. */
function lean(object: KubernetesObject): KubernetesObject {
  if (object.kind === "Event" && object.apiVersion === "v1") return briefEvent(object);
  const { managedFields: _, ...metadata } = object.metadata;
  if (object.kind === "Job" || object.kind === "CronJob")
    return { ...object, metadata, spec: lighter(object) };
  if (object.kind !== "Installation" || !object.status) return { ...object, metadata };
  const { history: __, ...status } = object.status as Record<string, unknown>;
  return { ...object, metadata, status };
}
