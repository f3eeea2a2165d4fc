import { type Fields, isFields, type KubeObject, list } from "../objects.ts";

/** How objects of one version become those of the version that is kept, and back. */
export interface Conversion {
  toStored(object: KubeObject): KubeObject;
  fromStored(object: KubeObject): KubeObject;
}

const METRICS = "autoscaling.alpha.kubernetes.io/metrics";
const BEHAVIOR = "autoscaling.alpha.kubernetes.io/behavior";

const isCpu = (metric: unknown): boolean => {
  const { type, resource } = metric as { type?: string; resource?: { name?: string; target?: Fields } };
  return type === "Resource" && resource?.name === "cpu" && resource.target?.type === "Utilization";
};

/** `autoscaling/v1` knows one metric; what else an autoscaler has stands in annotations there. */
const autoscaler: Conversion = {
  toStored(given) {
    const object = structuredClone(given);
    const spec = (isFields(object.spec) ? object.spec : {}) as Fields;
    const percentage = spec.targetCPUUtilizationPercentage;
    delete spec.targetCPUUtilizationPercentage;
    const { annotations } = object.metadata;
    const metrics = annotations?.[METRICS] ? (JSON.parse(annotations[METRICS]) as unknown[]) : [];
    if (annotations?.[BEHAVIOR]) spec.behavior = JSON.parse(annotations[BEHAVIOR]);
    delete annotations?.[METRICS];
    delete annotations?.[BEHAVIOR];
    if (annotations && Object.keys(annotations).length === 0) delete object.metadata.annotations;
    const target = { type: "Utilization", averageUtilization: percentage };
    if (percentage !== undefined) metrics.unshift({ type: "Resource", resource: { name: "cpu", target } });
    if (metrics.length > 0) spec.metrics = metrics;
    const status = (isFields(object.status) ? object.status : {}) as Fields;
    if (status.currentReplicas === 0) delete status.currentReplicas;
    return {
      ...object,
      apiVersion: "autoscaling/v2",
      spec,
      status: { currentMetrics: null, desiredReplicas: 0, ...status },
    };
  },
  fromStored(given) {
    const object = structuredClone(given);
    const spec = (isFields(object.spec) ? object.spec : {}) as Fields;
    const metrics = list(spec, "metrics");
    const cpu = metrics.find(isCpu) as { resource: { target: Fields } } | undefined;
    const others = metrics.filter((metric) => metric !== cpu);
    const annotations: Record<string, string> = { ...object.metadata.annotations };
    if (others.length > 0) annotations[METRICS] = JSON.stringify(others);
    if (spec.behavior) annotations[BEHAVIOR] = JSON.stringify(spec.behavior);
    delete spec.metrics;
    delete spec.behavior;
    if (cpu) spec.targetCPUUtilizationPercentage = cpu.resource.target.averageUtilization;
    if (Object.keys(annotations).length > 0) object.metadata.annotations = annotations;
    const status = isFields(object.status) ? object.status : {};
    const { currentReplicas = 0, desiredReplicas = 0, lastScaleTime, observedGeneration } = status;
    object.status = {
      ...(observedGeneration !== undefined && { observedGeneration }),
      ...(lastScaleTime !== undefined && { lastScaleTime }),
      currentReplicas,
      desiredReplicas,
    };
    return { ...object, apiVersion: "autoscaling/v1", spec };
  },
};

/** Names in `events.k8s.io/v1`, and what `v1` calls the same. */
const EVENT_FIELDS: [string, string][] = [
  ["regarding", "involvedObject"],
  ["note", "message"],
  ["reportingController", "reportingComponent"],
  ["deprecatedSource", "source"],
  ["deprecatedFirstTimestamp", "firstTimestamp"],
  ["deprecatedLastTimestamp", "lastTimestamp"],
  ["deprecatedCount", "count"],
];

function renamed(object: KubeObject, apiVersion: string, names: [string, string][]): KubeObject {
  const out: KubeObject = { ...object, apiVersion };
  for (const [from, to] of names) {
    if (!(from in out)) continue;
    out[to] = out[from];
    delete out[from];
  }
  return out;
}

/** The object without those of its fields that are empty. */
function without(object: KubeObject, names: string[]): KubeObject {
  const out = { ...object };
  for (const name of names) if (out[name] === "") delete out[name];
  return out;
}

const event: Conversion = {
  toStored: (object) => renamed(object, "v1", EVENT_FIELDS),
  fromStored: (object) =>
    renamed(
      without(object, ["reportingComponent", "reportingInstance"]),
      "events.k8s.io/v1",
      EVENT_FIELDS.map(([a, b]) => [b, a]),
    ),
};

/** By group, version and plural: the versions of built-in kinds that are not the one that is kept. */
export const CONVERSIONS: Record<string, Conversion> = {
  "autoscaling/v1/horizontalpodautoscalers": autoscaler,
  "events.k8s.io/v1/events": event,
};
