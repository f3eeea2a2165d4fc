import { type KubernetesObject, parseApiVersion } from "../model/kubernetes.ts";
import { annotation } from "../model/resources.ts";
import { healthOf } from "./health.ts";
import { listAt, numberAt, recordAt, textAt, valueAt } from "./paths.ts";

const SCALABLE = /^(Deployment|StatefulSet|ReplicaSet)$/;
/** No node has it, so a DaemonSet that asks for it has no pods. */
const NOWHERE = { "hub.sealos.io/suspended": "true" };

/**
 * An object as it is to be applied, in view of how many replicas its live state has. Whoever scales a workload through
 * its `scale` subresource, as autoscalers and `kubectl scale` do, decides their number from then on: the image's is not
 * applied any more. While its installation is suspended a workload has no pods; a number that is not the image's own is
 * remembered in an annotation, and starting brings it back.
 */
export function atScale(
  object: KubernetesObject,
  live: KubernetesObject | undefined,
  suspended: boolean,
): KubernetesObject {
  if (isScalable(object)) return scaled(object, live, suspended);
  if (!suspended) return object;
  if (object.kind === "DaemonSet" && groupOf(object) === "apps") return nowhere(object);
  const stops = object.kind === "CronJob" || (object.kind === "Job" && !(live && isFinished(live)));
  return stops && groupOf(object) === "batch" ? withSpec(object, { suspend: true }) : object;
}

function scaled(
  object: KubernetesObject,
  live: KubernetesObject | undefined,
  suspended: boolean,
): KubernetesObject {
  if (live && !suspended && isScaledByOthers(live)) {
    const { replicas: _, ...spec } = recordAt(object, "spec");
    return { ...object, spec };
  }
  const number = live && numberToKeep(object, live, suspended);
  if (number === undefined) return suspended ? withSpec(object, { replicas: 0 }) : object;
  const { metadata } = object;
  return {
    ...withSpec(object, { replicas: suspended ? 0 : number }),
    metadata: {
      ...metadata,
      annotations: { ...metadata.annotations, [annotation.replicas]: String(number) },
    },
  };
}

/** Replicas that the image does not decide; undefined where it does. */
function numberToKeep(
  object: KubernetesObject,
  live: KubernetesObject,
  suspended: boolean,
): number | undefined {
  const now = numberAt(live, "spec.replicas");
  if (isScaledByOthers(live)) return now;
  const remembered = live.metadata.annotations?.[annotation.replicas];
  if (remembered !== undefined && /^\d{1,6}$/.test(remembered)) return Number(remembered);
  // Where the image leaves the number open, it is somebody else's. None at all is what stopping has made.
  const open = suspended && numberAt(object, "spec.replicas") === undefined;
  return open ? now || undefined : undefined;
}

/** What comes through the `scale` subresource is booked apart in the managed fields. */
function isScaledByOthers(live: KubernetesObject): boolean {
  return listAt(live, "metadata.managedFields").some(
    (entry) =>
      textAt(entry, "subresource") === "scale" &&
      valueAt(entry, 'fieldsV1["f:spec"]["f:replicas"]') !== undefined,
  );
}

/** Whether stopping an installation changes the object, so that its live state has to be known first. */
function isScalable(object: KubernetesObject): boolean {
  return SCALABLE.test(object.kind) && groupOf(object) === "apps";
}

/** Whether nothing of the object runs any more, or it is no workload. */
export function isStopped(object: KubernetesObject): boolean {
  if (object.kind === "Job") return isFinished(object) || !numberAt(object, "status.active");
  if (object.kind === "DaemonSet") return !numberAt(object, "status.currentNumberScheduled");
  if (!isScalable(object)) return true;
  return healthOf(object).status === "Current" && !numberAt(object, "status.replicas");
}

function isFinished(job: KubernetesObject): boolean {
  return listAt(job, "status.conditions").some(
    (condition) =>
      /^(Complete|Failed)$/.test(textAt(condition, "type") ?? "") && textAt(condition, "status") === "True",
  );
}

function nowhere(object: KubernetesObject): KubernetesObject {
  const template = recordAt(object, "spec.template");
  const pod = recordAt(template, "spec");
  const nodeSelector = { ...recordAt(pod, "nodeSelector"), ...NOWHERE };
  return withSpec(object, { template: { ...template, spec: { ...pod, nodeSelector } } });
}

function withSpec(object: KubernetesObject, spec: Record<string, unknown>): KubernetesObject {
  return { ...object, spec: { ...recordAt(object, "spec"), ...spec } };
}

function groupOf({ apiVersion }: KubernetesObject): string {
  return parseApiVersion(apiVersion).group;
}
