import { type Cluster, Informer, type InformerEvent, Selection } from "../cluster/index.ts";
import type { KubernetesObject, ObjectReference } from "../model/kubernetes.ts";
import { FIELD_MANAGER } from "../model/resources.ts";

interface Label {
  name: string;
  value?: string;
}

interface ChildrenOptions {
  /** Only objects that wear it; without a value, with whatever value. */
  label?: Label;
  /** The informer by which the whole kind is followed anyway. */
  shared?: (type: { apiVersion: string; kind: string }) => Informer<KubernetesObject> | undefined;
  onError: (error: unknown) => void;
}

type Followed = Informer<KubernetesObject> | Selection<KubernetesObject>;

/** Follows kinds as they turn up, in all namespaces: one watch per kind, shared with who follows the kind already. */
export class Children {
  readonly #cluster: Cluster;
  readonly #label: Label | undefined;
  readonly #shared: ChildrenOptions["shared"];
  readonly #onError: (error: unknown) => void;
  readonly #informers = new Map<string, Followed>();
  readonly #own = new Set<Informer<KubernetesObject>>();
  readonly #subscribers = new Set<(event: InformerEvent<KubernetesObject>) => void>();

  constructor(cluster: Cluster, options: ChildrenOptions) {
    this.#cluster = cluster;
    this.#label = options.label;
    this.#shared = options.shared;
    this.#onError = options.onError;
  }

  /** Begins to follow the kind, if it is not followed yet. Secrets never are. */
  follow({ apiVersion, kind }: { apiVersion: string; kind: string }): Followed | undefined {
    if (kind === "Secret" && apiVersion === "v1") return undefined;
    const key = `${apiVersion}/${kind}`;
    const known = this.#informers.get(key);
    if (known) return known;
    const informer = this.#shareOrStart(apiVersion, kind);
    this.#informers.set(key, informer);
    informer.subscribe((event) => {
      for (const subscriber of this.#subscribers) subscriber(event);
    });
    return informer;
  }

  #shareOrStart(apiVersion: string, kind: string): Followed {
    const label = this.#label;
    const shared = this.#shared?.({ apiVersion, kind });
    if (shared) return label ? new Selection(shared, belongs(label)) : shared;
    const selector = label
      ? { labelSelector: label.value === undefined ? label.name : `${label.name}=${label.value}` }
      : {};
    const type = { apiVersion, kind, ...selector };
    const options = { onError: this.#onError, transform: withOwnFields };
    const informer = new Informer<KubernetesObject>(this.#cluster, type, options);
    this.#own.add(informer);
    // Nobody has subscribed yet: the first list comes later than that.
    return informer.start();
  }

  /** Like `follow`, for a kind that is followed without a label. */
  whole(type: { apiVersion: string; kind: string }): Informer<KubernetesObject> | undefined {
    const followed = this.follow(type);
    return followed instanceof Informer ? followed : undefined;
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

  /** Resolves once every kind followed by now has been listed, or is known not to be served. */
  async settled(): Promise<void> {
    await Promise.all([...this.#informers.values()].map((informer) => informer.settled));
  }

  subscribe(subscriber: (event: InformerEvent<KubernetesObject>) => void): void {
    this.#subscribers.add(subscriber);
  }

  stop(): void {
    for (const informer of this.#own) informer.stop();
  }
}

const belongs =
  ({ name, value }: Label) =>
  ({ metadata }: KubernetesObject) =>
    value === undefined ? metadata.labels?.[name] !== undefined : metadata.labels?.[name] === value;

/**
 * Of the managed fields only app-manager's own are of use, and who scales; the others are the larger part of many
 * objects.
 */
export function withOwnFields<T extends KubernetesObject>(object: T): T {
  const { managedFields, ...metadata } = object.metadata;
  if (!Array.isArray(managedFields)) return object;
  const own = managedFields.filter((entry) => {
    const { manager, subresource } = entry as { manager?: string; subresource?: string };
    return manager === FIELD_MANAGER || subresource === "scale";
  });
  return { ...object, metadata: own.length > 0 ? { ...metadata, managedFields: own } : metadata };
}

/** Of the managed fields those that are wanted, not reported: they tell who asked. */
export function withWriters<T extends KubernetesObject>(object: T): T {
  const { managedFields = [], ...metadata } = object.metadata;
  const writers = managedFields.filter((entry) => !(entry as { subresource?: string }).subresource);
  return { ...object, metadata: { ...metadata, managedFields: writers } };
}
