import type { Logger } from "pino";
import { type Cluster, Informer } from "../cluster/index.ts";
import type { ContentStore } from "../images/index.ts";
import type { Cloud } from "../install/entry.ts";
import { Offers } from "../install/resolve.ts";
import type { InstanceKind } from "../model/image.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import {
  type ActionRun,
  API_VERSION,
  type Image,
  type Installation,
  type Organization,
  type Provider,
  type Repository,
} from "../model/resources.ts";
import { Children } from "./children.ts";
import { Recorder } from "./recorder.ts";

export interface WorldOptions {
  cluster: Cluster;
  images: ContentStore;
  cloud: Cloud;
  /** Hosts at which the console answers. */
  consoleHosts: readonly string[];
  systemNamespace: string;
  /** This process, in Events. */
  identity: string;
  log: Logger;
}

/** What all controllers share: the cluster, local copies of what they follow, and the content store. */
export class World {
  readonly cluster: Cluster;
  readonly images: ContentStore;
  readonly offers: Offers;
  readonly cloud: Cloud;
  readonly consoleHosts: readonly string[];
  readonly systemNamespace: string;
  readonly log: Logger;
  readonly recorder: Recorder;
  readonly installations: Informer<Installation>;
  readonly runs: Informer<ActionRun>;
  readonly providers: Informer<Provider>;
  readonly organizations: Informer<Organization>;
  readonly repositories: Informer<Repository>;
  readonly catalogue: Informer<Image>;
  readonly pods: Informer<KubernetesObject>;
  readonly events: Informer<KubernetesObject>;
  readonly ingresses: Informer<KubernetesObject>;
  readonly quotas: Informer<KubernetesObject>;
  /** Objects that AppManager applied. */
  readonly children: Children;
  /** Instances of providers, whoever made them. */
  readonly instances: Children;
  /** What ready providers say of their kinds, by `group/Kind`. */
  readonly kinds = new Map<string, InstanceKind>();
  /** Resolved once the content store has been indexed, or could not be. */
  readonly indexed = Promise.withResolvers<void>();
  readonly #abort = new AbortController();

  constructor(options: WorldOptions) {
    const { cluster, log } = options;
    this.cluster = cluster;
    this.images = options.images;
    this.offers = new Offers(
      options.images,
      (org) => this.organizations.get(undefined, org)?.spec.trusted === true,
    );
    this.cloud = options.cloud;
    this.consoleHosts = options.consoleHosts;
    this.systemNamespace = options.systemNamespace;
    this.log = log;
    this.recorder = new Recorder(cluster, options.identity, (error) =>
      log.warn({ err: error }, "an event was lost"),
    );
    const onError = (error: unknown) => log.error({ err: error }, "a watcher failed");
    const follow = <T extends KubernetesObject>(apiVersion: string, kind: string) =>
      new Informer<T>(cluster, { apiVersion, kind }, { onError });
    this.installations = follow<Installation>(API_VERSION, "Installation");
    this.runs = follow<ActionRun>(API_VERSION, "ActionRun");
    this.providers = follow<Provider>(API_VERSION, "Provider");
    this.organizations = follow<Organization>(API_VERSION, "Organization");
    this.repositories = follow<Repository>(API_VERSION, "Repository");
    this.catalogue = follow<Image>(API_VERSION, "Image");
    this.pods = follow("v1", "Pod");
    this.events = follow("v1", "Event");
    this.ingresses = follow("networking.k8s.io/v1", "Ingress");
    this.quotas = follow("v1", "ResourceQuota");
    this.children = new Children(cluster, {
      labelSelector: "app.kubernetes.io/managed-by=app-manager",
      onError,
    });
    this.instances = new Children(cluster, { onError });
  }

  /** Aborts when the world stops: nothing may be written any more. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get informers(): Informer<KubernetesObject>[] {
    return [
      this.installations,
      this.runs,
      this.providers,
      this.organizations,
      this.repositories,
      this.catalogue,
      this.pods,
      this.events,
      this.ingresses,
      this.quotas,
    ] as Informer<KubernetesObject>[];
  }

  /** Resolves once everything the controllers decide by is known. */
  async start(): Promise<void> {
    for (const informer of this.informers) informer.start();
    await Promise.race([Promise.all(this.informers.map(({ synced }) => synced)), aborted(this.signal)]);
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    this.indexed.resolve();
    for (const informer of this.informers) informer.stop();
    this.children.stop();
    this.instances.stop();
    await this.recorder.flushed();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
