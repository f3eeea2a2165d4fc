import type { Cluster } from "../cluster/index.ts";
import { ContentStore } from "../images/index.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { API_VERSION, type Session, type Tenant } from "../model/resources.ts";
import { measureRequests } from "../observe/metrics.ts";
import { clusterCredentials, HubImages, Registries } from "../sources/index.ts";
import { Catalogue } from "./catalogue.ts";
import { CliLogins } from "./cli-logins.ts";
import type { HubConfig } from "./config.ts";
import { ContainerImages } from "./container-images.ts";
import { Informers, watchedTypes } from "./informers.ts";
import { Instances } from "./instances.ts";
import type { Logger } from "./log.ts";
import { Members } from "./members.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { Sessions } from "./sessions.ts";
import { Shares } from "./shares.ts";

/** Everything that one web process holds: connections, informers, indexes. Nothing of it is a truth of its own. */
export interface Hub {
  config: HubConfig;
  /** Under the web server's own account. What concerns a tenant goes through `members.clusterOf`. */
  cluster: Cluster;
  log: Logger;
  metrics: Metrics;
  informers: Informers;
  content: HubImages;
  registries: Registries;
  containerImages: ContainerImages;
  sessions: Sessions;
  cliLogins: CliLogins;
  members: Members;
  catalogue: Catalogue;
  instances: Instances;
  /**
   * What each person may hold at a time: event streams and logs; plans being made; timelines and troubleshooting being
   * read together; READMEs being previewed; registries being asked.
   */
  shares: { streams: Shares; plans: Shares; reports: Shares; previews: Shares; lookups: Shares };
  /** Whether every kind has been listed once; `/readyz`. */
  ready(): { ready: boolean; waitingFor: string[] };
  /** Ends event streams and logs, so that their browsers open them again at another replica. */
  drain(): void;
  /** Calls back when streams have to end because this process does. Returns the way to stop it. */
  onDrain(listener: () => void): () => void;
  stop(): void;
}

/** Per person and process: some dozens of tabs and logs. Each log is a connection to the API server. */
const MOST_STREAMS = 100;
/** Per person and process: a plan is hundreds of requests to the API server. */
const MOST_PLANS = 4;
/** Per person and process: each reads a workspace; several windows may show one each, and are brought up to date at once. */
const MOST_REPORTS = 8;
/** Per person and process: each is a thread. */
const MOST_PREVIEWS = 2;
/** Per person and process: each asks registries, which limit how often they are asked. */
const MOST_LOOKUPS = 4;
const SWEEP_MS = 10 * 60_000;

/** Starts the informers and what is built on them. Returns at once; `ready()` tells when they are filled. */
export function createHub(config: HubConfig, cluster: Cluster, log: Logger): Hub {
  const metrics = createMetrics(config.version);
  const ignoreRequests = cluster.onRequest(measureRequests(metrics));
  const informers = new Informers(cluster, metrics, log);
  // The namespaced and filtered types must be made first: an informer is found by its kind alone.
  const types = watchedTypes(config.systemNamespace);
  const store = new ContentStore(config.contentDir);
  const registries = new Registries({ ...config.sources, credentials: clusterCredentials(cluster) });
  const content: HubImages = new HubImages({
    store,
    registries,
    cache: config.sources.cache,
    repository: (name) => catalogue.repositories.get(undefined, name),
    images: () => catalogue.images.list(),
  });
  for (const type of types) informers.of(type);
  const sessions = new Sessions(cluster, config.systemNamespace, informers.hub<Session>("Session"));
  const cliLogins = new CliLogins(
    cluster,
    config.systemNamespace,
    informers.hub<Session>("Session"),
    sessions,
  );
  const members = new Members(
    cluster,
    informers.core<KubernetesObject>("ServiceAccount"),
    informers.of({ apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding" }),
    informers.of({ apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role" }),
    config.systemNamespace,
  );
  const catalogue: Catalogue = new Catalogue(informers, content, (error) =>
    log.error({ err: error }, "the search thread failed and is started again"),
  );
  const instances = new Instances(informers, catalogue, log);
  const sweep = setInterval(() => {
    sessions
      .sweep()
      .catch((error: unknown) => log.warn({ err: error }, "expired sessions could not be removed"));
  }, SWEEP_MS);
  sweep.unref();
  const draining = new Set<() => void>();
  let drained = false;
  const own = new Set(types.map(({ apiVersion, kind }) => `${apiVersion}/${kind}`));
  return {
    config,
    cluster,
    log,
    metrics,
    informers,
    content,
    registries,
    containerImages: new ContainerImages({
      layout: store.layout,
      registries,
      mirrors: config.imageMirrors,
      allowed: (host) => config.containerRegistry(host) || config.sources.allowed(host),
    }),
    sessions,
    cliLogins,
    members,
    catalogue,
    instances,
    shares: {
      streams: new Shares(MOST_STREAMS, () => metrics.streamsRefused.inc()),
      plans: new Shares(MOST_PLANS),
      reports: new Shares(MOST_REPORTS),
      previews: new Shares(MOST_PREVIEWS),
      lookups: new Shares(MOST_LOOKUPS),
    },
    ready: () => {
      const waitingFor = informers.pending().filter((type) => own.has(type));
      return { ready: waitingFor.length === 0, waitingFor };
    },
    drain: () => {
      drained = true;
      for (const end of draining) end();
    },
    onDrain: (listener) => {
      if (drained) queueMicrotask(listener);
      draining.add(listener);
      return () => draining.delete(listener);
    },
    stop: () => {
      ignoreRequests();
      clearInterval(sweep);
      catalogue.stop();
      informers.stop();
    },
  };
}

export const tenantsOf = (hub: Hub) => hub.informers.of<Tenant>({ apiVersion: API_VERSION, kind: "Tenant" });
