import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
  subtractQuantities,
} from "../schema/quantity.ts";
import { isObject, type JsonObject } from "../schema/types.ts";
import { type Amounts, amounts, containersOf, podAmounts } from "./podresources.ts";

export interface ResourceQuota {
  metadata: { name: string };
  spec?: {
    hard?: Record<string, string>;
    scopes?: string[];
    scopeSelector?: { matchExpressions?: { scopeName: string; operator: string; values?: string[] }[] };
  };
  status?: { hard?: Record<string, string>; used?: Record<string, string> };
}

/** The resource that an object is of: `persistentvolumeclaims`, `deployments` in `apps`. */
export interface Counted {
  group: string;
  resource: string;
}

const COMPUTE = ["cpu", "memory", "ephemeral-storage"];
const ONE: Quantity = parseQuantity(1);
/** Kinds that a quota may count under their bare name. */
const BARE = new Set([
  "pods",
  "services",
  "secrets",
  "configmaps",
  "persistentvolumeclaims",
  "replicationcontrollers",
  "resourcequotas",
]);

/** What an object uses of every resource that a quota can limit. */
export function usageOf({ group, resource }: Counted, object: JsonObject): Amounts {
  const usage: Amounts = new Map();
  usage.set(`count/${group === "" ? resource : `${resource}.${group}`}`, ONE);
  if (group !== "") return usage;
  const spec = isObject(object.spec) ? object.spec : {};
  if (resource === "pods") {
    const phase = isObject(object.status) ? object.status.phase : undefined;
    // Pods that have ended are still objects, and nothing else.
    if (phase === "Succeeded" || phase === "Failed") return usage;
    usage.set("pods", ONE);
    for (const [name, quantity] of podAmounts(spec, "requests")) {
      usage.set(`requests.${name}`, quantity);
      if (COMPUTE.includes(name)) usage.set(name, quantity);
    }
    for (const [name, quantity] of podAmounts(spec, "limits")) usage.set(`limits.${name}`, quantity);
    return usage;
  }
  if (BARE.has(resource)) usage.set(resource, ONE);
  if (resource === "persistentvolumeclaims") {
    const resources = isObject(spec.resources) ? spec.resources : {};
    const storage = amounts(resources.requests).get("storage");
    const storageClass = typeof spec.storageClassName === "string" ? spec.storageClassName : "";
    if (storage) usage.set("requests.storage", storage);
    if (storageClass !== "") {
      const prefix = `${storageClass}.storageclass.storage.k8s.io/`;
      if (storage) usage.set(`${prefix}requests.storage`, storage);
      usage.set(`${prefix}persistentvolumeclaims`, ONE);
    }
  }
  if (resource === "services") {
    const ports = Array.isArray(spec.ports) ? spec.ports.length : 0;
    if (spec.type === "LoadBalancer") usage.set("services.loadbalancers", ONE);
    if (
      spec.type === "NodePort" ||
      (spec.type === "LoadBalancer" && spec.allocateLoadBalancerNodePorts !== false)
    ) {
      usage.set("services.nodeports", parseQuantity(ports));
    }
  }
  return usage;
}

function inScope(quota: ResourceQuota, { group, resource }: Counted, object: JsonObject): boolean {
  const scopes = [
    ...(quota.spec?.scopes ?? []).map((scopeName) => ({
      scopeName,
      operator: "Exists",
      values: [] as string[],
    })),
    ...(quota.spec?.scopeSelector?.matchExpressions ?? []),
  ];
  if (scopes.length === 0) return true;
  if (group !== "" || resource !== "pods") return false;
  const spec = isObject(object.spec) ? object.spec : {};
  const bestEffort = podAmounts(spec, "requests").size === 0 && podAmounts(spec, "limits").size === 0;
  return scopes.every(({ scopeName, operator, values = [] }) => {
    switch (scopeName) {
      case "BestEffort":
        return bestEffort;
      case "NotBestEffort":
        return !bestEffort;
      case "Terminating":
        return typeof spec.activeDeadlineSeconds === "number";
      case "NotTerminating":
        return typeof spec.activeDeadlineSeconds !== "number";
      case "PriorityClass": {
        const name = typeof spec.priorityClassName === "string" ? spec.priorityClassName : "";
        if (operator === "In") return values.includes(name);
        if (operator === "NotIn") return !values.includes(name);
        return operator === "Exists" ? name !== "" : name === "";
      }
      default:
        return false;
    }
  });
}

/**
 * The `used` that a quota reports, recomputed from everything in its namespace. Quantities are canonical text.
 */
export function quotaUsage(
  quota: ResourceQuota,
  objects: Iterable<{ counted: Counted; object: JsonObject }>,
): Record<string, string> {
  const used: Amounts = new Map();
  const hard = Object.keys(quota.spec?.hard ?? {});
  for (const name of hard) used.set(name, parseQuantity(0));
  for (const { counted, object } of objects) {
    if (!inScope(quota, counted, object)) continue;
    for (const [name, quantity] of usageOf(counted, object)) {
      const known = used.get(name);
      if (known) used.set(name, addQuantities(known, quantity));
    }
  }
  return Object.fromEntries([...used].map(([name, quantity]) => [name, formatQuantity(quantity)]));
}

export interface QuotaDecision {
  /** What follows `is forbidden: `; undefined when every quota allows it. */
  forbidden?: string;
  /** New `status.used` of each quota that the object counts against, by the quota's name. */
  used: Map<string, Record<string, string>>;
}

/**
 * Whether a new object, or an object's new state, fits the quotas of its namespace. `quotas` carry their present
 * `status.used`; what they do not report yet counts as used up, as on the API server it waits for it.
 */
export function quotaAdmission(
  quotas: readonly ResourceQuota[],
  counted: Counted,
  object: JsonObject,
  old?: JsonObject,
): QuotaDecision {
  const usage = usageOf(counted, object);
  const before: Amounts = old ? usageOf(counted, old) : new Map();
  const out: QuotaDecision = { used: new Map() };
  for (const quota of quotas) {
    if (!inScope(quota, counted, object)) continue;
    const hard = amounts(quota.spec?.hard ?? {});
    if (counted.group === "" && counted.resource === "pods" && !old) {
      const unset = unsetCompute(object, [...hard.keys()]);
      if (unset !== "")
        return { used: new Map(), forbidden: `failed quota: ${quota.metadata.name}: must specify ${unset}` };
    }
    const used = amounts(quota.status?.used ?? {});
    const asked: string[] = [];
    const next = new Map(used);
    for (const name of [...hard.keys()].sort()) {
      const limit = hard.get(name);
      const now = used.get(name) ?? parseQuantity(0);
      const change = subtractQuantities(
        usage.get(name) ?? parseQuantity(0),
        before.get(name) ?? parseQuantity(0),
      );
      if (!limit || change.nano === 0n) continue;
      const total = addQuantities(now, change);
      next.set(name, total);
      // Using less is always allowed, even above the limit.
      if (change.nano > 0n && compareQuantities(total, limit) > 0) asked.push(name);
    }
    if (asked.length > 0) {
      const list = (value: (name: string) => Quantity | undefined) =>
        asked.map((name) => `${name}=${formatQuantity(value(name) ?? parseQuantity(0))}`).join(",");
      const delta = (name: string) =>
        subtractQuantities(usage.get(name) ?? parseQuantity(0), before.get(name) ?? parseQuantity(0));
      return {
        used: new Map(),
        forbidden: `exceeded quota: ${quota.metadata.name}, requested: ${list(delta)}, used: ${list((n) => used.get(n))}, limited: ${list((n) => hard.get(n))}`,
      };
    }
    if ([...usage.keys()].some((name) => hard.has(name))) {
      out.used.set(
        quota.metadata.name,
        Object.fromEntries([...next].map(([n, q]) => [n, formatQuantity(q)])),
      );
    }
  }
  return out;
}

/** Limited compute resources that containers leave open: `limits.memory for: a,b; requests.cpu for: a`. */
function unsetCompute(pod: JsonObject, hard: string[]): string {
  const spec = isObject(pod.spec) ? pod.spec : {};
  const missing: string[] = [];
  for (const name of hard.sort()) {
    const [kind, resource] = name.startsWith("limits.")
      ? (["limits", name.slice(7)] as const)
      : (["requests", name.replace(/^requests\./, "")] as const);
    if (!COMPUTE.includes(resource)) continue;
    const open = [...containersOf(spec, "containers"), ...containersOf(spec, "initContainers")].filter(
      (container) => {
        const resources = isObject(container.resources) ? container.resources : {};
        return !amounts(resources[kind]).has(resource);
      },
    );
    if (open.length > 0)
      missing.push(
        `${name} for: ${open
          .map((c) => String(c.name))
          .sort()
          .join(",")}`,
      );
  }
  return missing.join("; ");
}
