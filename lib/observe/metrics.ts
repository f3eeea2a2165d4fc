import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What the cluster's client reports of each attempt at a request (`Cluster.onRequest`). */
interface Attempt {
  verb: string;
  resource: string;
  status: number;
  durationMs: number;
}

/** What both processes tell of themselves. */
export function createCommonMetrics(process: "web" | "manager", version: string) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  new Gauge({
    name: "hub_build_info",
    help: "Always 1; its labels say which process this is, of which version, on which Node.js.",
    labelNames: ["process", "version", "node"],
    registers,
  }).set({ process, version, node: globalThis.process.versions.node }, 1);
  return {
    registry,
    apiRequests: new Histogram({
      name: "hub_api_request_duration_seconds",
      help: "Time until the Kubernetes API answered (for a watch or a log: until it began), by verb and HTTP status; status 0: no answer.",
      labelNames: ["verb", "status"],
      buckets: [0.005, 0.025, 0.1, 0.5, 1, 5, 10, 30],
      registers,
    }),
    lists: new Counter({
      name: "hub_informer_lists_total",
      help: "Whole lists asked of the Kubernetes API, by resource; after the start they mean that a watch could not be resumed.",
      labelNames: ["resource"],
      registers,
    }),
    watches: new Counter({
      name: "hub_informer_watches_total",
      help: "Watches begun at the Kubernetes API, by resource: one every 5 to 10 minutes; more mean broken connections.",
      labelNames: ["resource"],
      registers,
    }),
    apiReachable: new Gauge({
      name: "hub_api_reachable",
      help: "1 while the Kubernetes API answers this process.",
      registers,
    }),
    informerHealthy: new Gauge({
      name: "hub_informer_reachable",
      help: "1 while the informer of a kind reaches the Kubernetes API; 0 means that what is known of the kind grows old.",
      labelNames: ["kind"],
      registers,
    }),
    informerObjects: new Gauge({
      name: "hub_informer_objects",
      help: "Objects that the informer of a kind holds in memory.",
      labelNames: ["kind"],
      registers,
    }),
  };
}

type Measured = Pick<ReturnType<typeof createCommonMetrics>, "apiRequests" | "lists" | "watches">;

/** Measures a request of the client; pass it to `Cluster.onRequest`. */
export function measureRequests({ apiRequests, lists, watches }: Measured): (attempt: Attempt) => void {
  return ({ verb, resource, status, durationMs }) => {
    apiRequests.observe({ verb, status: String(status) }, durationMs / 1000);
    if (verb === "list") lists.inc({ resource });
    if (verb === "watch") watches.inc({ resource });
  };
}
