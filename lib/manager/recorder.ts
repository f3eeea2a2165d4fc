import { randomBytes } from "node:crypto";
import { type Cluster, isForbidden, isNotFound } from "../cluster/index.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";

/** Writes `v1` Events. They tell people what happened and decide nothing, so one that fails is only reported. */
export class Recorder {
  readonly #cluster: Cluster;
  readonly #instance: string;
  readonly #onError: (error: unknown) => void;
  readonly #pending = new Set<Promise<unknown>>();

  constructor(cluster: Cluster, instance: string, onError: (error: unknown) => void) {
    this.#cluster = cluster;
    this.#instance = instance;
    this.#onError = onError;
  }

  record(about: KubernetesObject, type: "Normal" | "Warning", reason: string, message: string): void {
    const { apiVersion, kind, metadata } = about;
    const now = new Date().toISOString();
    const namespace = metadata.namespace ?? "default";
    const event = {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: `${metadata.name}.${randomBytes(8).toString("hex")}`, namespace },
      involvedObject: {
        apiVersion,
        kind,
        name: metadata.name,
        ...(metadata.namespace ? { namespace: metadata.namespace } : {}),
        ...(metadata.uid ? { uid: metadata.uid } : {}),
        ...(metadata.resourceVersion ? { resourceVersion: metadata.resourceVersion } : {}),
      },
      type,
      reason: reason.slice(0, 128),
      message: message.slice(0, 1024),
      source: { component: "app-manager" },
      reportingComponent: "hub.sealos.io/app-manager",
      reportingInstance: this.#instance,
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
    };
    const writing = this.#cluster
      .create(event)
      .catch((error: unknown) => {
        // A namespace on its way out takes no events.
        if (!isNotFound(error) && !isForbidden(error)) this.#onError(error);
      })
      .finally(() => this.#pending.delete(writing));
    this.#pending.add(writing);
  }

  /** Resolves when everything recorded so far is written or has failed. */
  async flushed(): Promise<void> {
    await Promise.all(this.#pending);
  }
}
