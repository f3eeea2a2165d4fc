import { watch } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { WorkQueue } from "../cluster/index.ts";
import { workingFor } from "../images/index.ts";
import { reconcileRun } from "./actions/run.ts";
import { reconcileBin } from "./bin.ts";
import { indexContent, summarize } from "./catalogue.ts";
import { judgeGrants } from "./grants.ts";
import { reconcileInstallation } from "./installation.ts";
import { Memories } from "./memory.ts";
import { type Metrics, measureQueue } from "./metrics.ts";
import { isSettled } from "./news.ts";
import { reconcileProvider } from "./provider.ts";
import { indexRegistry, type SourceMemory } from "./sources.ts";
import { reconcileStops } from "./stops/reconcile.ts";
import { GRANT, keyOf, type Queues, Triggers } from "./triggers.ts";
import { World, type WorldOptions } from "./world.ts";

export interface ManagerOptions extends WorldOptions {
  metrics?: Metrics;
  /** Installations worked on at the same time; default 24: an install mostly waits for one answer after the other. */
  installsAtOnce?: number;
  /** Follow the content store's folder for new images; default true. */
  watchContent?: boolean;
}

/** How long the first lists of applied objects may keep what seems to be well from being looked at. */
const SETTLE_MS = 5_000;

/** The controllers of one leader: Installations, Providers (shared instances too), ActionRuns and the catalogue. */
export class Manager {
  readonly world: World;
  readonly #queues: Queues;
  readonly #memories = new Memories();
  readonly #sourceMemories = new Map<string, SourceMemory>();
  readonly #triggers: Triggers;
  /** Installations that seem to be well and wait to be looked at once, the last first. */
  #unverified: string[] = [];
  readonly #options: ManagerOptions;
  readonly #installsAtOnce: number;
  #closeWatch?: () => void;

  constructor(options: ManagerOptions) {
    this.#options = options;
    this.#installsAtOnce = options.installsAtOnce ?? 24;
    this.world = new World(options);
    for (const informer of this.world.informers)
      informer.onHealth((reachable) =>
        options.metrics?.informerHealthy.set({ kind: informer.type.kind }, reachable ? 1 : 0),
      );
    const queue = (
      name: string,
      concurrency: number,
      process: ConstructorParameters<typeof WorkQueue>[0]["process"],
      ownerOf?: (key: string) => string,
    ) => {
      const measured = measureQueue(options.metrics, name);
      return new WorkQueue({
        concurrency,
        process: (key) => {
          this.world.signal.throwIfAborted();
          return workingFor(ownerOf?.(key) ?? name, () => process(key) as Promise<undefined>);
        },
        onError: (err, key, failures) => {
          if (!this.world.signal.aborted)
            this.world.log.warn({ err, queue: name, key, failures }, "to be tried again");
        },
        onProcessed: (run) => {
          measured(run);
          if (name === "installations") this.#verify();
        },
        maxDelayMs: 30_000,
        ...(ownerOf ? { ownerOf } : {}),
      });
    };
    const workspaceOf = (key: string) => key.slice(0, key.indexOf("/"));
    const install = (key: string) => {
      const [namespace = "", name = ""] = key.split("/");
      return reconcileInstallation(this.world, { namespace, name }, this.#memories.of(`installation/${key}`));
    };
    const installations = queue("installations", this.#installsAtOnce, install, workspaceOf);
    const providers = queue("providers", 4, (key) =>
      reconcileProvider(this.world, key, this.#memories.of(`provider/${key}`)),
    );
    const tidy = (key: string) => {
      const [namespace = "", name = ""] = key.split("/");
      return reconcileBin(this.world, { namespace, name });
    };
    const bin = queue("bin", 4, tidy, workspaceOf);
    const runs = queue("runs", 4, (key) => reconcileRun(this.world, key), workspaceOf);
    const stops = queue("stops", 2, (key) => reconcileStops(this.world, key));
    const look = (key: string) => {
      const memory = this.#sourceMemories.get(key) ?? {
        failures: 0,
        broken: new Map(),
        foreign: new Map(),
      };
      this.#sourceMemories.set(key, memory);
      return indexRegistry(this.world, key, memory);
    };
    const organizationOf = (key: string) => key.slice(0, key.indexOf("."));
    const sources = queue("sources", 4, look, organizationOf);
    const catalogue = queue("catalogue", 1, async (key) => {
      if (key === "content") await indexContent(this.world).finally(this.world.indexed.resolve);
      else if (key.startsWith(GRANT)) return judgeGrants(this.world, key.slice(GRANT.length));
      else await summarize(this.world, key);
      return undefined;
    });
    this.#queues = { installations, providers, runs, stops, bin, catalogue, sources };
    this.#triggers = new Triggers(this.world, this.#queues, this.#memories, this.#sourceMemories);
  }

  /** Begins to work. Resolves once the first lists are in and everything known is queued. */
  async start(): Promise<void> {
    const { world } = this;
    this.#triggers.subscribe();
    await world.start();
    if (world.signal.aborted) return;
    this.#queues.catalogue.add("content");
    for (const { metadata } of world.repositories.list()) {
      this.#queues.catalogue.add(metadata.name);
      this.#queues.sources.add(metadata.name);
    }
    for (const { metadata } of world.providers.list()) this.#queues.providers.add(metadata.name);
    const { unsettled = [], settled = [] } = Object.groupBy(world.installations.list(), (each) =>
      isSettled(each) ? "settled" : "unsettled",
    );
    this.#triggers.started = true;
    for (const installation of unsettled) this.#queues.installations.add(keyOf(installation));
    for (const run of world.runs.list()) this.#queues.runs.add(keyOf(run));
    for (const { metadata } of world.budgets.list()) this.#queues.stops.add(metadata.namespace ?? "");
    for (const item of world.bin.list()) this.#queues.bin.add(keyOf(item));
    if (this.#options.watchContent ?? true) this.#watchContent();
    for (const { status } of settled)
      for (const reference of status?.inventory ?? []) world.children.follow(reference);
    // Once their objects are known, most need no question to the API server.
    await Promise.race([world.children.settled(), delay(SETTLE_MS, undefined, { ref: false })]);
    this.#unverified = settled.map(keyOf).reverse();
    this.#verify();
  }

  /** Stops: nothing is begun any more, and what runs is waited for. */
  async stop(): Promise<void> {
    this.#closeWatch?.();
    const stopping = this.world.stop();
    await Promise.all(Object.values(this.#queues).map((queue) => queue.stop()));
    await stopping;
  }

  /** What changes goes first: those that seem to be well are looked at while nothing else waits. */
  #verify(): void {
    const queue = this.#queues.installations;
    while (this.#unverified.length > 0 && queue.depth === 0 && queue.running < this.#installsAtOnce)
      queue.add(this.#unverified.pop() ?? "");
  }

  /** Keys waiting in all queues. */
  get depth(): number {
    return Object.values(this.#queues).reduce((sum, { depth }) => sum + depth, 0);
  }

  /** Brings the gauges up to date; called when metrics are read. */
  measure(): void {
    const { metrics } = this.#options;
    if (!metrics) return;
    for (const [queue, { depth }] of Object.entries(this.#queues)) metrics.depth.set({ queue }, depth);
    const { world } = this;
    countPhases(metrics.installations, world.installations.list());
    countPhases(metrics.providers, world.providers.list());
    for (const informer of world.informers)
      metrics.informerObjects.set({ kind: informer.type.kind }, informer.list().length);
  }

  /** A new image in the store turns up in the catalogue without waiting. */
  #watchContent(): void {
    const { store: images, log } = this.world;
    try {
      const watcher = watch(images.root, (_event, file) => {
        if (file === "index.json") this.#queues.catalogue.add("content");
      });
      watcher.on("error", (error) => log.warn({ err: error }, "the content store is not followed any more"));
      this.#closeWatch = () => watcher.close();
    } catch (error) {
      log.warn(
        { err: error, folder: images.root },
        "the content store cannot be followed; a restart reads it",
      );
    }
  }
}

function countPhases(
  gauge: Metrics["installations"],
  objects: readonly { status?: { phase?: string } }[],
): void {
  gauge.reset();
  for (const { status } of objects) gauge.inc({ phase: status?.phase ?? "Pending" });
}
