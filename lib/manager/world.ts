import type { Logger } from "pino";
import { type Cluster, Informer, Selection } from "../cluster/index.ts";
import type { ContentStore } from "../images/index.ts";
import type { BinItem } from "../install/bin.ts";
import type { Cloud } from "../install/entry.ts";
import { briefEvent } from "../install/events.ts";
import type { ImageMirror } from "../install/mirrors.ts";
import { defaultsOf } from "../install/needs.ts";
import { Offers } from "../install/offers.ts";
import { isCustom } from "../install/order.ts";
import type { PolicyRule } from "../install/rules.ts";
import { readTenantRules } from "../install/tenant-rules.ts";
import { type Budget, isStopping } from "../model/budget.ts";
import type { InstanceKind, MeterDeclaration } from "../model/image.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import {
  type ActionRun,
  API_VERSION,
  FIELD_MANAGER,
  type Image,
  type Installation,
  label,
  type Organization,
  PROVIDERS,
  type Provider,
  type Repository,
} from "../model/resources.ts";
import { clusterCredentials, HubImages, Registries, type SourcesConfig } from "../sources/index.ts";
import { LiveOutput } from "./actions/live.ts";
import { Children, withOwnFields, withWriters } from "./children.ts";
import { briefItem, briefRun } from "./copies.ts";
import { Recorder } from "./recorder.ts";

export interface WorldOptions {
  cluster: Cluster;
  images: ContentStore;
  /** What may be asked of registries, and where their blobs are kept; default: public ones, kept nowhere, signed or not. */
  sources?: Partial<SourcesConfig>;
  /** Time between two looks at a registry that announces nothing; default 5 min. */
  pollSeconds?: number;
  cloud: Cloud;
  /** Hosts at which the console answers. */
  consoleHosts: readonly string[];
  imageMirrors?: readonly ImageMirror[];
  /** The container image in which commands of images run; absent where the cluster runs none. */
  runnerImage?: string | undefined;
  systemNamespace: string;
  /** This process, in Events. */
  identity: string;
  log: Logger;
  /** How long uninstalled apps can be restored; default 7 days. */
  binGraceMs?: number;
  /** The time of day by which schedules and the bin are kept, in milliseconds; default: this machine's. */
  now?: () => number;
}

/** A provider's rules reach the role after it is ready, so they must not be remembered for long. */
const RULES_KEPT_MS = 2_000;

/** What all controllers share: the cluster, local copies of what they follow, and the content store. */
export class World {
  readonly cluster: Cluster;
  /** The Hub's own content store. */
  readonly store: ContentStore;
  /** All images, those in registries too. */
  readonly images: HubImages;
  readonly registries: Registries;
  readonly pollMs: number;
  /** Whether everything that comes from a registry has to be signed with a key of its organization. */
  readonly requireSignatures: boolean;
  readonly offers: Offers;
  readonly cloud: Cloud;
  readonly consoleHosts: readonly string[];
  readonly imageMirrors: readonly ImageMirror[];
  readonly runnerImage: string | undefined;
  readonly systemNamespace: string;
  readonly log: Logger;
  readonly binGraceMs: number;
  readonly now: () => number;
  readonly recorder: Recorder;
  /** Output of runs under way. */
  readonly live: LiveOutput;
  readonly installations: Informer<Installation>;
  readonly runs: Informer<ActionRun>;
  readonly budgets: Informer<Budget>;
  readonly providers: Informer<Provider>;
  readonly organizations: Informer<Organization>;
  readonly repositories: Informer<Repository>;
  readonly catalogue: Informer<Image>;
  readonly pods: Informer<KubernetesObject>;
  readonly claims: Informer<KubernetesObject>;
  readonly services: Informer<KubernetesObject>;
  readonly events: Informer<KubernetesObject>;
  readonly ingresses: Informer<KubernetesObject>;
  readonly quotas: Informer<KubernetesObject>;
  /** Records of what was uninstalled and can be restored. */
  readonly bin: Informer<BinItem>;
  /** The ClusterRoles by which administrators have granted providers. */
  readonly grants: Selection<KubernetesObject>;
  /** Objects that AppManager applied. */
  readonly children: Children;
  /** Objects that commands of images made, whoever manages them otherwise: Helm's keep the label that says so. */
  readonly made: Children;
  /** Instances of providers, whoever made them. */
  readonly instances: Children;
  /** What ready providers say of their kinds, by `group/Kind`. */
  readonly kinds = new Map<string, InstanceKind>();
  /** Meters that providers declare for their kinds, by `group/Kind`. */
  readonly meters = new Map<string, MeterDeclaration[]>();
  /** Resolved once the content store has been indexed, or could not be. */
  readonly indexed = Promise.withResolvers<void>();
  readonly #defaults: Informer<KubernetesObject>;
  readonly #informers = new Map<string, Informer<KubernetesObject>>();
  readonly #abort = new AbortController();
  #tenantRules?: { rules: Promise<PolicyRule[]>; at: number };

  constructor(options: WorldOptions) {
    const { cluster, log } = options;
    this.cluster = cluster;
    this.store = options.images;
    this.requireSignatures = options.sources?.requireSignatures ?? false;
    this.pollMs = (options.pollSeconds ?? 300) * 1000;
    this.registries = new Registries({
      allowed: options.sources?.allowed ?? (() => false),
      credentials: clusterCredentials(cluster),
    });
    this.images = new HubImages({
      store: options.images,
      registries: this.registries,
      cache: options.sources?.cache,
      repository: (name) => this.repositories.get(undefined, name),
      images: () => this.catalogue.list(),
    });
    this.offers = new Offers(
      this.images,
      (org) => this.organizations.get(undefined, org)?.spec.trusted === true,
      (name) => this.repositories.get(undefined, name)?.spec.visibility !== "private",
    );
    this.cloud = options.cloud;
    this.consoleHosts = options.consoleHosts;
    this.imageMirrors = options.imageMirrors ?? [];
    this.runnerImage = options.runnerImage;
    this.systemNamespace = options.systemNamespace;
    this.log = log;
    this.binGraceMs = options.binGraceMs ?? 7 * 86_400_000;
    this.now = options.now ?? Date.now;
    this.recorder = new Recorder(cluster, options.identity, (error) =>
      log.warn({ err: error }, "an event was lost"),
    );
    this.live = new LiveOutput(cluster, log, this.signal);
    const onError = (error: unknown) => log.error({ err: error }, "a watcher failed");
    const follow = <T extends KubernetesObject>(
      apiVersion: string,
      kind: string,
      {
        labelSelector,
        transform = withOwnFields,
      }: { labelSelector?: string; transform?: (object: T) => T } = {},
    ) => {
      const type = { apiVersion, kind, ...(labelSelector ? { labelSelector } : {}) };
      const informer = new Informer<T>(cluster, type, { onError, transform });
      const key = `${apiVersion}/${kind}${labelSelector ? `?${labelSelector}` : ""}`;
      // Kept to be started and stopped only; who reads it has its type.
      this.#informers.set(key, informer as unknown as Informer<KubernetesObject>);
      return informer;
    };
    // Revisions and the history name whoever wrote an Installation; a schedule begins when it was written.
    this.installations = follow<Installation>(API_VERSION, "Installation", { transform: withWriters });
    this.runs = follow<ActionRun>(API_VERSION, "ActionRun", { transform: briefRun });
    this.budgets = follow<Budget>(API_VERSION, "Budget");
    this.providers = follow<Provider>(API_VERSION, "Provider");
    this.organizations = follow<Organization>(API_VERSION, "Organization");
    this.repositories = follow<Repository>(API_VERSION, "Repository");
    this.catalogue = follow<Image>(API_VERSION, "Image");
    this.pods = follow("v1", "Pod");
    this.claims = follow("v1", "PersistentVolumeClaim");
    this.services = follow("v1", "Service");
    this.events = follow("v1", "Event", { transform: briefEvent });
    this.ingresses = follow("networking.k8s.io/v1", "Ingress");
    this.quotas = follow("v1", "ResourceQuota");
    this.bin = follow<BinItem>("apps/v1", "ControllerRevision", {
      labelSelector: label.bin,
      transform: briefItem,
    });
    this.grants = new Selection(
      follow("rbac.authorization.k8s.io/v1", "ClusterRole"),
      ({ metadata }) => metadata.labels?.[label.grant] !== undefined,
    );
    this.#defaults = new Informer<KubernetesObject>(
      cluster,
      {
        ...{ apiVersion: "v1", kind: "ConfigMap", namespace: this.systemNamespace },
        fieldSelector: `metadata.name=${PROVIDERS}`,
      },
      { onError },
    );
    this.#informers.set(PROVIDERS, this.#defaults);
    this.instances = new Children(cluster, { onError });
    // Custom kinds are followed whole, since they may be some provider's instances.
    const shared = (type: { apiVersion: string; kind: string }) =>
      this.#informers.get(`${type.apiVersion}/${type.kind}`) ??
      (isCustom(type) ? this.instances.whole(type) : undefined);
    this.children = new Children(cluster, {
      label: { name: label.managedBy, value: FIELD_MANAGER },
      shared,
      onError,
    });
    this.made = new Children(cluster, { label: { name: label.command }, shared, onError });
  }

  /** Aborts when the world stops: nothing may be written any more. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get informers(): Informer<KubernetesObject>[] {
    return [...this.#informers.values()];
  }

  /** The administrators' default providers. */
  defaults(): Readonly<Record<string, string>> {
    return defaultsOf(this.#defaults.get(this.systemNamespace, PROVIDERS));
  }

  /** Whether an application is to have no pods: its own Installation says so, or its workspace has spent its budget. */
  isToStop({ metadata, spec, status }: Installation): boolean {
    if (spec.suspended) return true;
    // What commands made cannot be stopped.
    const made = status?.conditions?.some(({ type }) => type === "CommandRan");
    return !made && this.isOverBudget(metadata.namespace);
  }

  isOverBudget(namespace = ""): boolean {
    return isStopping(this.budgets.list(namespace));
  }

  /** What tenants' editors may do; read again after a moment, since many installs ask at once. */
  tenantRules(): Promise<PolicyRule[]> {
    const now = performance.now();
    if (!this.#tenantRules || now - this.#tenantRules.at > RULES_KEPT_MS) {
      const rules = readTenantRules(this.cluster);
      this.#tenantRules = { rules, at: now };
      rules.catch(() => {
        this.#tenantRules = undefined;
      });
    }
    return this.#tenantRules.rules;
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
    this.made.stop();
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
