import type { Cluster } from "../cluster/index.ts";
import { ContentStore } from "../images/index.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { API_VERSION, type Session, type Tenant } from "../model/resources.ts";
import { Catalogue } from "./catalogue.ts";
import type { HubConfig } from "./config.ts";
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
  content: ContentStore;
  sessions: Sessions;
  members: Members;
  catalogue: Catalogue;
  instances: Instances;
  /** What each person may hold at a time: event streams and logs; plans being made. */
  shares: { streams: Shares; plans: Shares };
  /** Whether every kind has been listed once; `/readyz`. */
  ready(): { ready: boolean; waitingFor: string[] };
  stop(): void;
}

/** Per person and process: some dozens of tabs and logs. Each log is a connection to the API server. */
const MOST_STREAMS = 100;
/** Per person and process: a plan is hundreds of requests to the API server. */
const MOST_PLANS = 4;
const SWEEP_MS = 10 * 60_000;

/** Starts the informers and what is built on them. Returns at once; `ready()` tells when they are filled. */
export function createHub(config: HubConfig, cluster: Cluster, log: Logger): Hub {
  const metrics = createMetrics();
  const informers = new Informers(cluster, metrics, log);
  // The namespaced and filtered types must be made first: an informer is found by its kind alone.
  const types = watchedTypes(config.systemNamespace);
  const content = new ContentStore(config.contentDir);
  for (const type of types) informers.of(type);
  const sessions = new Sessions(cluster, config.systemNamespace, informers.hub<Session>("Session"));
  const members = new Members(
    cluster,
    informers.core<KubernetesObject>("ServiceAccount"),
    informers.of({ apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding" }),
    informers.of({ apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role" }),
    config.systemNamespace,
  );
  const catalogue = new Catalogue(informers, content);
  const instances = new Instances(informers, catalogue, log);
  const sweep = setInterval(() => {
    sessions
      .sweep()
      .catch((error: unknown) => log.warn({ err: error }, "expired sessions could not be removed"));
  }, SWEEP_MS);
  sweep.unref();
  const own = new Set(types.map(({ apiVersion, kind }) => `${apiVersion}/${kind}`));
  return {
    config,
    cluster,
    log,
    metrics,
    informers,
    content,
    sessions,
    members,
    catalogue,
    instances,
    shares: { streams: new Shares(MOST_STREAMS), plans: new Shares(MOST_PLANS) },
    ready: () => {
      const waitingFor = informers.pending().filter((type) => own.has(type));
      return { ready: waitingFor.length === 0, waitingFor };
    },
    stop: () => {
      clearInterval(sweep);
      informers.stop();
    },
  };
}

export const tenantsOf = (hub: Hub) => hub.informers.of<Tenant>({ apiVersion: API_VERSION, kind: "Tenant" });
