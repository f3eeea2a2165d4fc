import { type ApiObject, type Cluster, isForbidden, isNotFound } from "../../lib/cluster/index.ts";
import { timestamp } from "./conditions.ts";
import { canonical, nameHash } from "./hash.ts";

export interface EventSource {
  component: string;
  host?: string;
}

const REMEMBERED = 4_000;

/**
 * Writes `v1 Event`s. A repetition raises the first one's count, as client-go's recorder does. Events are a service to
 * the reader: one that cannot be written is reported and does not hold up who wrote it.
 */
export class EventRecorder {
  readonly #cluster: Cluster;
  readonly #onError: (error: unknown) => void;
  readonly #known = new Map<string, { name: string; count: number; written: Promise<void> }>();

  constructor(cluster: Cluster, onError: (error: unknown) => void) {
    this.#cluster = cluster;
    this.#onError = onError;
  }

  normal(object: ApiObject, source: EventSource, reason: string, message: string, fieldPath?: string): void {
    this.#record("Normal", object, source, reason, message, fieldPath);
  }

  warning(object: ApiObject, source: EventSource, reason: string, message: string, fieldPath?: string): void {
    this.#record("Warning", object, source, reason, message, fieldPath);
  }

  #record(
    type: "Normal" | "Warning",
    object: ApiObject,
    source: EventSource,
    reason: string,
    message: string,
    fieldPath?: string,
  ): void {
    const { name, namespace = "default", uid, resourceVersion } = object.metadata;
    const key = canonical([type, uid, namespace, name, source, reason, message, fieldPath]);
    const now = timestamp();
    let entry = this.#known.get(key);
    if (entry) {
      entry.count++;
      const { count } = entry;
      const ref = { apiVersion: "v1", kind: "Event", namespace, name: entry.name };
      const patch = { count, lastTimestamp: now };
      this.#after(entry, () => this.#cluster.patch(ref, patch, { type: "merge" }), key);
      return;
    }
    entry = { name: `${name}.${nameHash([key, Date.now()], 16)}`, count: 1, written: Promise.resolve() };
    this.#known.set(key, entry);
    if (this.#known.size > REMEMBERED) this.#forgetOldest();
    const event = {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: entry.name, namespace },
      involvedObject: {
        apiVersion: object.apiVersion,
        kind: object.kind,
        name,
        namespace: object.metadata.namespace,
        uid,
        resourceVersion,
        fieldPath,
      },
      type,
      reason,
      message,
      source,
      reportingComponent: source.component,
      reportingInstance: source.host ?? "",
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
    };
    this.#after(entry, () => this.#cluster.create(event), key);
  }

  #after(entry: { written: Promise<void> }, write: () => Promise<unknown>, key: string): void {
    entry.written = entry.written.then(write).then(
      () => undefined,
      (error: unknown) => {
        this.#known.delete(key);
        // The namespace is going away, or the event has been cleared: nothing to say any more.
        if (!isNotFound(error) && !isForbidden(error)) this.#onError(error);
      },
    );
  }

  #forgetOldest(): void {
    const oldest = this.#known.keys().next().value;
    if (oldest !== undefined) this.#known.delete(oldest);
  }
}
