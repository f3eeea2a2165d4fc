import type { KubernetesObject } from "../model/kubernetes.ts";
import type { QuotaLine } from "../model/plan.ts";
import { countedKind } from "../model/quota-count.ts";
import { because, type Reason } from "../model/reasons.ts";
import { listAt, numberAt, recordAt, textAt } from "./paths.ts";
import { parseQuantity, spokenBytes } from "./quantity.ts";

/** Amounts by the names that ResourceQuota uses, in base units. */
export type Amounts = Record<string, number>;

/** What containers get that do not say: of a namespace's LimitRanges. */
export interface ContainerDefaults {
  requests: Record<string, unknown>;
  limits: Record<string, unknown>;
}

const COUNTED: Record<string, string[]> = {
  Service: ["services"],
  Secret: ["secrets"],
  ConfigMap: ["configmaps"],
  PersistentVolumeClaim: ["persistentvolumeclaims"],
  ReplicationController: ["replicationcontrollers"],
  ResourceQuota: ["resourcequotas"],
  Deployment: ["count/deployments.apps"],
  StatefulSet: ["count/statefulsets.apps"],
  DaemonSet: ["count/daemonsets.apps"],
  Job: ["count/jobs.batch"],
  CronJob: ["count/cronjobs.batch"],
  Ingress: ["count/ingresses.networking.k8s.io"],
};

/** What the objects will ask of the namespace's quota once their pods run. CronJobs count as one run. */
export function usageOf(
  objects: readonly KubernetesObject[],
  limitRanges: readonly KubernetesObject[],
): Amounts {
  const defaults = containerDefaults(limitRanges);
  const sum: Amounts = {};
  const add = (name: string, amount: number) => {
    sum[name] = (sum[name] ?? 0) + amount;
  };
  for (const object of objects) {
    for (const name of COUNTED[object.kind] ?? []) add(name, 1);
    const pods = podsOf(object);
    if (pods) {
      add("pods", pods.count);
      for (const [name, amount] of Object.entries(podAmounts(pods.spec, defaults)))
        add(name, amount * pods.count);
      const replicas = object.kind === "StatefulSet" ? (numberAt(object, "spec.replicas") ?? 1) : 0;
      for (const claim of listAt(object, "spec.volumeClaimTemplates")) {
        add("persistentvolumeclaims", replicas);
        add("requests.storage", replicas * storageOf(claim));
      }
    }
    if (object.kind === "PersistentVolumeClaim") add("requests.storage", storageOf(object));
    if (object.kind === "Service") {
      const type = textAt(object, "spec.type");
      if (type === "LoadBalancer") add("services.loadbalancers", 1);
      if (type === "LoadBalancer" || type === "NodePort")
        add("services.nodeports", Math.max(1, listAt(object, "spec.ports").length));
    }
  }
  return sum;
}

function podsOf(object: KubernetesObject): { count: number; spec: Record<string, unknown> } | undefined {
  const template = recordAt(object, "spec.template.spec");
  switch (object.kind) {
    case "Deployment":
    case "StatefulSet":
      return { count: numberAt(object, "spec.replicas") ?? 1, spec: template };
    case "DaemonSet":
      return { count: 1, spec: template };
    case "Job":
      return { count: numberAt(object, "spec.parallelism") ?? 1, spec: template };
    case "CronJob":
      return { count: 1, spec: recordAt(object, "spec.jobTemplate.spec.template.spec") };
    case "Pod":
      return { count: 1, spec: recordAt(object, "spec") };
    default:
      return undefined;
  }
}

/** A pod's effective requests and limits: all containers, or the greediest init container if that is more. */
function podAmounts(spec: Record<string, unknown>, defaults: ContainerDefaults): Amounts {
  const amounts: Amounts = {};
  for (const side of ["requests", "limits"] as const) {
    for (const resource of ["cpu", "memory", "ephemeral-storage"]) {
      const of = (container: unknown) => {
        const own = recordAt(container, `resources.${side}`)[resource];
        const limit = recordAt(container, "resources.limits")[resource];
        // A limit without a request is the request too, before the LimitRange's default is asked.
        return (
          parseQuantity(own ?? (side === "requests" ? limit : undefined) ?? defaults[side][resource]) ?? 0
        );
      };
      const running = listAt(spec, "containers").reduce<number>(
        (total, container) => total + of(container),
        0,
      );
      const starting = listAt(spec, "initContainers").map(of);
      const amount = Math.max(running, ...starting);
      if (amount > 0) amounts[`${side}.${resource}`] = amount;
    }
  }
  return amounts;
}

/** The defaults of containers, by resource. */
export function containerDefaults(limitRanges: readonly KubernetesObject[]): ContainerDefaults {
  const container = limitRanges
    .flatMap((range) => listAt(range, "spec.limits"))
    .filter((limit) => textAt(limit, "type") === "Container");
  return {
    limits: Object.assign({}, ...container.map((limit) => recordAt(limit, "default"))),
    requests: Object.assign({}, ...container.map((limit) => recordAt(limit, "defaultRequest"))),
  };
}

function storageOf(claim: unknown): number {
  return parseQuantity(recordAt(claim, "spec.resources.requests").storage) ?? 0;
}

function unitOf(resource: string): QuotaLine["unit"] {
  if (/(^|\.)cpu$/.test(resource)) return "cores";
  return /memory$|storage$/.test(resource) ? "bytes" : "count";
}

/** The quota before and after, one line per resource that a ResourceQuota limits; the tightest first. */
export function quotaLines(quotas: readonly KubernetesObject[], added: Amounts): QuotaLine[] {
  const lines = new Map<string, QuotaLine>();
  for (const quota of quotas) {
    if (
      listAt(quota, "spec.scopes").length > 0 ||
      Object.keys(recordAt(quota, "spec.scopeSelector")).length > 0
    )
      continue;
    const used = recordAt(quota, "status.used");
    for (const [resource, limit] of Object.entries(recordAt(quota, "spec.hard"))) {
      const hard = parseQuantity(limit);
      if (hard === undefined) continue;
      const name = resource === "cpu" || resource === "memory" ? `requests.${resource}` : resource;
      const line: QuotaLine = {
        resource,
        unit: unitOf(resource),
        used: parseQuantity(used[resource]) ?? 0,
        added: round(added[name] ?? added[resource.replace(/^count\/(\w+)$/, "$1")] ?? 0),
        hard,
        fits: true,
      };
      line.fits = line.added <= 0 || line.used + line.added <= line.hard;
      const known = lines.get(resource);
      if (!known || line.hard - line.used < known.hard - known.used) lines.set(resource, line);
    }
  }
  const share = (line: QuotaLine) => (line.hard === 0 ? 0 : (line.used + line.added) / line.hard);
  return [...lines.values()].sort((a, b) => Number(a.fits) - Number(b.fits) || share(b) - share(a));
}

/** `a − b`, resource by resource; nothing becomes negative zero. */
export function minus(a: Amounts, b: Amounts): Amounts {
  return Object.fromEntries(
    [...new Set([...Object.keys(a), ...Object.keys(b)])].map((name) => [
      name,
      round((a[name] ?? 0) - (b[name] ?? 0)),
    ]),
  );
}

/** Thousandths are the smallest amount Kubernetes counts; sums of floats carry more digits. */
function round(amount: number): number {
  return Math.round(amount * 1000) / 1000;
}

/** An amount as people read it. */
export function spokenAmount(resource: string, amount: number): string {
  const unit = unitOf(resource);
  if (unit === "bytes") return spokenBytes(amount);
  return unit === "cores" ? `${amount} ${amount === 1 ? "core" : "cores"}` : String(amount);
}

export interface QuotaRefusal extends Reason {
  message: string;
}

/**
 * Reads the API server's refusal (`exceeded quota: q, requested: pods=1, used: pods=4, limited: pods=4`) and says by
 * how much the quota is too small. Undefined when the message is about something else.
 */
export function quotaRefusal(message: string): QuotaRefusal | undefined {
  const match = /exceeded quota: ([^,]+), requested: (.+), used: (.+), limited: (.+?)(?:$|\s*\()/.exec(
    message,
  );
  if (!match) {
    const missing = /failed quota: ([^:]+): must specify (.+?)(?:;|$)/.exec(message);
    if (!missing) return undefined;
    return {
      message: `The workspace's quota asks every container to state ${missing[2]}, and this image does not.`,
      ...because("quota-unstated", { quota: missing[1] ?? "", resource: missing[2] ?? "" }),
    };
  }
  const amounts = (list = "") => new Map(list.split(",").map((item) => item.split("=") as [string, string]));
  const [requested, used, limited] = [amounts(match[2]), amounts(match[3]), amounts(match[4])];
  for (const [resource, wanted] of requested) {
    const [needs, has, hard] = [wanted, used.get(resource), limited.get(resource)].map(
      (each) => parseQuantity(each) ?? 0,
    );
    if (needs === undefined || has === undefined || hard === undefined || has + needs <= hard) continue;
    return quotaExceeded(resource, needs, has, hard);
  }
  return {
    message: `The quota of the workspace is reached: ${message}`,
    ...because("quota-reached", { quota: match[1] ?? "", text: message }),
  };
}

/** The sentence for one resource that does not fit. */
export function quotaExceeded(resource: string, needs: number, used: number, hard: number): QuotaRefusal {
  const counted = countedKind(resource);
  if (counted)
    return {
      message: `The workspace may have at most ${hard} ${counted.plural} (${counted.group}) and has ${used}. Delete one, or ask an administrator for a larger quota.`,
      ...because("quota-count", { ...counted, hard, used }),
    };
  const over = round(used + needs - hard);
  const say = (amount: number) => spokenAmount(resource, round(amount));
  return {
    message:
      `The quota of the workspace is too small: ${resource} has ${say(Math.max(0, hard - used))} left of ${say(hard)}, ` +
      `${say(needs)} are needed, so ${say(over)} are missing. Free some or ask for a larger quota.`,
    ...because("quota-short", {
      resource,
      needs: round(needs),
      used: round(used),
      hard: round(hard),
      left: round(Math.max(0, hard - used)),
      over,
      unit: unitOf(resource),
    }),
  };
}
