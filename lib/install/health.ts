import type { HealthStatus } from "../model/installation-views.ts";
import { type KubernetesObject, parseApiVersion } from "../model/kubernetes.ts";
import { because, type Reason } from "../model/reasons.ts";
import { listAt, numberAt, recordAt, textAt, valueAt } from "./paths.ts";

export interface Health {
  status: HealthStatus;
  /** One word for programs, as kstatus gives. */
  reason: string;
  message: string;
  /** The message in the table of reasons, where it is ours and not a controller's. */
  words?: Reason;
}

type Words = [message: string, words?: Reason];
const healthOfWords = (status: HealthStatus, reason: string, [message, words]: Words): Health => ({
  status,
  reason,
  message,
  ...(words ? { words } : {}),
});
const current = (...words: Words): Health => healthOfWords("Current", "Ready", words);
const progress = (reason: string, ...words: Words): Health => healthOfWords("InProgress", reason, words);
const failed = (reason: string, ...words: Words): Health => healthOfWords("Failed", reason, words);

const asWanted = (): Health => current("it is as wanted", because("health-wanted", {}));
/** What the controller said, else our own words. */
function said(message: string | undefined, own: string, words: Reason): Words {
  return message ? [message] : [own, words];
}

interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

function conditionsOf(object: KubernetesObject): Condition[] {
  return listAt(object, "status.conditions").filter(
    (condition): condition is Condition =>
      typeof condition === "object" && condition !== null && "type" in condition && "status" in condition,
  );
}

function condition(object: KubernetesObject, type: string): Condition | undefined {
  return conditionsOf(object).find((candidate) => candidate.type === type);
}

function deployment(object: KubernetesObject): Health {
  const wanted = numberAt(object, "spec.replicas") ?? 1;
  const progressing = condition(object, "Progressing");
  if (progressing?.reason === "ProgressDeadlineExceeded")
    return failed(
      "ProgressDeadlineExceeded",
      ...said(progressing.message, "it made no progress in time", because("health-no-progress", {})),
    );
  const failure = condition(object, "ReplicaFailure");
  if (failure?.status === "True") return failed(failure.reason ?? "ReplicaFailure", failure.message ?? "");
  const updated = numberAt(object, "status.updatedReplicas") ?? 0;
  const total = numberAt(object, "status.replicas") ?? 0;
  const available = numberAt(object, "status.availableReplicas") ?? 0;
  const ready = numberAt(object, "status.readyReplicas") ?? 0;
  if (updated < wanted)
    return progress(
      "LessReplicas",
      `${updated} of ${wanted} replicas are made`,
      because("health-replicas-made", { count: updated, total: wanted }),
    );
  if (total > updated)
    return progress(
      "ExtraPods",
      `${total - updated} old replicas are still there`,
      because("health-replicas-old", { count: total - updated }),
    );
  if (available < wanted)
    return progress(
      "LessAvailable",
      `${available} of ${wanted} replicas are available`,
      because("health-replicas-available", { count: available, total: wanted }),
    );
  if (ready < wanted)
    return progress(
      "LessReady",
      `${ready} of ${wanted} replicas are ready`,
      because("health-replicas-ready", { count: ready, total: wanted }),
    );
  return current(
    `${wanted} of ${wanted} replicas are ready`,
    because("health-replicas-ready", { count: wanted, total: wanted }),
  );
}

function statefulSet(object: KubernetesObject): Health {
  const wanted = numberAt(object, "spec.replicas") ?? 1;
  const ready = numberAt(object, "status.readyReplicas") ?? 0;
  const made = numberAt(object, "status.replicas") ?? 0;
  if (made < wanted)
    return progress(
      "LessReplicas",
      `${made} of ${wanted} replicas are made`,
      because("health-replicas-made", { count: made, total: wanted }),
    );
  if (ready < wanted)
    return progress(
      "LessReady",
      `${ready} of ${wanted} replicas are ready`,
      because("health-replicas-ready", { count: ready, total: wanted }),
    );
  if (made > wanted)
    return progress(
      "ExtraPods",
      `${made - wanted} replicas too many`,
      because("health-replicas-extra", { count: made - wanted }),
    );
  if (textAt(object, "spec.updateStrategy.type") !== "OnDelete") {
    const partition = numberAt(object, "spec.updateStrategy.rollingUpdate.partition") ?? 0;
    const updated = numberAt(object, "status.updatedReplicas") ?? 0;
    const target = textAt(object, "status.updateRevision");
    const rolledOut = target === undefined || target === textAt(object, "status.currentRevision");
    if (partition === 0 && !rolledOut && updated < wanted)
      return progress(
        "PartialRollout",
        `${updated} of ${wanted} replicas are updated`,
        because("health-replicas-updated", { count: updated, total: wanted }),
      );
  }
  return current(
    `${wanted} of ${wanted} replicas are ready`,
    because("health-replicas-ready", { count: wanted, total: wanted }),
  );
}

function daemonSet(object: KubernetesObject): Health {
  const wanted = numberAt(object, "status.desiredNumberScheduled");
  if (wanted === undefined)
    return progress("NoDesired", "it has not been looked at yet", because("health-unseen", {}));
  const ready = numberAt(object, "status.numberReady") ?? 0;
  const updated = numberAt(object, "status.updatedNumberScheduled") ?? 0;
  if (updated < wanted)
    return progress(
      "LessUpdated",
      `${updated} of ${wanted} nodes are updated`,
      because("health-nodes-updated", { count: updated, total: wanted }),
    );
  if (ready < wanted)
    return progress(
      "LessReady",
      `${ready} of ${wanted} nodes are ready`,
      because("health-nodes-ready", { count: ready, total: wanted }),
    );
  return current(
    `${wanted} of ${wanted} nodes are ready`,
    because("health-nodes-ready", { count: wanted, total: wanted }),
  );
}

function job(object: KubernetesObject): Health {
  const failure = condition(object, "Failed");
  if (failure?.status === "True")
    return failed(
      failure.reason ?? "JobFailed",
      ...said(failure.message, "the job failed", because("health-job-failed", {})),
    );
  if (condition(object, "Complete")?.status === "True")
    return current("the job is done", because("health-job-done", {}));
  if (valueAt(object, "spec.suspend") === true)
    return current("the job is suspended", because("health-job-suspended", {}));
  return progress("JobRunning", "the job is running", because("health-job-running", {}));
}

function pod(object: KubernetesObject): Health {
  const phase = textAt(object, "status.phase");
  if (phase === "Succeeded") return current("the pod is done", because("health-pod-done", {}));
  if (phase === "Failed")
    return failed(
      "PodFailed",
      ...said(textAt(object, "status.message"), "the pod failed", because("health-pod-failed", {})),
    );
  if (condition(object, "Ready")?.status === "True")
    return current("the pod is ready", because("health-pod-ready", {}));
  return progress(
    phase === "Running" ? "PodNotReady" : "PodPending",
    "the pod is not ready yet",
    because("health-pod-unready", {}),
  );
}

function claim(object: KubernetesObject): Health {
  const phase = textAt(object, "status.phase");
  if (phase === "Bound") return current("the volume is bound", because("health-volume-bound", {}));
  if (phase === "Lost") return failed("VolumeLost", "the volume is lost", because("health-volume-lost", {}));
  return progress("NotBound", "the volume is not bound yet", because("health-volume-unbound", {}));
}

function service(object: KubernetesObject): Health {
  if (textAt(object, "spec.type") === "LoadBalancer" && !textAt(object, "spec.clusterIP"))
    return progress("NoAddress", "it has no address yet", because("health-no-address", {}));
  return asWanted();
}

function customResourceDefinition(object: KubernetesObject): Health {
  const names = condition(object, "NamesAccepted");
  if (names?.status === "False") return failed(names.reason ?? "NamesRefused", names.message ?? "");
  return condition(object, "Established")?.status === "True"
    ? current("the kind is served", because("health-kind-served", {}))
    : progress("NotEstablished", "the kind is not served yet", because("health-kind-unserved", {}));
}

/** For kinds nobody described: the conditions that kstatus knows, and nothing said means fine. */
function generic(object: KubernetesObject): Health {
  const stalled = condition(object, "Stalled");
  if (stalled?.status === "True")
    return failed(
      stalled.reason ?? "Stalled",
      ...said(stalled.message, "it is stalled", because("health-stalled", {})),
    );
  const reconciling = condition(object, "Reconciling");
  if (reconciling?.status === "True")
    return progress(
      reconciling.reason ?? "Reconciling",
      ...said(reconciling.message, "its controller is at work", because("health-reconciling", {})),
    );
  const ready = condition(object, "Ready") ?? condition(object, "Available");
  if (ready && ready.status !== "True") return progress(ready.reason ?? "NotReady", ready.message ?? "");
  return asWanted();
}

const builtIn: Record<string, (object: KubernetesObject) => Health> = {
  "apps/Deployment": deployment,
  "apps/StatefulSet": statefulSet,
  "apps/DaemonSet": daemonSet,
  "batch/Job": job,
  "/Pod": pod,
  "/PersistentVolumeClaim": claim,
  "/Service": service,
  "apiextensions.k8s.io/CustomResourceDefinition": customResourceDefinition,
};

function isUnseen(object: KubernetesObject): boolean {
  const observed = numberAt(object, "status.observedGeneration");
  return observed !== undefined && observed < (object.metadata.generation ?? 0);
}

/** Whether nothing is amiss but that the object's controller has not seen its latest change yet. */
export function isUnseenOnly(object: KubernetesObject): boolean {
  if (!isUnseen(object)) return false;
  const { generation: _, ...metadata } = object.metadata;
  return healthOf({ ...object, metadata }).status === "Current";
}

/**
 * Health of one object by the rules of kstatus
 * (https://github.com/kubernetes-sigs/cli-utils/tree/master/pkg/kstatus). A claim that waits for its first consumer
 * counts as current, because its pod is what is being waited for.
 */
export function healthOf(object: KubernetesObject): Health {
  if (object.metadata.deletionTimestamp)
    return healthOfWords("Terminating", "Terminating", [
      "it is being deleted",
      because("health-deleting", {}),
    ]);
  if (isUnseen(object))
    return progress(
      "LatestGenerationNotObserved",
      "its controller has not seen the latest change yet",
      because("health-change-unseen", {}),
    );
  const { group } = parseApiVersion(object.apiVersion);
  const rule = builtIn[`${group}/${object.kind}`];
  if (rule) {
    const reported = Object.keys(recordAt(object, "status")).length > 0;
    if (!reported && /^(Deployment|StatefulSet|DaemonSet|Job)$/.test(object.kind) && wantsPods(object))
      return progress("NotObserved", "its controller has not seen it yet", because("health-new", {}));
    return rule(object);
  }
  return generic(object);
}

function wantsPods(object: KubernetesObject): boolean {
  return numberAt(object, "spec.replicas") !== 0 && valueAt(object, "spec.suspend") !== true;
}
