import { Informer, type InformerEvent } from "../cluster/index.ts";
import { expandPlain } from "../images/expand.ts";
import { Clock } from "../metering/clock.ts";
import { dayOf, Meter } from "../metering/meter.ts";
import { appOf, appOfInstance, OTHER, type Owner, ownerOf } from "../metering/owners.ts";
import { usageOf } from "../metering/uses.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { PricesInForce } from "./prices.ts";
import { UsageWriter } from "./usage-writer.ts";
import type { World } from "./world.ts";

export interface MeteringOptions {
  /** Time between two rounds of writing; default 5 min. */
  intervalMs?: number;
  clock?: Clock;
}

const WORKLOADS = [
  { apiVersion: "apps/v1", kind: "Deployment" },
  { apiVersion: "apps/v1", kind: "StatefulSet" },
  { apiVersion: "apps/v1", kind: "DaemonSet" },
  { apiVersion: "batch/v1", kind: "Job" },
];
const CRON_JOB = { apiVersion: "batch/v1", kind: "CronJob" };
/** A pause shorter than this hides nothing that matters. */
const GAP_MS = 60_000;
const RETRY_MS = 5_000;

/**
 * Meters what tenants use and writes it as one `Usage` per namespace and day, at most once per round. What an informer
 * still shows after a pause is made up for from when it began; what may have come and gone meanwhile is marked as a gap.
 */
export class Metering {
  readonly #world: World;
  readonly #clock: Clock;
  readonly #meter = new Meter();
  readonly #prices: PricesInForce;
  readonly #intervalMs: number;
  readonly #claims: Informer<KubernetesObject>;
  readonly #services: Informer<KubernetesObject>;
  readonly #writer: UsageWriter;
  readonly #owners = new Map<string, Owner[]>();
  readonly #moved = new Set<string>();
  #timer?: NodeJS.Timeout;
  #moving?: NodeJS.Timeout;
  #round?: Promise<void>;
  /** Until when all was written before this process began, in milliseconds since the epoch. */
  #since = Number.POSITIVE_INFINITY;
  #begun = false;
  /** Pods that have ended and been counted to their end. */
  readonly #ended = new Set<string>();

  constructor(world: World, { intervalMs = 300_000, clock = new Clock() }: MeteringOptions = {}) {
    this.#world = world;
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#prices = new PricesInForce(world);
    this.#writer = new UsageWriter(world);
    const onError = (err: unknown) => world.log.error({ err }, "a watcher of the metering failed");
    this.#claims = new Informer(
      world.cluster,
      { apiVersion: "v1", kind: "PersistentVolumeClaim" },
      { onError },
    );
    this.#services = new Informer(world.cluster, { apiVersion: "v1", kind: "Service" }, { onError });
  }

  /** Begins to meter, as soon as the cluster answers; the world has to be known already. */
  start(): void {
    this.#begin().catch((err: unknown) => {
      if (this.#world.signal.aborted) return;
      this.#world.log.warn({ err }, "metering could not begin; to be tried again");
      this.#timer = setTimeout(() => this.start(), RETRY_MS).unref();
    });
  }

  async #begin(): Promise<void> {
    const { signal, children, instances, pods } = this.#world;
    for (const type of [...WORKLOADS, CRON_JOB]) children.follow(type);
    this.#claims.start();
    this.#services.start();
    const upTo = await this.#prices.read();
    await Promise.all([this.#claims.synced, this.#services.synced, children.settled(), instances.settled()]);
    if (signal.aborted) return;
    const now = this.#clock.now();
    this.#since = upTo ?? now;
    const written = await this.#writtenUpTo(now);
    if (signal.aborted) return;
    for (const informer of [pods, this.#claims, this.#services])
      informer.subscribe((event) => this.#on(event));
    children.subscribe(({ object }) => this.#onOwner(object));
    instances.subscribe(({ object }) => this.#onOwner(object));
    for (const object of this.#objects())
      this.#see(object, usageOf(object)?.from, written.get(object.metadata.namespace ?? ""));
    if (now - this.#since >= GAP_MS)
      for (const [namespace, from] of written)
        this.#writer.gap(namespace, { from, to: now, reason: "NotRunning" });
    this.#begun = true;
    this.#schedule();
  }

  /** Stops at once; what was not written is made up for by who begins next. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    clearTimeout(this.#moving);
    this.#claims.stop();
    this.#services.stop();
    this.#prices.stop();
    await this.#round?.catch(() => undefined);
  }

  /** Writes everything metered up to now. Before it is known what was metered before, there is nothing to say. */
  async round(): Promise<void> {
    if (!this.#begun) return;
    await this.#once();
  }

  #once(): Promise<void> {
    this.#round ??= this.#write().finally(() => {
      this.#round = undefined;
    });
    return this.#round;
  }

  #schedule(): void {
    if (this.#world.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.round().then(
        () => this.#schedule(),
        (err: unknown) => {
          this.#world.log.warn({ err }, "usage could not be written; it is kept and tried again");
          this.#schedule();
        },
      );
    }, this.#intervalMs).unref();
  }

  #objects(namespace?: string): KubernetesObject[] {
    return [this.#world.pods, this.#claims, this.#services].flatMap((informer) => informer.list(namespace));
  }

  /**
   * Until when each namespace in which something is used has been written: as far as the last round went, or later, since
   * namespaces are written one after the other.
   */
  async #writtenUpTo(now: number): Promise<Map<string, number>> {
    const written = new Map<string, number>();
    for (const object of this.#objects()) {
      const { namespace = "" } = object.metadata;
      if (!isTenant(namespace) || written.has(namespace) || !usageOf(object)) continue;
      written.set(namespace, this.#since);
      for (const day of new Set([dayOf(now), dayOf(this.#since)])) {
        const upTo = Date.parse((await this.#writer.find(namespace, day))?.status?.upTo ?? "");
        if (upTo > this.#since) written.set(namespace, Math.max(upTo, written.get(namespace) ?? 0));
      }
    }
    return written;
  }

  #on({ type, object, previous }: InformerEvent<KubernetesObject>): void {
    if (type === "deleted") {
      this.#meter.set(idOf(object), undefined, this.#clock.now());
      this.#ended.delete(idOf(object));
      return;
    }
    // A claim that was bound, or a service that got its type, began to count now and not when it was made.
    const told = type === "added" || object.kind === "Pod" || (previous && usageOf(previous));
    this.#see(object, told ? usageOf(object)?.from : this.#clock.now());
  }

  /** `from`: since when it is used; `since`: what was before that has been counted. */
  #see(object: KubernetesObject, from = this.#clock.now(), since = this.#since): void {
    const { namespace = "" } = object.metadata;
    const id = idOf(object);
    if (!isTenant(namespace) || this.#ended.has(id)) return;
    const now = this.#clock.now();
    const usage = usageOf(object);
    if (!usage) {
      this.#meter.set(id, undefined, now);
      return;
    }
    const { until } = usage;
    if (until !== undefined) this.#ended.add(id);
    if (until !== undefined && until <= since) return;
    const cronJobs = this.#world.children.list(CRON_JOB, namespace);
    const app = appOf(object, this.#ownersIn(namespace), cronJobs);
    const began = Math.min(now, Math.max(from, since));
    const before = this.#meter.use(id);
    // Whose it is may turn out a moment after it was seen: then it has been theirs from the beginning.
    const late = before?.app === OTHER && app !== OTHER;
    const at = before && !late ? now : Math.max(began, now - this.#intervalMs);
    if (late) this.#meter.set(id, undefined, at);
    this.#meter.set(id, { namespace, app, rates: usage.rates }, before ? at : began);
    if (until !== undefined) this.#meter.set(id, undefined, Math.min(now, until));
  }

  /** Workloads and instances decide whose pods are whose. */
  #onOwner({ metadata: { namespace = "" } }: KubernetesObject): void {
    if (!isTenant(namespace)) return;
    this.#owners.delete(namespace);
    this.#moved.add(namespace);
    this.#moving ??= setTimeout(() => {
      this.#moving = undefined;
      for (const namespace of this.#moved)
        for (const object of this.#objects(namespace))
          if (this.#meter.use(idOf(object))) this.#see(object, usageOf(object)?.from);
      this.#moved.clear();
    }, 200).unref();
  }

  #ownersIn(namespace: string): Owner[] {
    const known = this.#owners.get(namespace);
    if (known) return known;
    const { children, instances, kinds } = this.#world;
    const owners = WORKLOADS.flatMap((type) =>
      children.list(type, namespace).flatMap((workload) => ownerOf(workload) ?? []),
    );
    for (const kind of kinds.values())
      for (const instance of instances.list(kind, namespace)) {
        const scope = { name: instance.metadata.name, namespace };
        const selector = Object.entries(kind.workloads.selector).map(([key, text]) => [
          key,
          expandPlain(text, scope),
        ]);
        if (selector.every(([, value]) => value !== undefined))
          owners.push({ app: appOfInstance(instance), selector: Object.fromEntries(selector) });
      }
    this.#owners.set(namespace, owners);
    return owners;
  }

  async #write(): Promise<void> {
    const jump = this.#clock.jumped();
    const now = this.#clock.now();
    const [from, to] = [jump?.from ?? 0, jump?.to ?? 0].sort((a, b) => a - b) as [number, number];
    for (const namespace of this.#meter.namespaces()) {
      if (jump) this.#writer.gap(namespace, { from, to, reason: "ClockSet" });
      for (const [day, apps] of this.#meter.take(namespace, now)) this.#writer.add(namespace, day, apps);
    }
    await this.#writer.flush(now, this.#prices.current());
    await this.#prices.metered(now);
  }
}

const isTenant = (namespace: string) => namespace.startsWith("ns-");

function idOf({ kind, metadata }: KubernetesObject): string {
  return metadata.uid ?? `${kind}/${metadata.namespace}/${metadata.name}`;
}
