import { isRecord } from "../../images/scan.ts";
import type { KubernetesObject } from "../../model/kubernetes.ts";
import { recordAt } from "../paths.ts";

export interface PodTemplate {
  spec: Record<string, unknown>;
  annotations: Record<string, unknown>;
}

const PATHS: Record<string, string> = {
  Pod: "",
  PodTemplate: "template",
  CronJob: "spec.jobTemplate.spec.template",
};
const WITH_TEMPLATE = new Set([
  ...["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job"],
]);

/** The pod that an object of a built-in kind makes. */
export function podTemplate(object: KubernetesObject): PodTemplate | undefined {
  const path = PATHS[object.kind] ?? (WITH_TEMPLATE.has(object.kind) ? "spec.template" : undefined);
  if (path === undefined) return undefined;
  const pod = path ? recordAt(object, path) : object;
  return { spec: recordAt(pod, "spec"), annotations: recordAt(pod, "metadata.annotations") };
}

/** Containers of every sort. */
export function containersOf({ spec }: PodTemplate): Record<string, unknown>[] {
  return [spec.initContainers, spec.containers, spec.ephemeralContainers].flatMap((list) =>
    Array.isArray(list) ? list.filter(isRecord) : [],
  );
}
