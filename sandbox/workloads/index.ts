import type { IncomingMessage, ServerResponse } from "node:http";
import type { Cluster } from "../../lib/cluster/index.ts";
import type { LogSource } from "../server/cluster.ts";
import { addresses } from "./addresses.ts";
import { cronJobs } from "./cron-job.ts";
import { daemonSets } from "./daemon-set.ts";
import { deployments } from "./deployment.ts";
import { disruptionBudgets } from "./disruption-budget.ts";
import { endpoints } from "./endpoints.ts";
import { heartbeats } from "./heartbeats.ts";
import { ingressPage } from "./ingress-page.ts";
import { jobs } from "./job.ts";
import { kubelet } from "./kubelet.ts";
import { kubeletServer } from "./kubelet-server.ts";
import { logSource } from "./logs.ts";
import { namespaces } from "./namespaces.ts";
import { createNodes } from "./nodes.ts";
import { replicaSets } from "./replica-set.ts";
import { scheduler } from "./scheduler.ts";
import { statefulSets } from "./stateful-set.ts";
import { createStorageClasses, volumes } from "./volumes.ts";
import { World } from "./world.ts";

export interface WorkloadOptions {
  /** How many times faster than life; default 1. Schedules and deadlines that users set keep to the wall clock. */
  speed?: number;
  /** Where the API server looks for pods' logs; filled in here. */
  logs?: { source?: LogSource };
  /** What went wrong in a simulated component, which tries again by itself. */
  onError?: (error: unknown) => void;
  /**
   * The control plane has a kube-controller-manager of its own: only what a machine and a cloud would add is simulated.
   */
  beside?: {
    /** Whether it has a kube-scheduler as well. */
    scheduler: boolean;
    /** For the endpoint that answers for the kubelets; the API server does not verify it. */
    tls: { key: string; cert: string };
  };
}

export interface Workloads {
  /** Whether an Ingress names this host, so that `handleIngress` has something to say about it. */
  servesHost(host: string): boolean;
  /** Answers a request for an Ingress's host with a page that says what would be there. */
  handleIngress(request: IncomingMessage, response: ServerResponse): void;
  stop(): Promise<void>;
}

/** What kube-controller-manager does on a control plane that has one. */
const CONTROL_PLANE = [
  namespaces,
  replicaSets,
  deployments,
  statefulSets,
  daemonSets,
  jobs,
  cronJobs,
  endpoints,
  disruptionBudgets,
];

/**
 * Simulates what runs beside an API server: two nodes, the scheduler, the kubelet, and the controllers of workloads,
 * volumes, endpoints and addresses. No container is started. All state is in the API: stopped and started again, it
 * goes on where it was. Left out: HorizontalPodAutoscaler, adoption of orphans, mirrored EndpointSlices, preemption.
 */
export async function start(cluster: Cluster, options: WorkloadOptions = {}): Promise<Workloads> {
  const report = options.onError ?? warn;
  let stopped = false;
  // What was under way when the simulation stopped may fail; nobody waits for it any more.
  const onError = (error: unknown) => (stopped ? undefined : report(error));
  const { beside } = options;
  const world = new World(cluster, options.speed ?? 1, onError, !beside);
  const parts = beside
    ? [volumes, kubelet, addresses, heartbeats, ...(beside.scheduler ? [] : [scheduler])]
    : [...CONTROL_PLANE, volumes, scheduler, kubelet, addresses];
  const controllers = parts.map((part) => part(world));
  const kubelets = beside && (await kubeletServer(world, beside.tls));
  await createNodes(world, kubelets?.port);
  await createStorageClasses(world);
  await world.start();
  if (options.logs) options.logs.source = logSource(world);
  const page = ingressPage(world);
  return {
    ...page,
    async stop() {
      stopped = true;
      if (options.logs) options.logs.source = undefined;
      await Promise.all(controllers.map((controller) => controller.stop()));
      await kubelets?.stop();
      world.stop();
    },
  };
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}
