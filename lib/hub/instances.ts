import type { Informer } from "../cluster/index.ts";
import { expand, expandAll, expandPlain } from "../images/expand.ts";
import { backupsView } from "../install/backups.ts";
import { type InstanceParts, instanceView, memberView, podView } from "../install/instance-view.ts";
import { selects } from "../install/paths.ts";
import type { ImageContent, InstanceKind, MemberKind } from "../model/image.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { parseImageReference, repositoryName } from "../model/names.ts";
import type { Provider } from "../model/resources.ts";
import type { BackupsView, InstanceDetail, InstanceView } from "../model/stream.ts";
import type { Catalogue } from "./catalogue.ts";
import { eventView } from "./event-view.ts";
import type { Informers } from "./informers.ts";
import type { Logger } from "./log.ts";
import { SpokenProblem } from "./messages.ts";

/** A provider of the cluster with its image read: everything its pages need. */
export interface LoadedProvider {
  provider: Provider;
  image: { org: string; repo: string; tag: string; digest: string };
  content: ImageContent;
  kinds: InstanceKind[];
}

const EVENTS_SHOWN = 50;

/** Instances of all providers: their objects, workloads, pods and events, watched once per process. */
export class Instances {
  readonly providers: Informer<Provider>;
  readonly #informers: Informers;
  readonly #catalogue: Catalogue;
  readonly #loaded = new Map<string, { digest: string; promise: Promise<LoadedProvider> }>();
  readonly #selectors = new Map<string, Record<string, string>>();

  constructor(informers: Informers, catalogue: Catalogue, log: Logger) {
    this.#informers = informers;
    this.#catalogue = catalogue;
    this.providers = informers.hub<Provider>("Provider");
    // A provider's kinds are watched from the moment it appears, so that its first list is quick.
    this.providers.subscribe((event) => {
      const { name } = event.object.metadata;
      if (event.type === "deleted") this.#loaded.delete(name);
      else
        this.load(name).catch((error: unknown) =>
          log.warn({ provider: name, err: error }, "a provider is not readable"),
        );
    });
  }

  /** Reads the provider's image and begins to watch its kinds. Throws `provider-unknown` or `content-missing`. */
  load(name: string): Promise<LoadedProvider> {
    const provider = this.providers.get(undefined, name);
    if (!provider) return Promise.reject(new SpokenProblem("provider-unknown", { provider: name }));
    const reference = parseReference(provider);
    if (!reference)
      return Promise.reject(new SpokenProblem("content-missing", { image: provider.spec.image }));
    const known = this.#loaded.get(name);
    if (known?.digest === reference.digest) return known.promise.then((loaded) => ({ ...loaded, provider }));
    const promise = this.#read(provider, reference);
    this.#loaded.set(name, { digest: reference.digest, promise });
    promise.catch(() => this.#loaded.delete(name));
    return promise;
  }

  async kind(provider: string, plural: string): Promise<{ loaded: LoadedProvider; kind: InstanceKind }> {
    const loaded = await this.load(provider);
    const kind = loaded.kinds.find((candidate) => candidate.plural === plural);
    if (!kind) throw new SpokenProblem("kind-unknown", { provider, plural });
    return { loaded, kind };
  }

  informerOf(kind: InstanceKind): Informer<KubernetesObject> {
    return this.#informers.of({ apiVersion: kind.apiVersion, kind: kind.kind });
  }

  /** Informers of what instances are made of. */
  parts(kind: InstanceKind): Informer<KubernetesObject>[] {
    return [...this.#workloads(kind), ...(kind.members ? [this.#members(kind.members)] : [])];
  }

  /** Informers of what backs them up. */
  backups(kind: InstanceKind): Informer<KubernetesObject>[] {
    return kind.backups ? [this.#batch("Job"), this.#batch("CronJob")] : [];
  }

  #batch(kind: "Job" | "CronJob"): Informer<KubernetesObject> {
    return this.#informers.of({ apiVersion: "batch/v1", kind });
  }

  async #backupsOf(kind: InstanceKind, object: KubernetesObject): Promise<BackupsView | undefined> {
    if (!kind.backups) return undefined;
    const { name, namespace = "" } = object.metadata;
    const called = await expand(kind.backups.cronJob, { name, namespace, object });
    const cronJob = this.#batch("CronJob").get(namespace, called);
    return backupsView({ name: called, cronJob, jobs: this.#batch("Job").list(namespace) }, new Date());
  }

  #workloads(kind: InstanceKind): Informer<KubernetesObject>[] {
    return kind.workloads.kinds.map((workload) => this.#informers.apps(workload));
  }

  #members({ apiVersion, kind }: MemberKind): Informer<KubernetesObject> {
    return this.#informers.of({ apiVersion, kind });
  }

  get pods(): Informer<KubernetesObject> {
    return this.#informers.core("Pod");
  }

  get events(): Informer<KubernetesObject> {
    return this.#informers.core("Event");
  }

  async view(provider: string, kind: InstanceKind, object: KubernetesObject): Promise<InstanceView> {
    return instanceView(
      provider,
      kind,
      object,
      this.#partsOf(kind, object, await this.selector(kind, object)),
    );
  }

  async detail(provider: string, kind: InstanceKind, object: KubernetesObject): Promise<InstanceDetail> {
    const parts = this.#partsOf(kind, object, await this.selector(kind, object));
    const { namespace = "", name } = object.metadata;
    const names = new Set([
      `${kind.kind}/${name}`,
      ...[...parts.workloads, ...parts.pods, ...(parts.members ?? [])].map(
        (part) => `${part.kind}/${part.metadata.name}`,
      ),
    ]);
    const events = this.events
      .list(namespace)
      .map(eventView)
      .filter((event) => names.has(event.object))
      .sort((a, b) => b.lastSeen.localeCompare(a.lastSeen))
      .slice(0, EVENTS_SHOWN);
    const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
    const pods = parts.pods.map(podView).sort(byName);
    const backups = await this.#backupsOf(kind, object);
    const { members: declared } = kind;
    const members = declared && parts.members?.map((each) => memberView(declared, each)).sort(byName);
    return {
      ...instanceView(provider, kind, object, parts),
      ...{ object, pods, events },
      ...(members && { members }),
      ...(backups && { backups }),
    };
  }

  /** The labels of the instance's workloads and pods. */
  async selector(kind: InstanceKind, object: KubernetesObject): Promise<Record<string, string>> {
    const { name, namespace = "" } = object.metadata;
    const scope = { name, namespace };
    const plain = Object.entries(kind.workloads.selector).map(
      ([key, text]) => [key, expandPlain(text, scope)] as const,
    );
    if (plain.every((entry): entry is readonly [string, string] => entry[1] !== undefined))
      return Object.fromEntries(plain);
    const key = JSON.stringify([kind.workloads.selector, name, namespace]);
    const known =
      this.#selectors.get(key) ?? (await expandAll(kind.workloads.selector, { ...scope, object }));
    this.#selectors.set(key, known);
    if (this.#selectors.size > 5_000) this.#selectors.delete(this.#selectors.keys().next().value ?? "");
    return known;
  }

  #partsOf(kind: InstanceKind, object: KubernetesObject, selector: Record<string, string>): InstanceParts {
    const namespace = object.metadata.namespace ?? "";
    const chosen = (informer: Informer<KubernetesObject>) =>
      informer.list(namespace).filter(({ metadata }) => selects(selector, metadata.labels));
    return {
      workloads: this.#workloads(kind).flatMap(chosen),
      pods: chosen(this.pods),
      ...(kind.members && { members: chosen(this.#members(kind.members)) }),
    };
  }

  async #read(
    provider: Provider,
    image: { org: string; repo: string; digest: string },
  ): Promise<LoadedProvider> {
    const content = await this.#catalogue.content(image.digest, provider.spec.image);
    const tags = this.#catalogue.repositories.get(undefined, repositoryName(image.org, image.repo))?.status
      ?.tags;
    const tag = tags?.find(({ digest }) => digest === image.digest)?.name ?? content.version;
    const kinds = content.provider?.instances ?? [];
    for (const kind of kinds) {
      this.informerOf(kind);
      this.parts(kind);
      this.backups(kind);
    }
    return { provider, image: { ...image, tag }, content, kinds };
  }
}

function parseReference(provider: Provider): { org: string; repo: string; digest: string } | undefined {
  const reference = parseImageReference(provider.spec.image);
  const digest = reference?.digest ?? provider.status?.digest;
  return reference && digest ? { org: reference.org, repo: reference.repo, digest } : undefined;
}
