import type { KubernetesObject, ObjectReference } from "../model/kubernetes.ts";
import { because, type Reason, type ReasonCode, type ReasonParams } from "../model/reasons.ts";
import { lastSeen } from "./events.ts";
import { type Health, healthOf } from "./health.ts";
import { listAt, numberAt, recordAt, selects, textAt } from "./paths.ts";
import { quotaRefusal } from "./quota.ts";
import { referenceOf, spoken } from "./references.ts";

/** Why an object is not healthy, for people. Pages word it themselves from `code` and `params`. */
export interface Explanation {
  code:
    | "image-pull"
    | "quota-exceeded"
    | "forbidden"
    | "unschedulable"
    | "crash"
    | "out-of-memory"
    | "config-missing"
    | "volume-pending"
    | "volume-unmountable"
    | "not-ready"
    | "job-failed"
    | "starting"
    | "failed";
  reason: ReasonCode;
  /** One sentence on what happens, one on what to do. */
  message: string;
  params: Record<string, string | number>;
  object: ObjectReference;
  /** True when waiting longer will not help. */
  failed: boolean;
  /** Last lines of the container's log, when it crashes. */
  log?: string;
}

export interface ExplainSources {
  /** Pods of the object's namespace. */
  pods: readonly KubernetesObject[];
  /** `v1` Events of the object's namespace. */
  events: readonly KubernetesObject[];
  /** Last lines of a container's log; `previous` asks for the run before. May fail. */
  log?: (pod: string, container: string, previous: boolean) => Promise<string>;
}

const LOG_LINES = 20;
/** What the scheduler adds about other pods that it might have evicted; it never did, or the pod would have room. */
const PREEMPTION = /(no new claims to deallocate, )?preemption: /;

/**
 * Collects what pods, events and logs say about an object that is not healthy and gives the reason that is nearest to
 * the cause. Undefined for a healthy object.
 */
export async function explain(
  object: KubernetesObject,
  sources: ExplainSources,
): Promise<Explanation | undefined> {
  const health = healthOf(object);
  if (health.status === "Current") return undefined;
  const pods = podsOf(object, sources.pods);
  for (const pod of pods) {
    const found = await explainPod(object, pod, sources);
    if (found) return found;
  }
  const refused = explainRefusal(object, sources.events);
  if (refused) return refused;
  const base = { object: referenceOf(object) };
  if (object.kind === "PersistentVolumeClaim") {
    const event = warningAbout(object, sources.events, /ProvisioningFailed|FailedBinding/);
    return {
      ...base,
      code: "volume-pending",
      failed: event !== undefined,
      ...(event
        ? because("volume-failed", { name: object.metadata.name, reason: sentence(event) })
        : because("volume-making", { name: object.metadata.name })),
      message: event
        ? `The volume ${object.metadata.name} cannot be made: ${sentence(event)} Check the storage class.`
        : `The volume ${object.metadata.name} is being made.`,
    };
  }
  if (object.kind === "Job" && health.status === "Failed")
    return {
      ...base,
      code: "job-failed",
      failed: true,
      ...because("job-failed", { name: object.metadata.name, ...healthWords(health) }),
      message: `The job ${object.metadata.name} failed: ${sentence(health.message)} Look at its log, then try again.`,
    };
  if (health.status === "Failed")
    return {
      ...base,
      code: "failed",
      failed: true,
      ...because("failed", { kind: object.kind, name: object.metadata.name, ...healthWords(health) }),
      message: `${spoken(object.kind ? { kind: object.kind, name: object.metadata.name } : base.object)} failed: ${sentence(health.message)} Look at its events.`,
    };
  return {
    ...base,
    code: "starting",
    failed: false,
    ...because("starting", { kind: object.kind, name: object.metadata.name, ...healthWords(health) }),
    message: `${spoken(base.object)} is starting: ${sentence(health.message)}`,
  };
}

/** The pods of a workload (by its selector), or of a Job (by its name), those in trouble first. */
export function podsOf(object: KubernetesObject, pods: readonly KubernetesObject[]): KubernetesObject[] {
  if (object.kind === "Pod") return [object];
  const selector =
    object.kind === "Job"
      ? { "batch.kubernetes.io/job-name": object.metadata.name }
      : (recordAt(object, "spec.selector.matchLabels") as Record<string, string>);
  return pods
    .filter(
      ({ metadata }) =>
        metadata.namespace === object.metadata.namespace &&
        !metadata.deletionTimestamp &&
        selects(selector, metadata.labels),
    )
    .sort((a, b) => (b.metadata.creationTimestamp ?? "").localeCompare(a.metadata.creationTimestamp ?? ""));
}

/** The health's sentence as the value `reason` of another. */
export function healthWords(health: Health): { reason: string } & ReasonParams {
  const { words, message } = health;
  return { reason: sentence(message), ...words?.params, ...(words ? { because: words.reason } : {}) };
}

function crashWords(container: string, restarts: number, exit: number | undefined, why: string): Reason {
  const params = { container, restarts, exitCode: exit ?? "", line: why };
  if (why) return because(exit === undefined ? "crash-said" : "crash-exit-said", params);
  return because(exit === undefined ? "crash" : "crash-exit", params);
}

async function explainPod(
  owner: KubernetesObject,
  pod: KubernetesObject,
  sources: ExplainSources,
): Promise<Explanation | undefined> {
  const reference = referenceOf(owner);
  const statuses = [
    ...listAt(pod, "status.initContainerStatuses"),
    ...listAt(pod, "status.containerStatuses"),
  ];
  for (const status of statuses) {
    const container = textAt(status, "name") ?? "";
    const waiting = textAt(status, "state.waiting.reason") ?? "";
    const said = textAt(status, "state.waiting.message") ?? "";
    const image = textAt(status, "image") ?? imageOf(pod, container);
    if (
      /^(ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull|ImageInspectError)$/.test(waiting)
    )
      return {
        object: reference,
        code: "image-pull",
        failed: true,
        ...because("image-pull", { image, container, detail: said }),
        message: `The image ${image} cannot be pulled. Check its name and tag, and that the registry can be reached.`,
      };
    if (/^CreateContainerConfigError$/.test(waiting))
      return {
        object: reference,
        code: "config-missing",
        failed: true,
        ...because("config-missing", {
          container,
          reason: sentence(said || "its configuration is missing"),
        }),
        message: `The container ${container} cannot start: ${sentence(said || "its configuration is missing")} Create what is missing; it starts by itself then.`,
      };
    const restarts = numberAt(status, "restartCount") ?? 0;
    const ended = recordAt(status, "state.terminated");
    const before = recordAt(status, "lastState.terminated");
    const last = Object.keys(ended).length > 0 ? ended : before;
    const exit = numberAt(last, "exitCode");
    const crashing =
      waiting === "CrashLoopBackOff" ||
      waiting === "RunContainerError" ||
      waiting === "CreateContainerError" ||
      (exit !== undefined && exit !== 0 && restarts + (ended === last ? 1 : 0) > 0);
    if (!crashing) continue;
    if (textAt(last, "reason") === "OOMKilled") {
      const limit = memoryLimit(pod, container);
      return {
        object: reference,
        code: "out-of-memory",
        failed: true,
        ...(limit
          ? because("out-of-memory-limit", { container, limit, restarts })
          : because("out-of-memory", { container, restarts })),
        message: `The container ${container} needs more memory than its limit${limit ? ` of ${limit}` : ""}. Raise the limit.`,
      };
    }
    const log = await lastLog(sources, pod.metadata.name, container, ended !== last && restarts > 0);
    const line = log?.trimEnd().split("\n").at(-1)?.trim() ?? "";
    const why = line || said || textAt(last, "message") || "";
    return {
      object: reference,
      code: "crash",
      failed: true,
      ...crashWords(container, restarts, exit, why),
      message: `The container ${container} crashes${exit === undefined ? "" : ` with exit code ${exit}`}${why ? `. It last said: ${sentence(why)}` : "."} Look at its log and its inputs.`,
      ...(log ? { log } : {}),
    };
  }
  return explainWaiting(reference, pod, sources.events);
}

function explainWaiting(
  reference: ObjectReference,
  pod: KubernetesObject,
  events: readonly KubernetesObject[],
): Explanation | undefined {
  const scheduled = listAt(pod, "status.conditions").find((each) => textAt(each, "type") === "PodScheduled");
  if (textAt(scheduled, "status") === "False" && textAt(scheduled, "reason") === "Unschedulable") {
    const reason = withoutPreemption(textAt(scheduled, "message") ?? "");
    // The scheduler calls a pod unschedulable while its volume is still being made.
    if (/unbound immediate PersistentVolumeClaims/.test(reason))
      return {
        object: reference,
        code: "volume-pending",
        failed: false,
        ...because("pod-volumes-making", { pod: pod.metadata.name, detail: reason }),
        message: `The volumes of the pod ${pod.metadata.name} are being made.`,
      };
    return {
      object: reference,
      code: "unschedulable",
      failed: true,
      ...because("unschedulable", { pod: pod.metadata.name, reason: sentence(reason) }),
      message: `No node has room for the pod ${pod.metadata.name}: ${sentence(reason)} Ask for less, or for more nodes.`,
    };
  }
  const mount = warningAbout(pod, events, /FailedMount|FailedAttachVolume/);
  if (mount)
    return {
      object: reference,
      code: "volume-unmountable",
      failed: true,
      ...because("volume-unmountable", { pod: pod.metadata.name, reason: sentence(mount) }),
      message: `A volume of the pod ${pod.metadata.name} cannot be mounted: ${sentence(mount)} Create what is missing; it starts by itself then.`,
    };
  if (textAt(pod, "status.phase") === "Running") {
    const probe = warningAbout(pod, events, /Unhealthy/);
    if (probe)
      return {
        object: reference,
        code: "not-ready",
        failed: false,
        ...because("not-ready", { pod: pod.metadata.name, reason: sentence(probe) }),
        message: `The pod ${pod.metadata.name} runs but is not ready yet: ${sentence(probe)}`,
      };
  }
  return undefined;
}

/** Controllers say in events (and Deployments in a condition too) why they may not create pods. */
function explainRefusal(
  object: KubernetesObject,
  events: readonly KubernetesObject[],
): Explanation | undefined {
  const failure = listAt(object, "status.conditions").find(
    (each) => textAt(each, "type") === "ReplicaFailure" && textAt(each, "status") === "True",
  );
  const said = textAt(failure, "message") ?? warningAbout(object, events, /FailedCreate/);
  if (!said) return undefined;
  const reference = referenceOf(object);
  const quota = quotaRefusal(said);
  if (quota)
    return {
      object: reference,
      code: "quota-exceeded",
      failed: true,
      reason: quota.reason,
      params: quota.params,
      message: quota.message,
    };
  if (/forbidden/.test(said))
    return {
      object: reference,
      code: "forbidden",
      failed: true,
      ...because("pods-forbidden", {
        kind: object.kind,
        name: object.metadata.name,
        reason: sentence(said),
      }),
      message: `The pods of ${object.kind} "${object.metadata.name}" are not allowed here: ${sentence(said)} The image has to change.`,
    };
  return {
    object: reference,
    code: "failed",
    failed: true,
    ...because("pods-refused", { kind: object.kind, name: object.metadata.name, reason: sentence(said) }),
    message: `The pods of ${object.kind} "${object.metadata.name}" cannot be made: ${sentence(said)}`,
  };
}

/** The latest warning about the object itself, or about what is named after it (a Deployment's ReplicaSet). */
function warningAbout(
  object: KubernetesObject,
  events: readonly KubernetesObject[],
  reason: RegExp,
): string | undefined {
  const about = events.filter((event) => {
    const name = textAt(event, "involvedObject.name") ?? "";
    const kind = textAt(event, "involvedObject.kind");
    const same = kind === object.kind && name === object.metadata.name;
    const replicaSet =
      object.kind === "Deployment" &&
      kind === "ReplicaSet" &&
      name.slice(0, name.lastIndexOf("-")) === object.metadata.name;
    const uid = textAt(event, "involvedObject.uid");
    const older =
      same && uid !== undefined && object.metadata.uid !== undefined && uid !== object.metadata.uid;
    return (
      (same || replicaSet) &&
      !older &&
      textAt(event, "type") === "Warning" &&
      reason.test(textAt(event, "reason") ?? "")
    );
  });
  const latest = about.sort((a, b) => lastSeen(b).localeCompare(lastSeen(a)))[0];
  return latest && (textAt(latest, "message") ?? textAt(latest, "reason"));
}

async function lastLog(
  sources: ExplainSources,
  pod: string,
  container: string,
  previous: boolean,
): Promise<string | undefined> {
  if (!sources.log) return undefined;
  try {
    const text = await sources.log(pod, container, previous);
    return text.trimEnd().split("\n").slice(-LOG_LINES).join("\n") || undefined;
  } catch {
    // A log that cannot be read (the pod is gone, its node silent) leaves the explanation without one.
    return undefined;
  }
}

function imageOf(pod: KubernetesObject, container: string): string {
  const all = [...listAt(pod, "spec.initContainers"), ...listAt(pod, "spec.containers")];
  return (
    textAt(
      all.find((each) => textAt(each, "name") === container),
      "image",
    ) ?? ""
  );
}

function memoryLimit(pod: KubernetesObject, container: string): string {
  const found = listAt(pod, "spec.containers").find((each) => textAt(each, "name") === container);
  return textAt(found, "resources.limits.memory") ?? "";
}

/** Ends a text like a sentence; long ones are cut. */
function sentence(text: string): string {
  const trimmed = text.trim().replace(/\s+/g, " ").slice(0, 500);
  return /[.!?。]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** Without the scheduler's words on preemption. */
function withoutPreemption(message: string): string {
  const at = message.search(PREEMPTION);
  return at < 0 ? message : message.slice(0, at).trimEnd().replace(/\.$/, "");
}
