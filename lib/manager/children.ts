import { type Cluster, Informer, type InformerEvent } from "../cluster/index.ts";
import type { KubernetesObject, ObjectReference } from "../model/kubernetes.ts";

/** Follows kinds as they turn up: one informer per kind, for all namespaces, started when first asked for. */
export class Children {
  readonly #cluster: Cluster;
  readonly #labelSelector: string | undefined;
  readonly #onError: (error: unknown) => void;
  readonly #informers = new Map<string, Informer<KubernetesObject>>();
  readonly #subscribers = new Set<(event: InformerEvent<KubernetesObject>) => void>();

  constructor(cluster: Cluster, options: { labelSelector?: string; onError: (error: unknown) => void }) {
    this.#cluster = cluster;
    this.#labelSelector = options.labelSelector;
    this.#onError = options.onError;
  }

  /** Begins to follow the kind, if it is not followed yet. Secrets never are. */
  follow({ apiVersion, kind }: { apiVersion: string; kind: string }): Informer<KubernetesObject> | undefined {
    if (kind === "Secret" && apiVersion === "v1") return undefined;
    const key = `${apiVersion}/${kind}`;
    const known = this.#informers.get(key);
    if (known) return known;
    const selector = this.#labelSelector ? { labelSelector: this.#labelSelector } : {};
    const informer = new Informer<KubernetesObject>(
      this.#cluster,
      { apiVersion, kind, ...selector },
      { onError: this.#onError },
    );
    this.#informers.set(key, informer);
    informer.subscribe((event) => {
      for (const subscriber of this.#subscribers) subscriber(event);
    });
    return informer.start();
  }

  /** What is known of an object; undefined when it is unknown or its kind is not followed. */
  get(reference: ObjectReference): KubernetesObject | undefined {
    return this.#informers
      .get(`${reference.apiVersion}/${reference.kind}`)
      ?.get(reference.namespace, reference.name);
  }

  /** All known objects of a kind, in all namespaces or in one. */
  list({ apiVersion, kind }: { apiVersion: string; kind: string }, namespace?: string): KubernetesObject[] {
    return this.#informers.get(`${apiVersion}/${kind}`)?.list(namespace) ?? [];
  }

  subscribe(subscriber: (event: InformerEvent<KubernetesObject>) => void): void {
    this.#subscribers.add(subscriber);
  }

  stop(): void {
    for (const informer of this.#informers.values()) informer.stop();
  }
}
