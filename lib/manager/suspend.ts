import type { KubernetesObject } from "../model/kubernetes.ts";

/** The object as it is while its installation is suspended: no replicas, no new runs. Everything else stays. */
export function suspended(object: KubernetesObject): KubernetesObject {
  const spec = (object.spec ?? {}) as Record<string, unknown>;
  if (object.kind === "Deployment" || object.kind === "StatefulSet")
    return { ...object, spec: { ...spec, replicas: 0 } };
  if (object.kind === "CronJob") return { ...object, spec: { ...spec, suspend: true } };
  return object;
}
