import type { Cluster, WriteGuard } from "./cluster.ts";
import { isAlreadyExists, isConflict, isNotFound } from "./errors.ts";
import { Informer } from "./informer.ts";
import type { ApiObject } from "./types.ts";

/** https://kubernetes.io/docs/concepts/architecture/leases/ */
export interface Lease extends ApiObject {
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
  /**
   * How long a leader goes on writing without having renewed; default two thirds of `leaseSeconds`. The rest is time for
   * what it sent last to arrive, or to be given up, before another leads.
   */
  deadlineSeconds?: number;
  /** Called when leadership begins; the signal aborts when it ends. */
  onStarted: (leadership: AbortSignal) => void;
  onStopped: () => void;
  /** What kept a round from succeeding; it is tried again. */
  onError?: (error: unknown) => void;
}

/** Thrown instead of writing by a process that does not lead (any more). */
export class NotLeadingError extends Error {
  override name = "NotLeadingError";

  constructor() {
    super("the lease may be another's by now; nothing is written");
  }
}

/**
 * Elects one leader among processes through a `coordination.k8s.io/v1` Lease. No clock is compared with another
 * machine's: a lease counts as expired when it has not changed for its duration by the local monotonic clock, and a
 * leader stops believing in itself before that, counted from when it *sent* its last successful renewal. It watches the
 * Lease, so that one that is given up is taken over at once.
 */
export class LeaderElector {
  readonly #cluster: Cluster;
  readonly #options: LeaderElectorOptions;
  readonly #deadlineMs: number;
  #valid = NEVER;
  #leadership?: AbortController;
  #expiry?: NodeJS.Timeout;
  #observed?: { resourceVersion: string; at: number };
  #woken = false;
  #wakeUp?: () => void;

  constructor(cluster: Cluster, options: LeaderElectorOptions) {
    this.#cluster = cluster;
    this.#options = options;
    this.#deadlineMs = (options.deadlineSeconds ?? (options.leaseSeconds * 2) / 3) * 1000;
  }

  /**
   * Whether this process leads now: false as soon as the lease could pass to another. It goes by two clocks: the
   * monotonic one stands still while a machine sleeps or is moved, and the other one may be set.
   */
  leading(): boolean {
    return performance.now() < this.#valid.monotonic && Date.now() < this.#valid.wall;
  }

  /**
   * For `Cluster.guarded`: admits writes while this process leads, and gives up those under way when it does no more.
   * Belongs to one term of leadership: make it in `onStarted`.
   */
  guard(leadership: AbortSignal): WriteGuard {
    const admit = () => {
      if (leadership.aborted || !this.leading()) throw new NotLeadingError();
    };
    return { admit, signal: leadership };
  }

  /** Takes part until the signal aborts, then gives the lease up so that another can follow at once. */
  async run(signal: AbortSignal): Promise<void> {
    const { namespace, name, renewSeconds, onError } = this.#options;
    const informer = new Informer<Lease>(
      this.#cluster,
      { ...LEASE, namespace, fieldSelector: `metadata.name=${name}` },
      { onError: (error) => onError?.(error) },
    );
    informer.subscribe(({ type, object }) => this.#onLease(type === "deleted" ? undefined : object));
    informer.start();
    while (!signal.aborted) {
      let waitMs = renewSeconds * 1000;
      try {
        waitMs = await this.#round(signal);
      } catch (error) {
        if (signal.aborted) break;
        // Another was faster, or the server is in trouble: a leader must not lose much of its time to that.
        waitMs /= 3;
        if (!isConflict(error) && !isAlreadyExists(error)) onError?.(error);
      }
      await this.#rest(waitMs, signal);
    }
    informer.stop();
    const held = this.leading();
    this.#end();
    if (held) await this.#release().catch((error: unknown) => onError?.(error));
  }

  /** Returns how long to wait until the next, in milliseconds. */
  async #round(signal: AbortSignal): Promise<number> {
    const { identity, leaseSeconds, renewSeconds } = this.#options;
    const renewMs = renewSeconds * 1000;
    // A busy server gets time, and a round that fails leaves time for another.
    const patienceMs = this.#deadlineMs / 2;
    const sent = now();
    // A process that was frozen after it had read the Lease must not write by what it read.
    const fresh = () => {
      if (performance.now() - sent.monotonic > patienceMs) throw new Error("this round took too long");
    };
    const lease = await this.#read(signal, patienceMs);
    if (!lease) {
      this.#begin(sent, await this.#write("POST", this.#body({}), patienceMs, fresh));
      return renewMs;
    }
    const spec = lease.spec ?? {};
    const mine = spec.holderIdentity === identity;
    if (!mine && spec.holderIdentity) {
      this.#end();
      this.#observe(lease, sent.monotonic);
      const durationMs = (spec.leaseDurationSeconds ?? leaseSeconds) * 1000;
      const leftMs = durationMs - (sent.monotonic - (this.#observed?.at ?? 0));
      if (leftMs > 0) return Math.min(renewMs, leftMs);
    }
    const body = this.#body(spec, mine && this.leading());
    body.metadata.resourceVersion = lease.metadata.resourceVersion;
    this.#begin(sent, await this.#write("PUT", body, patienceMs, fresh));
    return renewMs;
  }

  #onLease(lease: Lease | undefined): void {
    if (lease) this.#observe(lease, performance.now());
    const holder = lease?.spec?.holderIdentity;
    const lost = holder !== this.#options.identity;
    // A free lease is taken at once; a leader that hears of another looks at once.
    if (!holder || (lost && this.leading())) this.#wake();
  }

  #wake(): void {
    this.#woken = true;
    this.#wakeUp?.();
  }

  #observe({ metadata: { resourceVersion = "" } }: Lease, at: number): void {
    if (this.#observed?.resourceVersion !== resourceVersion) this.#observed = { resourceVersion, at };
  }

  #rest(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        this.#wakeUp = undefined;
        this.#woken = false;
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#wakeUp = done;
      if (signal.aborted || this.#woken) done();
      else signal.addEventListener("abort", done, { once: true });
    });
  }

  #begin(sent: Moment, lease: Lease): void {
    const until = { monotonic: sent.monotonic + this.#deadlineMs, wall: sent.wall + this.#deadlineMs };
    this.#observe(lease, sent.monotonic);
    if (performance.now() >= until.monotonic || Date.now() >= until.wall) return;
    this.#valid = until;
    clearTimeout(this.#expiry);
    this.#expiry = setTimeout(() => this.#end(), until.monotonic - performance.now());
    this.#expiry.unref();
    if (this.#leadership) return;
    this.#leadership = new AbortController();
    this.#options.onStarted(this.#leadership.signal);
  }

  #end(): void {
    clearTimeout(this.#expiry);
    this.#valid = NEVER;
    if (!this.#leadership) return;
    this.#leadership.abort(new NotLeadingError());
    this.#leadership = undefined;
    this.#options.onStopped();
  }

  /** A renewal that was given up may still arrive, and change the Lease after it was read: a conflict is tried once more. */
  async #release(tries = 2): Promise<void> {
    const timeoutMs = this.#deadlineMs / 2;
    const lease = await this.#read(undefined, timeoutMs);
    if (lease?.spec?.holderIdentity !== this.#options.identity) return;
    lease.spec = { ...lease.spec, holderIdentity: "", leaseDurationSeconds: 1 };
    try {
      await this.#write("PUT", lease, timeoutMs);
    } catch (error) {
      if (tries === 1 || !isConflict(error)) throw error;
      await this.#release(tries - 1);
    }
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

  async #write(
    method: "POST" | "PUT",
    body: Lease,
    timeoutMs: number,
    admit: () => void = () => undefined,
  ): Promise<Lease> {
    const cluster = this.#cluster.guarded({ admit });
    return (await cluster.request(method, this.#path(method === "PUT"), { body, timeoutMs })) as Lease;
  }

  #body(previous: NonNullable<Lease["spec"]>, renewal = false): Lease {
    const { namespace, name, identity, leaseSeconds } = this.#options;
    const time = new Date().toISOString().replace("Z", "000Z");
    return {
      ...LEASE,
      metadata: { name, namespace },
      spec: {
        holderIdentity: identity,
        leaseDurationSeconds: leaseSeconds,
        acquireTime: renewal ? previous.acquireTime : time,
        renewTime: time,
        leaseTransitions: (previous.leaseTransitions ?? 0) + (renewal || !previous.renewTime ? 0 : 1),
      },
    };
  }
}

const LEASE = { apiVersion: "coordination.k8s.io/v1", kind: "Lease" };

/** One moment, by both clocks. */
interface Moment {
  monotonic: number;
  wall: number;
}

const NEVER: Moment = { monotonic: Number.NEGATIVE_INFINITY, wall: Number.NEGATIVE_INFINITY };

function now(): Moment {
  return { monotonic: performance.now(), wall: Date.now() };
}
