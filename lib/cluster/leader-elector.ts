import { setTimeout as delay } from "node:timers/promises";
import type { Cluster } from "./cluster.ts";
import { isAlreadyExists, isConflict, isNotFound } from "./errors.ts";
import type { ApiObject } from "./types.ts";

interface Lease extends ApiObject {
  spec?: {
    holderIdentity?: string;
    leaseDurationSeconds?: number;
    acquireTime?: string;
    renewTime?: string;
    leaseTransitions?: number;
  };
}

export interface LeaderElectorOptions {
  namespace: string;
  name: string;
  /** Unique to this process: a restarted process must use another. */
  identity: string;
  /** How long the others wait for a silent leader. */
  leaseSeconds: number;
  /** How often the leader renews, and how often the others look; at most a third of `leaseSeconds`. */
  renewSeconds: number;
  /** Called when leadership begins; the signal aborts when it ends. */
  onStarted: (leadership: AbortSignal) => void;
  onStopped: () => void;
  /** What kept a round from succeeding; it is tried again. */
  onError?: (error: unknown) => void;
}

/**
 * Elects one leader among processes through a `coordination.k8s.io/v1` Lease. No clock is compared with another
 * machine's: a lease counts as expired when it has not changed for its duration by the local monotonic clock, and a
 * leader stops believing in itself that long after it *sent* its last successful renewal.
 */
export class LeaderElector {
  readonly #cluster: Cluster;
  readonly #options: LeaderElectorOptions;
  #validUntil = Number.NEGATIVE_INFINITY;
  #leadership?: AbortController;
  #expiry?: NodeJS.Timeout;
  #observed?: { resourceVersion: string; at: number };

  constructor(cluster: Cluster, options: LeaderElectorOptions) {
    this.#cluster = cluster;
    this.#options = options;
  }

  /** Whether this process leads now. False as soon as the lease could have passed to another: check before writing. */
  leading(): boolean {
    return performance.now() < this.#validUntil;
  }

  /** Takes part until the signal aborts, then gives the lease up so that another can follow at once. */
  async run(signal: AbortSignal): Promise<void> {
    const { renewSeconds, onError } = this.#options;
    while (!signal.aborted) {
      try {
        await this.#round(signal);
      } catch (error) {
        if (signal.aborted) break;
        if (!isConflict(error) && !isAlreadyExists(error)) onError?.(error);
      }
      await delay(renewSeconds * 1000, undefined, { signal }).catch(() => undefined);
    }
    const held = this.leading();
    this.#end();
    if (held) await this.#release().catch((error: unknown) => onError?.(error));
  }

  async #round(signal: AbortSignal): Promise<void> {
    const { identity, leaseSeconds, renewSeconds } = this.#options;
    const sent = performance.now();
    const timeoutMs = renewSeconds * 1000;
    const lease = await this.#read(signal, timeoutMs);
    if (!lease) return this.#begin(sent, await this.#write("POST", this.#body({}), timeoutMs));
    const spec = lease.spec ?? {};
    const mine = spec.holderIdentity === identity;
    if (!mine && spec.holderIdentity) {
      this.#end();
      const version = lease.metadata.resourceVersion ?? "";
      if (this.#observed?.resourceVersion !== version)
        this.#observed = { resourceVersion: version, at: sent };
      if (sent - this.#observed.at < (spec.leaseDurationSeconds ?? leaseSeconds) * 1000) return;
    }
    const body = this.#body(spec, mine && this.leading());
    body.metadata.resourceVersion = lease.metadata.resourceVersion;
    this.#begin(sent, await this.#write("PUT", body, timeoutMs));
  }

  #begin(sent: number, _lease: unknown): void {
    const validMs = this.#options.leaseSeconds * 1000;
    if (performance.now() - sent >= validMs) return;
    this.#validUntil = sent + validMs;
    clearTimeout(this.#expiry);
    this.#expiry = setTimeout(() => this.#end(), this.#validUntil - performance.now());
    this.#expiry.unref();
    if (this.#leadership) return;
    this.#leadership = new AbortController();
    this.#options.onStarted(this.#leadership.signal);
  }

  #end(): void {
    clearTimeout(this.#expiry);
    this.#validUntil = Number.NEGATIVE_INFINITY;
    if (!this.#leadership) return;
    this.#leadership.abort();
    this.#leadership = undefined;
    this.#options.onStopped();
  }

  async #release(): Promise<void> {
    const timeoutMs = this.#options.renewSeconds * 1000;
    const lease = await this.#read(undefined, timeoutMs);
    if (lease?.spec?.holderIdentity !== this.#options.identity) return;
    lease.spec = { ...lease.spec, holderIdentity: "", leaseDurationSeconds: 1 };
    await this.#write("PUT", lease, timeoutMs);
  }

  #path(named: boolean): string {
    const { namespace, name } = this.#options;
    return `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases${named ? `/${name}` : ""}`;
  }

  async #read(signal: AbortSignal | undefined, timeoutMs: number): Promise<Lease | undefined> {
    try {
      return (await this.#cluster.request("GET", this.#path(true), { signal, timeoutMs })) as Lease;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  #write(method: "POST" | "PUT", body: Lease, timeoutMs: number): Promise<unknown> {
    return this.#cluster.request(method, this.#path(method === "PUT"), { body, timeoutMs });
  }

  #body(previous: NonNullable<Lease["spec"]>, renewal = false): Lease {
    const { namespace, name, identity, leaseSeconds } = this.#options;
    const now = new Date().toISOString().replace("Z", "000Z");
    return {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name, namespace },
      spec: {
        holderIdentity: identity,
        leaseDurationSeconds: leaseSeconds,
        acquireTime: renewal ? previous.acquireTime : now,
        renewTime: now,
        leaseTransitions: (previous.leaseTransitions ?? 0) + (renewal || !previous.renewTime ? 0 : 1),
      },
    };
  }
}
