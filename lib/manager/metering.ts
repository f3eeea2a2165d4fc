import type { InformerEvent } from "../cluster/index.ts";
import { equal } from "../install/compare.ts";
import { Clock } from "../metering/clock.ts";
import { dayOf, endOf, Meter } from "../metering/meter.ts";
import { appOf, type Belongings, OTHER } from "../metering/owners.ts";
import { usageOf } from "../metering/uses.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { belongingsIn, OWNING } from "./belongings.ts";
import { Budgets } from "./budgets.ts";
import { CustomMeters } from "./custom-meters.ts";
import { PricesInForce } from "./prices.ts";
import { UsageWriter } from "./usage-writer.ts";
import type { World } from "./world.ts";

export interface MeteringOptions {
  /** Time between two rounds of writing; default 5 min. */
  intervalMs?: number;
  clock?: Clock;
}

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
  readonly #writer: UsageWriter;
  readonly #custom: CustomMeters;
  readonly #budgets: Budgets;
  readonly #belongings = new Map<string, Belongings>();
  readonly #moved = new Set<string>();
  #timer?: NodeJS.Timeout;
  #moving?: NodeJS.Timeout;
  #round?: Promise<void>;
  /** Until when all was written before this process began, or its clock was set, in milliseconds since the epoch. */
  #since = Number.POSITIVE_INFINITY;
  /** When all was written last. */
  #written = Number.NEGATIVE_INFINITY;
  #begun = false;
  /** Pods that have ended and been counted to their end. */
  readonly #ended = new Set<string>();

  constructor(world: World, { intervalMs = 300_000, clock = new Clock() }: MeteringOptions = {}) {
    this.#world = world;
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#prices = new PricesInForce(world);
    this.#writer = new UsageWriter(world);
    this.#budgets = new Budgets(world);
    this.#custom = new CustomMeters(world, this.#meter, this.#writer);
  }

  /** Whether it is known what was metered before: from then on everything counts. */
  get begun(): boolean {
    return this.#begun;
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
    const { signal, bin, children, claims, installations, made, instances, pods, runs, services } =
      this.#world;
    for (const type of OWNING) children.follow(type);
    const upTo = await this.#prices.read();
    await Promise.all([children.settled(), made.settled(), instances.settled()]);
    if (signal.aborted) return;
    const now = this.#clock.now();
    // Where the records end may lie ahead, if the clock was wrong then.
    this.#since = Math.min(upTo ?? now, now);
    this.#writer.begin(this.#since);
    const written = await this.#writtenUpTo(now);
    if (signal.aborted) return;
    for (const informer of [pods, claims, services]) informer.subscribe((event) => this.#on(event));
    for (const followed of [children, made]) followed.subscribe(({ object }) => this.#onOwner(object));
    instances.subscribe(({ object }) => this.#onOwner(object));
    bin.subscribe(({ object }) => this.#onOwner(object));
    runs.subscribe(({ type, object }) => {
      if (type !== "modified") this.#onOwner(object);
    });
    installations.subscribe(({ object, previous }) => {
      const { inventory, meters } = object.status ?? {};
      const same = equal(inventory, previous?.status?.inventory) && equal(meters, previous?.status?.meters);
      if (!same) this.#onOwner(object);
    });
    for (const object of this.#objects())
      this.#see(object, usageOf(object)?.from, written.get(object.metadata.namespace ?? ""));
    const tenants = new Set(installations.list().map(({ metadata }) => metadata.namespace ?? ""));
    for (const kind of this.#world.kinds.values())
      for (const { metadata } of instances.list(kind)) tenants.add(metadata.namespace ?? "");
    for (const namespace of tenants) this.#count(namespace, written.get(namespace) ?? this.#since);
    if (now - this.#since >= GAP_MS)
      for (const [namespace, from] of written)
        this.#writer.gap(namespace, { from, to: now, reason: "NotRunning" });
    this.#world.budgets.subscribe(({ type, object, previous }) => {
      if (type !== "deleted" && previous?.metadata.generation !== object.metadata.generation)
        this.#judge(object.metadata.namespace);
    });
    // Without prices no budget could be judged; by others it may be spent.
    this.#prices.subscribe(() => this.#judge(undefined));
    this.#begun = true;
    // What an endpoint tells counts from when it is asked: not only after the first pause.
    void this.#readAll();
    this.#schedule();
  }

  /** Stops at once; what was not written is made up for by who begins next. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    clearTimeout(this.#moving);
    this.#prices.stop();
    await this.#round?.catch(() => undefined);
  }

  /** Asks the endpoints that apps declare as meters. */
  async read(): Promise<void> {
    if (this.#begun) await this.#custom.read(() => this.#clock.now());
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
      this.#readAll()
        .then(() => this.round())
        .then(
          () => this.#schedule(),
          (err: unknown) => {
            this.#world.log.warn({ err }, "usage could not be written; it is kept and tried again");
            this.#schedule();
          },
        );
    }, this.#intervalMs).unref();
  }

  #readAll(): Promise<void> {
    return this.read().catch((err: unknown) =>
      this.#world.log.warn({ err }, "the meters of apps could not be read"),
    );
  }

  #objects(namespace?: string): KubernetesObject[] {
    return [this.#world.pods, this.#world.claims, this.#world.services].flatMap((informer) =>
      informer.list(namespace),
    );
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
      for (const day of new Set([dayOf(this.#since), dayOf(now)])) {
        const usage = await this.#writer.find(namespace, day);
        if (usage) this.#custom.resume(namespace, usage);
        const last = Date.parse(usage?.status?.upTo ?? "");
        const upTo = Math.min(last, endOf(day), now);
        if (upTo > this.#since) written.set(namespace, Math.max(upTo, written.get(namespace) ?? 0));
      }
    }
    return written;
  }

  #on({ type, object, previous }: InformerEvent<KubernetesObject>): void {
    const { namespace = "" } = object.metadata;
    if (isTenant(namespace) && this.#custom.counts(namespace)) this.#lookAgain(namespace);
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
  #see(object: KubernetesObject, from = this.#clock.now(), since = this.#unheard()): void {
    const { namespace = "" } = object.metadata;
    const id = idOf(object);
    if (!isTenant(namespace) || this.#ended.has(id)) return;
    const now = this.#clock.now();
    const usage = usageOf(object);
    if (!usage) {
      this.#meter.set(id, undefined, now);
      return;
    }
    const until = usage.until === "unknown" ? now : usage.until;
    if (until !== undefined) this.#ended.add(id);
    if (until !== undefined && until <= since) {
      this.#meter.set(id, undefined, Math.max(since, until));
      return;
    }
    const app = appOf(object, this.#belongingsIn(namespace));
    const began = Math.min(now, Math.max(from, since));
    const before = this.#meter.use(id);
    // Whose it is may turn out a moment after it was seen: then it has been theirs from the beginning.
    const late = before?.app === OTHER && app !== OTHER;
    const at = before && !late ? now : Math.max(began, now - this.#intervalMs);
    if (late) this.#meter.set(id, undefined, at);
    this.#meter.set(id, { namespace, app, rates: usage.rates }, before ? at : began);
    if (until !== undefined) this.#meter.set(id, undefined, Math.min(now, until));
  }

  /**
   * Since when something may have begun without having been heard of: the last writing, and a moment before it. The
   * cluster's clock may be far behind this one, so what an object says is believed no further.
   */
  #unheard(): number {
    return Math.max(this.#since, this.#written - this.#intervalMs);
  }

  /** Workloads and instances decide whose pods are whose. */
  #onOwner({ metadata: { namespace = "" } }: KubernetesObject): void {
    if (!isTenant(namespace)) return;
    this.#belongings.delete(namespace);
    this.#lookAgain(namespace);
  }

  #lookAgain(namespace: string): void {
    this.#moved.add(namespace);
    this.#moving ??= setTimeout(() => {
      this.#moving = undefined;
      for (const namespace of this.#moved) {
        for (const object of this.#objects(namespace))
          if (this.#meter.use(idOf(object))) this.#see(object, usageOf(object)?.from);
        this.#count(namespace);
      }
      this.#moved.clear();
    }, 200).unref();
  }

  /** A budget that is changed holds at once. */
  #judge(namespace: string | undefined): void {
    const { signal, log } = this.#world;
    this.#budgets.judge(this.#clock.now(), this.#prices.current(), namespace).catch((err: unknown) => {
      if (!signal.aborted) log.warn({ err, namespace }, "a budget could not be judged; to be tried again");
    });
  }

  #count(namespace: string, since?: number): void {
    if (!isTenant(namespace) || !this.#custom.counts(namespace)) return;
    this.#custom.update(namespace, this.#belongingsIn(namespace), this.#clock.now(), since);
  }

  #belongingsIn(namespace: string): Belongings {
    const known = this.#belongings.get(namespace) ?? belongingsIn(this.#world, namespace);
    this.#belongings.set(namespace, known);
    return known;
  }

  async #write(): Promise<void> {
    const jump = this.#clock.jumped();
    const now = this.#clock.now();
    const [from, to] = [jump?.from ?? 0, jump?.to ?? 0].sort((a, b) => a - b) as [number, number];
    for (const namespace of this.#meter.namespaces()) {
      if (jump) this.#writer.gap(namespace, { from, to, reason: "ClockSet" });
      // Nobody pays for time that only a clock says has passed.
      for (const [day, apps] of this.#meter.take(namespace, jump?.from ?? now))
        this.#writer.add(namespace, day, apps);
    }
    if (jump) {
      this.#meter.restart(now);
      this.#since = now;
    }
    try {
      await this.#prices.metered(await this.#writer.flush(now, this.#prices.current()));
      this.#written = now;
    } finally {
      // One workspace's usage that cannot be written lets no other spend more than it may.
      await this.#budgets.judge(now, this.#prices.current());
    }
  }
}

const isTenant = (namespace: string) => namespace.startsWith("ns-");

function idOf({ kind, metadata }: KubernetesObject): string {
  return metadata.uid ?? `${kind}/${metadata.namespace}/${metadata.name}`;
}
