import { watch } from "node:fs";
import type { InformerEvent } from "../cluster/index.ts";
import { WorkQueue } from "../cluster/index.ts";
import { drifted } from "../install/compare.ts";
import { groupKind } from "../install/references.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { type ActionRun, type Installation, label, type Provider } from "../model/resources.ts";
import { isFinished } from "./actions/queue.ts";
import { reconcileRun } from "./actions/run.ts";
import { indexContent, summarize } from "./catalogue.ts";
import { reconcileInstallation } from "./installation.ts";
import { Memory } from "./memory.ts";
import type { Metrics } from "./metrics.ts";
import { reconcileProvider } from "./provider.ts";
import { World, type WorldOptions } from "./world.ts";

export interface ManagerOptions extends WorldOptions {
  metrics?: Metrics;
  /** Follow the content store's folder for new images; default true. */
  watchContent?: boolean;
}

const SETTLED = new Set(["Running", "Suspended"]);

/** The controllers of one leader: Installations, Providers (shared instances too), ActionRuns and the catalogue. */
export class Manager {
  readonly world: World;
  readonly #installations: WorkQueue;
  readonly #providers: WorkQueue;
  readonly #runs: WorkQueue;
  readonly #catalogue: WorkQueue;
  readonly #memories = new Map<string, Memory>();
  readonly #options: ManagerOptions;
  #closeWatch?: () => void;

  constructor(options: ManagerOptions) {
    this.#options = options;
    this.world = new World(options);
    const queue = (
      name: string,
      concurrency: number,
      process: ConstructorParameters<typeof WorkQueue>[0]["process"],
    ) =>
      new WorkQueue({
        concurrency,
        process: (key) => {
          this.world.signal.throwIfAborted();
          return process(key) as Promise<undefined>;
        },
        onError: (err, key, failures) => {
          if (!this.world.signal.aborted)
            this.world.log.warn({ err, queue: name, key, failures }, "to be tried again");
        },
        onProcessed: ({ durationMs, failed }) =>
          options.metrics?.reconciles.observe(
            { queue: name, result: failed ? "failed" : "done" },
            durationMs / 1000,
          ),
        maxDelayMs: 30_000,
      });
    this.#installations = queue("installations", 8, (key) => {
      const [namespace = "", name = ""] = key.split("/");
      return reconcileInstallation(this.world, { namespace, name }, this.#memory(`installation/${key}`));
    });
    this.#providers = queue("providers", 4, (key) =>
      reconcileProvider(this.world, key, this.#memory(`provider/${key}`)),
    );
    this.#runs = queue("runs", 4, (key) => reconcileRun(this.world, key));
    this.#catalogue = queue("catalogue", 1, async (key) => {
      if (key === "content") await indexContent(this.world).finally(this.world.indexed.resolve);
      else await summarize(this.world, key);
    });
  }

  /** Begins to work. Resolves once the first lists are in and everything known is queued. */
  async start(): Promise<void> {
    const { world } = this;
    this.#subscribe();
    await world.start();
    if (world.signal.aborted) return;
    this.#catalogue.add("content");
    for (const { metadata } of world.repositories.list()) this.#catalogue.add(metadata.name);
    for (const { metadata } of world.providers.list()) this.#providers.add(metadata.name);
    for (const installation of world.installations.list()) this.#installations.add(keyOf(installation));
    for (const run of world.runs.list()) this.#runs.add(keyOf(run));
    if (this.#options.watchContent ?? true) this.#watchContent();
  }

  /** Stops: nothing is begun any more, and what runs is waited for. */
  async stop(): Promise<void> {
    this.#closeWatch?.();
    const stopping = this.world.stop();
    const queues = [this.#installations, this.#providers, this.#runs, this.#catalogue];
    await Promise.all(queues.map((queue) => queue.stop()));
    await stopping;
  }

  /** Keys waiting in all queues. */
  get depth(): number {
    return this.#installations.depth + this.#providers.depth + this.#runs.depth + this.#catalogue.depth;
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
    world.providers.subscribe((event) => this.#onProvider(event));
    world.organizations.subscribe(({ object }) => {
      for (const { metadata, spec } of world.repositories.list())
        if (spec.organization === object.metadata.name) this.#catalogue.add(metadata.name);
    });
    world.repositories.subscribe(({ type, object }) => {
      this.#catalogue.add(object.metadata.name);
      if (type === "added")
        this.#wakeFailed((installation) => imageOf(installation) === repositoryImage(object));
    });
    world.catalogue.subscribe(({ object }) => this.#catalogue.add(object.spec.repository));
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
    world.children.subscribe((event) => this.#onChild(event));
    world.instances.subscribe((event) => this.#onInstance(event));
  }

  #onInstallation({ type, object, previous }: InformerEvent<Installation>): void {
    const key = keyOf(object);
    if (type === "deleted") this.#memories.delete(`installation/${key}`);
    // Our own status writes come back as events too; they need no other look.
    if (type !== "modified" || (previous && drifted({ ...previous }, object)) || finalizing(object))
      this.#installations.add(key);
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
    if (!memory) return;
    if (type === "deleted" || (previous && drifted(previous, object)))
      this.#memory(memory).touch(object, type === "deleted");
    if (key) this.#installations.add(key);
    else if (provider) this.#providers.add(provider);
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
      if (again || installation.status?.inventory?.length) this.#installations.add(keyOf(installation));
    }
    if (namespace === undefined) return;
    for (const { metadata, status } of this.world.providers.list()) {
      const here = status?.inventory?.some((reference) => reference.namespace === namespace);
      if (here && status?.phase !== "Ready") this.#providers.add(metadata.name);
    }
  }

  #wakeFailed(which: (installation: Installation) => boolean): void {
    for (const installation of this.world.installations.list())
      if (installation.status?.phase !== "Running" && which(installation))
        this.#installations.add(keyOf(installation));
  }

  /** A new image in the store turns up in the catalogue without waiting. */
  #watchContent(): void {
    const { images, log } = this.world;
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

function keyOf({ metadata }: KubernetesObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function imageOf({ spec }: Installation): string {
  return spec.image.split(/[:@]/)[0] ?? "";
}

function repositoryImage({ spec }: { spec: { organization: string; repository: string } }): string {
  return `${spec.organization}/${spec.repository}`;
}

function finalizing({ metadata }: KubernetesObject): boolean {
  return metadata.deletionTimestamp !== undefined;
}
