import type { InformerEvent, WorkQueue } from "../cluster/index.ts";
import { commandName } from "../install/command/objects.ts";
import { drifted, equal, onlyChecked } from "../install/compare.ts";
import { groupKind } from "../install/references.ts";
import { type Budget, isStopping } from "../model/budget.ts";
import { stopMark } from "../model/budget-stop.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import {
  type ActionRun,
  type Installation,
  label,
  type Provider,
  type Repository,
} from "../model/resources.ts";
import { isFinished } from "./actions/queue.ts";
import type { Memories } from "./memory.ts";
import { askedToLook, finalizing, isTaken, SETTLED, signing } from "./news.ts";
import type { SourceMemory } from "./sources.ts";
import type { World } from "./world.ts";

/** What waits to be looked at, by kind; keys are `namespace/name`, or the name of what is in no namespace. */
export interface Queues {
  installations: WorkQueue;
  providers: WorkQueue;
  runs: WorkQueue;
  /** Workspaces whose instances a budget stops or starts, by namespace. */
  stops: WorkQueue;
  bin: WorkQueue;
  /** Repositories to be summarized, with `GRANT` before them to be judged, and `content` for the whole store. */
  catalogue: WorkQueue;
  /** Repositories whose registry is to be looked at. */
  sources: WorkQueue;
}

/** Keys of the catalogue's queue that ask whether a repository's images are granted. */
export const GRANT = "grant/";
/** So long the first of many tags waits for others, to be listed with them. */
const TOGETHER_MS = 1_000;
/** A rollout changes many objects many times in a moment; its app is looked at once. */
const SOON_MS = 50;
/** So long after its pod a Job says that it is done. */
const JOB_MS = 300;

/** Which change in the cluster has what looked at again. */
export class Triggers {
  /** Whether the first lists are in; until then whoever starts queues what is known. */
  started = false;
  readonly #world: World;
  readonly #queues: Queues;
  readonly #memories: Memories;
  readonly #sources: Map<string, SourceMemory>;

  constructor(world: World, queues: Queues, memories: Memories, sources: Map<string, SourceMemory>) {
    this.#world = world;
    this.#queues = queues;
    this.#memories = memories;
    this.#sources = sources;
  }

  /**
   * Before the first lists are in, half of what is there would pass for all of it: a run would fail since its provider is
   * not known yet.
   */
  #look(queue: "installations" | "providers" | "runs" | "stops" | "bin", key: string, afterMs = 0): void {
    if (this.started) this.#queues[queue].addAfter(key, afterMs);
  }

  /** Follows everything that the world is informed of. */
  subscribe(): void {
    const world = this.#world;
    world.installations.subscribe((event) => this.#onInstallation(event));
    world.runs.subscribe((event) => this.#onRun(event));
    world.bin.subscribe(({ type, object }) => {
      if (type !== "deleted") this.#look("bin", keyOf(object));
    });
    world.budgets.subscribe(({ type, object, previous }) => {
      const stops = (budget: Budget | undefined) => budget !== undefined && isStopping([budget]);
      if (stops(previous) === (type !== "deleted" && stops(object))) return;
      for (const installation of world.installations.list(object.metadata.namespace))
        this.#look("installations", keyOf(installation));
      this.#look("stops", object.metadata.namespace ?? "");
    });
    world.providers.subscribe((event) => this.#onProvider(event));
    world.organizations.subscribe(({ object, previous }) => {
      const own = world.repositories.list().filter(({ spec }) => spec.organization === object.metadata.name);
      for (const { metadata } of own) this.#queues.catalogue.add(metadata.name);
      if (!this.started || signing(previous) === signing(object)) return;
      this.#queues.catalogue.add("content");
      for (const { metadata } of own) this.#queues.sources.add(metadata.name);
      this.#wakeUnsigned();
    });
    world.repositories.subscribe(({ type, object, previous }) => {
      if (type === "modified" && onlyChecked(previous, object)) return;
      const { name } = object.metadata;
      this.#summarize(name);
      if (type === "deleted") this.#sources.delete(name);
      else if (this.started && (!previous || askedToLook(previous, object))) {
        world.registries.forget(object.spec.organization);
        this.#queues.sources.add(name);
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
      if (this.started && signature && signature.digest !== previous?.status?.signature?.digest)
        this.#wakeUnsigned();
    });
    world.grants.subscribe(({ object }) => {
      const name = object.metadata.labels?.[label.grant];
      if (!name) return;
      this.#queues.catalogue.add(`${GRANT}${name}`);
      if (world.providers.get(undefined, name)) {
        this.#memories.of(`provider/${name}`).applied = undefined;
        this.#look("providers", name);
      }
    });
    world.pods.subscribe(({ object }) => {
      this.#wakeUnsettled(object.metadata.namespace);
      this.#wakeRun(object);
    });
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
    const many = this.#sources.get(repository)?.readsMany === true;
    this.#queues.catalogue.addAfter(`${kind}${repository}`, many ? TOGETHER_MS : 0);
  }

  #onInstallation({ type, object, previous }: InformerEvent<Installation>): void {
    const key = keyOf(object);
    if (type === "deleted") this.#memories.forget(`installation/${key}`);
    if (type === "added")
      for (const item of this.#world.bin.list(object.metadata.namespace))
        if (item.metadata.labels?.[label.bin] === object.metadata.name) this.#look("bin", keyOf(item));
    // Our own status writes come back as events too; they need no other look.
    const news = type !== "modified" || (previous && drifted({ ...previous }, object)) || finalizing(object);
    if (news) this.#look("installations", key);
    if (type === "modified" && previous?.spec.image === object.spec.image) return;
    const [organization = "", repository = ""] = imageOf(object).split("/");
    const name = `${organization}.${repository}`;
    if (this.#world.repositories.get(undefined, name)) this.#queues.catalogue.add(name);
    if (this.#world.providers.get(undefined, name)) this.#look("providers", name);
  }

  /** A run that has finished or was cancelled makes room for the next on its target, or for uninstalling. */
  #onRun({ type, object }: InformerEvent<ActionRun>): void {
    if (type !== "deleted") this.#look("runs", keyOf(object));
    if (type !== "deleted" && !isFinished(object)) return;
    const { namespace, labels } = object.metadata;
    if (namespace && labels?.[label.budget]) this.#look("stops", namespace);
    for (const run of this.#world.runs.list(namespace)) if (!isFinished(run)) this.#look("runs", keyOf(run));
    for (const installation of this.#world.installations.list(namespace))
      if (finalizing(installation)) this.#look("installations", keyOf(installation));
  }

  #onProvider({ type, object, previous }: InformerEvent<Provider>): void {
    const { name } = object.metadata;
    if (type === "deleted") this.#memories.forget(`provider/${name}`);
    if (type !== "modified" || (previous && drifted(previous, object)) || finalizing(object))
      this.#look("providers", name);
    const now = object.status;
    const moved =
      type !== "modified" ||
      previous?.status?.phase !== now?.phase ||
      previous?.status?.message !== now?.message;
    if (!moved && previous?.status?.address === now?.address) return;
    // Those that link to it, and those that wait for its kinds.
    for (const installation of this.#world.installations.list()) {
      const links = `${imageOf(installation).replace("/", ".")}` === name;
      if (links || !SETTLED.has(installation.status?.phase ?? "")) {
        if (links) this.#memories.of(`installation/${keyOf(installation)}`).applied = undefined;
        this.#look("installations", keyOf(installation));
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
    if (!memory || (type === "added" && this.#memories.known(memory)?.applied === undefined)) return;
    const taken = type === "deleted" || (previous !== undefined && isTaken(previous, object));
    if (taken) this.#memories.of(memory).touch(object, type === "deleted");
    const wait = taken ? 0 : SOON_MS;
    if (key) this.#look("installations", key, wait);
    else if (provider) this.#look("providers", provider, wait);
  }

  /** Instances count for their provider, are stopped by a spent budget, stand in the way of uninstalling it, and belong to apps' health. */
  #onInstance({ type, object }: InformerEvent<KubernetesObject>): void {
    if (type !== "modified") {
      for (const { metadata, status } of this.#world.providers.list())
        if (status?.instanceKinds?.some((kind) => groupKind(kind) === groupKind(object)))
          this.#look("providers", metadata.name);
    }
    const { namespace = "" } = object.metadata;
    if (stopMark(object) || this.#world.isOverBudget(namespace)) this.#look("stops", namespace, SOON_MS);
    if (type !== "deleted") return;
    for (const installation of this.#world.installations.list(namespace))
      if (finalizing(installation)) this.#look("installations", keyOf(installation));
  }

  /** A container of a run under way has begun, or has ended: its Job says so a moment later. */
  #wakeRun({ metadata: { labels = {}, namespace } }: KubernetesObject): void {
    const job = labels["batch.kubernetes.io/job-name"];
    if (job === undefined) return;
    for (const run of this.#world.runs.list(namespace))
      if (run.status?.phase === "Running" && commandName(run.metadata.name, run.metadata.uid ?? "") === job)
        this.#look("runs", keyOf(run), JOB_MS);
  }

  #wakeUnsettled(namespace: string | undefined, again = false): void {
    for (const installation of this.#world.installations.list(namespace)) {
      if (SETTLED.has(installation.status?.phase ?? "")) continue;
      if (again) this.#memories.of(`installation/${keyOf(installation)}`).applied = undefined;
      if (again) this.#look("installations", keyOf(installation));
      else if (installation.status?.inventory?.length)
        this.#look("installations", keyOf(installation), SOON_MS);
    }
    if (namespace === undefined) return;
    for (const { metadata, status } of this.#world.providers.list()) {
      const here = status?.inventory?.some((reference) => reference.namespace === namespace);
      if (here && status?.phase !== "Ready") this.#look("providers", metadata.name, SOON_MS);
    }
  }

  /** A newer tag is shown where an older one is installed, and taken where that was asked for. */
  #wakeInstallations(repository: Repository): void {
    for (const installation of this.#world.installations.list())
      if (imageOf(installation) === repositoryImage(repository))
        this.#look("installations", keyOf(installation));
  }

  #wakeFailed(which: (installation: Installation) => boolean): void {
    for (const installation of this.#world.installations.list())
      if (installation.status?.phase !== "Running" && which(installation))
        this.#look("installations", keyOf(installation));
  }

  /** An image was signed, or signatures are demanded otherwise than before. */
  #wakeUnsigned(): void {
    this.#wakeFailed(({ status }) => status?.code === "image-unsigned");
    for (const { metadata, status } of this.#world.providers.list())
      if (status?.conditions?.some(({ reason }) => reason === "ImageUnsigned"))
        this.#look("providers", metadata.name);
  }
}

/** `namespace/name` */
export function keyOf({ metadata }: KubernetesObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** By what newer tags are told. */
function offered(repository: Repository | undefined): unknown {
  return [repository?.status?.tags, repository?.status?.latestTag];
}

function imageOf({ spec }: Installation): string {
  return spec.image.split(/[:@]/)[0] ?? "";
}

function repositoryImage({ spec }: { spec: { organization: string; repository: string } }): string {
  return `${spec.organization}/${spec.repository}`;
}
