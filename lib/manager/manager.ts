import { watch } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { InformerEvent } from "../cluster/index.ts";
import { WorkQueue } from "../cluster/index.ts";
import { drifted, equal, onlyChecked } from "../install/compare.ts";
import { groupKind } from "../install/references.ts";
import { type Budget, isStopping } from "../model/budget.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import {
  type ActionRun,
  type Installation,
  label,
  type Provider,
  type Repository,
} from "../model/resources.ts";
import { isFinished } from "./actions/queue.ts";
import { reconcileRun } from "./actions/run.ts";
import { reconcileBin } from "./bin.ts";
import { indexContent, summarize } from "./catalogue.ts";
import { judgeGrants } from "./grants.ts";
import { reconcileInstallation } from "./installation.ts";
import { Memory } from "./memory.ts";
import { type Metrics, measureQueue } from "./metrics.ts";
import { askedToLook, finalizing, isSettled, isTaken, SETTLED, signing } from "./news.ts";
import { reconcileProvider } from "./provider.ts";
import { indexRegistry, type SourceMemory } from "./sources.ts";
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
/** Keys of the catalogue's queue that ask whether a repository's images are granted. */
const GRANT = "grant/";
/** So long the first of many tags waits for others, to be listed with them. */
const TOGETHER_MS = 1_000;
/** A rollout changes many objects many times in a moment; its app is looked at once. */
const SOON_MS = 50;

/** The controllers of one leader: Installations, Providers (shared instances too), ActionRuns and the catalogue. */
export class Manager {
  readonly world: World;
  readonly #installations: WorkQueue;
  readonly #providers: WorkQueue;
  readonly #runs: WorkQueue;
  readonly #catalogue: WorkQueue;
  readonly #bin: WorkQueue;
  /** Repositories whose registry is to be looked at. */
  readonly #sources: WorkQueue;
  readonly #sourceMemories = new Map<string, SourceMemory>();
  readonly #memories = new Map<string, Memory>();
  /** Installations that seem to be well and wait to be looked at once, the last first. */
  #unverified: string[] = [];
  readonly #options: ManagerOptions;
  readonly #installsAtOnce: number;
  #closeWatch?: () => void;
  #started = false;

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
    ) => {
      const measured = measureQueue(options.metrics, name);
      return new WorkQueue({
        concurrency,
        process: (key) => {
          this.world.signal.throwIfAborted();
          return process(key) as Promise<undefined>;
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
      });
    };
    this.#installations = queue("installations", this.#installsAtOnce, (key) => {
      const [namespace = "", name = ""] = key.split("/");
      return reconcileInstallation(this.world, { namespace, name }, this.#memory(`installation/${key}`));
    });
    this.#providers = queue("providers", 4, (key) =>
      reconcileProvider(this.world, key, this.#memory(`provider/${key}`)),
    );
    this.#bin = queue("bin", 4, (key) => {
      const [namespace = "", name = ""] = key.split("/");
      return reconcileBin(this.world, { namespace, name });
    });
    this.#runs = queue("runs", 4, (key) => reconcileRun(this.world, key));
    this.#sources = queue("sources", 4, (key) => {
      const memory = this.#sourceMemories.get(key) ?? {
        failures: 0,
        broken: new Map(),
        foreign: new Map(),
      };
      this.#sourceMemories.set(key, memory);
      return indexRegistry(this.world, key, memory);
    });
    this.#catalogue = queue("catalogue", 1, async (key) => {
      if (key === "content") await indexContent(this.world).finally(this.world.indexed.resolve);
      else if (key.startsWith(GRANT)) return judgeGrants(this.world, key.slice(GRANT.length));
      else await summarize(this.world, key);
      return undefined;
    });
  }

  /** Begins to work. Resolves once the first lists are in and everything known is queued. */
  async start(): Promise<void> {
    const { world } = this;
    this.#subscribe();
    await world.start();
    if (world.signal.aborted) return;
    this.#catalogue.add("content");
    for (const { metadata } of world.repositories.list()) {
      this.#catalogue.add(metadata.name);
      this.#sources.add(metadata.name);
    }
    for (const { metadata } of world.providers.list()) this.#providers.add(metadata.name);
    const { unsettled = [], settled = [] } = Object.groupBy(world.installations.list(), (each) =>
      isSettled(each) ? "settled" : "unsettled",
    );
    this.#started = true;
    for (const installation of unsettled) this.#installations.add(keyOf(installation));
    for (const run of world.runs.list()) this.#runs.add(keyOf(run));
    for (const item of world.bin.list()) this.#bin.add(keyOf(item));
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
    const queues = [
      this.#installations,
      this.#providers,
      this.#bin,
      this.#runs,
      this.#catalogue,
      this.#sources,
    ];
    await Promise.all(queues.map((queue) => queue.stop()));
    await stopping;
  }

  /** What changes goes first: those that seem to be well are looked at while nothing else waits. */
  #verify(): void {
    const queue = this.#installations;
    while (this.#unverified.length > 0 && queue.depth === 0 && queue.running < this.#installsAtOnce)
      queue.add(this.#unverified.pop() ?? "");
  }

  /** Keys waiting in all queues. */
  get depth(): number {
    return (
      this.#installations.depth +
      this.#providers.depth +
      this.#bin.depth +
      this.#runs.depth +
      this.#catalogue.depth +
      this.#sources.depth
    );
  }

  /** Brings the gauges up to date; called when metrics are read. */
  measure(): void {
    const { metrics } = this.#options;
    if (!metrics) return;
    const queues = {
      installations: this.#installations,
      providers: this.#providers,
      bin: this.#bin,
      runs: this.#runs,
      catalogue: this.#catalogue,
      sources: this.#sources,
    };
    for (const [queue, { depth }] of Object.entries(queues)) metrics.depth.set({ queue }, depth);
    const { world } = this;
    countPhases(metrics.installations, world.installations.list());
    countPhases(metrics.providers, world.providers.list());
    for (const informer of world.informers)
      metrics.informerObjects.set({ kind: informer.type.kind }, informer.list().length);
  }

  #memory(key: string): Memory {
    const known = this.#memories.get(key);
    if (known) return known;
    const memory = new Memory();
    this.#memories.set(key, memory);
    return memory;
  }

  #subscribe(): void {
    const { world } = this;
    world.installations.subscribe((event) => this.#onInstallation(event));
    world.runs.subscribe((event) => this.#onRun(event));
    world.bin.subscribe(({ type, object }) => {
      if (type !== "deleted" && this.#started) this.#bin.add(keyOf(object));
    });
    world.budgets.subscribe(({ type, object, previous }) => {
      const stops = (budget: Budget | undefined) => budget !== undefined && isStopping([budget]);
      if (stops(previous) !== (type !== "deleted" && stops(object)) && this.#started)
        for (const installation of world.installations.list(object.metadata.namespace))
          this.#installations.add(keyOf(installation));
    });
    world.providers.subscribe((event) => this.#onProvider(event));
    world.organizations.subscribe(({ object, previous }) => {
      const own = world.repositories.list().filter(({ spec }) => spec.organization === object.metadata.name);
      for (const { metadata } of own) this.#catalogue.add(metadata.name);
      if (!this.#started || signing(previous) === signing(object)) return;
      this.#catalogue.add("content");
      for (const { metadata } of own) this.#sources.add(metadata.name);
      this.#wakeUnsigned();
    });
    world.repositories.subscribe(({ type, object, previous }) => {
      if (type === "modified" && onlyChecked(previous, object)) return;
      const { name } = object.metadata;
      this.#summarize(name);
      if (type === "deleted") this.#sourceMemories.delete(name);
      else if (this.#started && (!previous || askedToLook(previous, object))) {
        world.registries.forget(object.spec.organization);
        this.#sources.add(name);
      }
      if (type === "added")
        this.#wakeFailed((installation) => imageOf(installation) === repositoryImage(object));
      else if (!equal(offered(previous), offered(object))) this.#wakeInstallations(object);
    });
    world.catalogue.subscribe(({ type, object, previous }) => {
      this.#summarize(object.spec.repository);
      if (type !== "modified" || previous?.spec.digest !== object.spec.digest)
        this.#summarize(object.spec.repository, GRANT);
      const { signature } = object.status ?? {};
      if (this.#started && signature && signature.digest !== previous?.status?.signature?.digest)
        this.#wakeUnsigned();
    });
    world.grants.subscribe(({ object }) => {
      const name = object.metadata.labels?.[label.grant];
      if (!name) return;
      this.#catalogue.add(`${GRANT}${name}`);
      if (world.providers.get(undefined, name)) {
        this.#memory(`provider/${name}`).applied = undefined;
        this.#providers.add(name);
      }
    });
    world.pods.subscribe(({ object }) => this.#wakeUnsettled(object.metadata.namespace));
    world.events.subscribe(({ type, object }) => {
      if (
        type !== "deleted" &&
        object.type === "Warning" &&
        object.reportingComponent !== "hub.sealos.io/app-manager"
      )
        this.#wakeUnsettled(object.metadata.namespace);
    });
    world.quotas.subscribe(({ object, previous }) => {
      if (previous && drifted(previous, object)) this.#wakeUnsettled(object.metadata.namespace, true);
    });
    for (const children of [world.children, world.made]) children.subscribe((event) => this.#onChild(event));
    world.instances.subscribe((event) => this.#onInstance(event));
  }

  /** A list of a thousand tags is not written a thousand times while they are read. */
  #summarize(repository: string, kind = ""): void {
    const many = this.#sourceMemories.get(repository)?.readsMany === true;
    this.#catalogue.addAfter(`${kind}${repository}`, many ? TOGETHER_MS : 0);
  }

  #onInstallation({ type, object, previous }: InformerEvent<Installation>): void {
    const key = keyOf(object);
    if (type === "deleted") this.#memories.delete(`installation/${key}`);
    if (type === "added" && this.#started)
      for (const item of this.world.bin.list(object.metadata.namespace))
        if (item.metadata.labels?.[label.bin] === object.metadata.name) this.#bin.add(keyOf(item));
    // Our own status writes come back as events too; they need no other look.
    const news = type !== "modified" || (previous && drifted({ ...previous }, object)) || finalizing(object);
    if (news && this.#started) this.#installations.add(key);
    if (type === "modified" && previous?.spec.image === object.spec.image) return;
    const [organization = "", repository = ""] = imageOf(object).split("/");
    const name = `${organization}.${repository}`;
    if (this.world.repositories.get(undefined, name)) this.#catalogue.add(name);
    if (this.world.providers.get(undefined, name)) this.#providers.add(name);
  }

  /** A run that has finished or was cancelled makes room for the next on its target, or for uninstalling. */
  #onRun({ type, object }: InformerEvent<ActionRun>): void {
    if (type !== "deleted") this.#runs.add(keyOf(object));
    if (type !== "deleted" && !isFinished(object)) return;
    const { namespace } = object.metadata;
    for (const run of this.world.runs.list(namespace)) if (!isFinished(run)) this.#runs.add(keyOf(run));
    for (const installation of this.world.installations.list(namespace))
      if (finalizing(installation)) this.#installations.add(keyOf(installation));
  }

  #onProvider({ type, object, previous }: InformerEvent<Provider>): void {
    const { name } = object.metadata;
    if (type === "deleted") this.#memories.delete(`provider/${name}`);
    if (type !== "modified" || (previous && drifted(previous, object)) || finalizing(object))
      this.#providers.add(name);
    const now = object.status;
    const moved =
      type !== "modified" ||
      previous?.status?.phase !== now?.phase ||
      previous?.status?.message !== now?.message;
    if (!moved && previous?.status?.address === now?.address) return;
    // Those that link to it, and those that wait for its kinds.
    for (const installation of this.world.installations.list()) {
      const links = `${imageOf(installation).replace("/", ".")}` === name;
      if (links || !SETTLED.has(installation.status?.phase ?? "")) {
        if (links) this.#memory(`installation/${keyOf(installation)}`).applied = undefined;
        this.#installations.add(keyOf(installation));
      }
    }
  }

  /** Something that AppManager applied has changed, perhaps by its own hand. */
  #onChild({ type, object, previous }: InformerEvent<KubernetesObject>): void {
    const labels = (type === "deleted" ? (previous ?? object) : object).metadata.labels ?? {};
    const installation = labels[label.installation];
    const provider = labels[label.provider];
    const key =
      installation && object.metadata.namespace ? `${object.metadata.namespace}/${installation}` : undefined;
    const memory = key ? `installation/${key}` : provider ? `provider/${provider}` : undefined;
    // Who has not been looked at yet will be; a first list brings everything as added.
    if (!memory || (type === "added" && this.#memories.get(memory)?.applied === undefined)) return;
    const taken = type === "deleted" || (previous !== undefined && isTaken(previous, object));
    if (taken) this.#memory(memory).touch(object, type === "deleted");
    const wait = taken ? 0 : SOON_MS;
    if (key) this.#installations.addAfter(key, wait);
    else if (provider) this.#providers.addAfter(provider, wait);
  }

  /** Instances count for their provider, stand in the way of uninstalling it, and belong to apps' health. */
  #onInstance({ type, object }: InformerEvent<KubernetesObject>): void {
    if (type !== "modified") {
      for (const { metadata, status } of this.world.providers.list())
        if (status?.instanceKinds?.some((kind) => groupKind(kind) === groupKind(object)))
          this.#providers.add(metadata.name);
    }
    if (type !== "deleted") return;
    for (const installation of this.world.installations.list(object.metadata.namespace))
      if (finalizing(installation)) this.#installations.add(keyOf(installation));
  }

  #wakeUnsettled(namespace: string | undefined, again = false): void {
    for (const installation of this.world.installations.list(namespace)) {
      if (SETTLED.has(installation.status?.phase ?? "")) continue;
      if (again) this.#memory(`installation/${keyOf(installation)}`).applied = undefined;
      if (again) this.#installations.add(keyOf(installation));
      else if (installation.status?.inventory?.length)
        this.#installations.addAfter(keyOf(installation), SOON_MS);
    }
    if (namespace === undefined) return;
    for (const { metadata, status } of this.world.providers.list()) {
      const here = status?.inventory?.some((reference) => reference.namespace === namespace);
      if (here && status?.phase !== "Ready") this.#providers.addAfter(metadata.name, SOON_MS);
    }
  }

  /** A newer tag is shown where an older one is installed, and taken where that was asked for. */
  #wakeInstallations(repository: Repository): void {
    if (!this.#started) return;
    for (const installation of this.world.installations.list())
      if (imageOf(installation) === repositoryImage(repository)) this.#installations.add(keyOf(installation));
  }

  #wakeFailed(which: (installation: Installation) => boolean): void {
    for (const installation of this.world.installations.list())
      if (installation.status?.phase !== "Running" && which(installation))
        this.#installations.add(keyOf(installation));
  }

  /** An image was signed, or signatures are demanded otherwise than before. */
  #wakeUnsigned(): void {
    this.#wakeFailed(({ status }) => status?.code === "image-unsigned");
    for (const { metadata, status } of this.world.providers.list())
      if (status?.conditions?.some(({ reason }) => reason === "ImageUnsigned"))
        this.#providers.add(metadata.name);
  }

  /** A new image in the store turns up in the catalogue without waiting. */
  #watchContent(): void {
    const { store: images, log } = this.world;
    try {
      const watcher = watch(images.root, (_event, file) => {
        if (file === "index.json") this.#catalogue.add("content");
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

/** By what newer tags are told. */
function offered(repository: Repository | undefined): unknown {
  return [repository?.status?.tags, repository?.status?.latestTag];
}

function countPhases(
  gauge: Metrics["installations"],
  objects: readonly { status?: { phase?: string } }[],
): void {
  gauge.reset();
  for (const { status } of objects) gauge.inc({ phase: status?.phase ?? "Pending" });
}

function keyOf({ metadata }: KubernetesObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function imageOf({ spec }: Installation): string {
  return spec.image.split(/[:@]/)[0] ?? "";
}

function repositoryImage({ spec }: { spec: { organization: string; repository: string } }): string {
  return `${spec.organization}/${spec.repository}`;
}
