import {
  compareQuantities,
  formatQuantity,
  milliUnits,
  parseQuantity,
  wholeUnits,
} from "../schema/quantity.ts";
import { isObject, type JsonObject } from "../schema/types.ts";
import { type Amounts, amounts, containersOf, podAmounts } from "./podresources.ts";

export interface LimitRange {
  metadata: { name: string };
  spec?: { limits?: LimitItem[] };
}

interface LimitItem {
  type: string;
  default?: Record<string, string>;
  defaultRequest?: Record<string, string>;
  max?: Record<string, string>;
  min?: Record<string, string>;
  maxLimitRequestRatio?: Record<string, string>;
}

/**
 * Obeys the namespace's limit ranges: a pod's containers get their defaults (the pod is changed), then minima, maxima
 * and ratios are checked. Returns what follows `is forbidden: `, or undefined when all is well.
 */
export function limitRangeAdmission(
  ranges: readonly LimitRange[],
  resource: string,
  object: JsonObject,
): string | undefined {
  const items = ranges.flatMap((range) => range.spec?.limits ?? []);
  if (items.length === 0) return undefined;
  const spec = isObject(object.spec) ? object.spec : {};
  if (resource === "pods") {
    applyDefaults(items, object, spec);
    return tell(podErrors(items, spec));
  }
  if (resource !== "persistentvolumeclaims") return undefined;
  const resources = isObject(spec.resources) ? spec.resources : {};
  const errors: string[] = [];
  for (const item of items.filter((each) => each.type === "PersistentVolumeClaim")) {
    errors.push(...bounds(item, amounts(resources.requests), new Map()));
  }
  return tell(errors);
}

function tell(errors: string[]): string | undefined {
  const distinct = [...new Set(errors)];
  if (distinct.length === 0) return undefined;
  return distinct.length === 1 ? distinct[0] : `[${distinct.join(", ")}]`;
}

function applyDefaults(items: LimitItem[], pod: JsonObject, spec: JsonObject): void {
  const limits: Record<string, string> = {};
  const requests: Record<string, string> = {};
  for (const item of items.filter((each) => each.type === "Container")) {
    for (const [name, value] of Object.entries(item.default ?? {})) limits[name] ??= value;
    for (const [name, value] of Object.entries(item.defaultRequest ?? {})) requests[name] ??= value;
  }
  const told: string[] = [];
  for (const [field, label] of [
    ["initContainers", "init container"],
    ["containers", "container"],
  ] as const) {
    for (const container of containersOf(spec, field)) {
      const resources = isObject(container.resources) ? container.resources : {};
      container.resources = resources;
      const fill = (kind: "limits" | "requests", defaults: Record<string, string>) => {
        const given = isObject(resources[kind]) ? resources[kind] : {};
        const added = Object.keys(defaults)
          .filter((name) => given[name] === undefined)
          .sort();
        if (added.length === 0) return;
        resources[kind] = {
          ...given,
          ...Object.fromEntries(added.map((name) => [name, defaults[name] ?? ""])),
        };
        told.push(`${added.join(", ")} ${kind.slice(0, -1)} for ${label} ${container.name}`);
      };
      fill("requests", requests);
      fill("limits", limits);
    }
  }
  if (told.length === 0) return;
  const metadata = isObject(pod.metadata) ? pod.metadata : {};
  const annotations = isObject(metadata.annotations) ? metadata.annotations : {};
  metadata.annotations = {
    ...annotations,
    "kubernetes.io/limit-ranger": `LimitRanger plugin set: ${told.join("; ")}`,
  };
  pod.metadata = metadata;
}

function podErrors(items: LimitItem[], spec: JsonObject): string[] {
  const errors: string[] = [];
  for (const item of items) {
    if (item.type === "Container") {
      for (const container of [
        ...containersOf(spec, "containers"),
        ...containersOf(spec, "initContainers"),
      ]) {
        const resources = isObject(container.resources) ? container.resources : {};
        errors.push(...bounds(item, amounts(resources.requests), amounts(resources.limits)));
      }
    }
    if (item.type === "Pod")
      errors.push(...bounds(item, podAmounts(spec, "requests"), podAmounts(spec, "limits")));
  }
  return errors;
}

function bounds(item: LimitItem, requests: Amounts, limits: Amounts): string[] {
  const errors: string[] = [];
  const of = item.type;
  for (const [name, text] of Object.entries(item.min ?? {})) {
    const min = parseQuantity(text);
    const request = requests.get(name);
    const limit = limits.get(name);
    const said = `minimum ${name} usage per ${of} is ${formatQuantity(min)}`;
    if (!request) errors.push(`${said}.  No request is specified`);
    else if (compareQuantities(request, min) < 0)
      errors.push(`${said}, but request is ${formatQuantity(request)}`);
    if (limit && compareQuantities(limit, min) < 0)
      errors.push(`${said}, but limit is ${formatQuantity(limit)}`);
  }
  for (const [name, text] of Object.entries(item.max ?? {})) {
    const max = parseQuantity(text);
    const said = `maximum ${name} usage per ${of} is ${formatQuantity(max)}`;
    const request = requests.get(name);
    const limit = limits.get(name);
    if (of === "PersistentVolumeClaim") {
      if (request && compareQuantities(request, max) > 0)
        errors.push(`${said}, but request is ${formatQuantity(request)}`);
      continue;
    }
    if (!limit) errors.push(`${said}.  No limit is specified`);
    else if (compareQuantities(limit, max) > 0) errors.push(`${said}, but limit is ${formatQuantity(limit)}`);
  }
  for (const [name, text] of Object.entries(item.maxLimitRequestRatio ?? {})) {
    errors.push(...ratio(name, of, text, requests, limits));
  }
  return errors;
}

function ratio(name: string, of: string, text: string, requests: Amounts, limits: Amounts): string[] {
  const request = requests.get(name);
  const limit = limits.get(name);
  const max = parseQuantity(text);
  const said = `${name} max limit to request ratio per ${of} is ${formatQuantity(max)}`;
  if (!request || request.nano === 0n) return [`${said}, but no request is specified or request is 0`];
  if (!limit || limit.nano === 0n) return [`${said}, but no limit is specified or limit is 0`];
  const units = name === "cpu" ? milliUnits : wholeUnits;
  const actual = Number(units(limit)) / Number(units(request));
  if (actual <= Number(max.nano) / 1e9) return [];
  return [`${said}, but provided ratio is ${actual.toFixed(6)}`];
}
