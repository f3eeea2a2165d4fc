import { listAt, recordAt, textAt } from "../install/paths.ts";
import { parseQuantity } from "../install/quantity.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { NOTHING, type Rates } from "./money.ts";

/** What an object uses and since when; `until` when it does so no more. Times in milliseconds since the epoch. */
export interface Usage {
  rates: Rates;
  from: number;
  until?: number | "unknown";
}

/** What is paid for of a Pod, a PersistentVolumeClaim or a Service; undefined while it is nothing. */
export function usageOf(object: KubernetesObject): Usage | undefined {
  if (object.kind === "Pod") return podUsage(object);
  const from = Date.parse(object.metadata.creationTimestamp ?? "");
  if (object.kind === "PersistentVolumeClaim") {
    if (textAt(object, "status.phase") !== "Bound") return undefined;
    const capacity =
      recordAt(object, "status.capacity").storage ?? recordAt(object, "spec.resources.requests").storage;
    return { from, rates: { ...NOTHING, storage: Math.round(parseQuantity(capacity) ?? 0) } };
  }
  return textAt(object, "spec.type") === "LoadBalancer"
    ? { from, rates: { ...NOTHING, loadBalancers: 1 } }
    : undefined;
}

/** A pod has its requests from when a node took it until its containers have ended. */
function podUsage(pod: KubernetesObject): Usage | undefined {
  const began = Date.parse(textAt(pod, "status.startTime") ?? "");
  if (Number.isNaN(began)) return undefined;
  const usage = { from: began, rates: requestsOf(recordAt(pod, "spec")) };
  const phase = textAt(pod, "status.phase");
  if (phase !== "Succeeded" && phase !== "Failed") return usage;
  const ends = ["initContainerStatuses", "containerStatuses"]
    .flatMap((statuses) => listAt(pod, `status.${statuses}`))
    .map((each) => Date.parse(textAt(each, "state.terminated.finishedAt") ?? ""))
    .filter((each) => !Number.isNaN(each));
  // One that ended without saying when (evicted, say) ended by now.
  return { ...usage, until: ends.length > 0 ? Math.max(began, ...ends) : "unknown" };
}

/**
 * A pod's effective requests: all its containers and sidecars, or the greatest of what it takes to start if that is
 * more, and its overhead. https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers
 */
function requestsOf(spec: Record<string, unknown>): Rates {
  const of = (resource: "cpu" | "memory") => {
    const ask = (container: unknown) =>
      parseQuantity(recordAt(container, "resources.requests")[resource]) ?? 0;
    let sidecars = 0;
    let starting = 0;
    for (const container of listAt(spec, "initContainers")) {
      if (textAt(container, "restartPolicy") === "Always") sidecars += ask(container);
      starting = Math.max(
        starting,
        sidecars + (textAt(container, "restartPolicy") === "Always" ? 0 : ask(container)),
      );
    }
    const running = listAt(spec, "containers").reduce<number>((sum, each) => sum + ask(each), sidecars);
    const overhead = parseQuantity(recordAt(spec, "overhead")[resource]) ?? 0;
    return Math.max(running, starting) + overhead;
  };
  return { ...NOTHING, cpu: Math.round(of("cpu") * 1000), memory: Math.round(of("memory")) };
}
