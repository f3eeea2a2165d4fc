import { isStoppedByBudget } from "../model/budget-stop.ts";
import type { InstanceKind, MemberKind } from "../model/image.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { because, type Reason } from "../model/reasons.ts";
import type { InstancePhase, InstanceView, MemberView, PodView } from "../model/stream.ts";
import { listAt, numberAt, recordAt, textAt, valueAt } from "./paths.ts";

/** Workloads, pods and members that belong to an instance. */
export interface InstanceParts {
  workloads: KubernetesObject[];
  pods: KubernetesObject[];
  members?: KubernetesObject[];
}

/** A provider's list row for one object, by the rules of its `spec.provider`. A pure function. */
export function instanceView(
  provider: string,
  kind: InstanceKind,
  object: KubernetesObject,
  parts: InstanceParts,
): InstanceView {
  const { ready, desired } = readiness(kind, object, parts);
  const reported = kind.status.phase ? textAt(object, kind.status.phase.path) : undefined;
  const failure = podFailure(parts.pods);
  const phase = phaseOf(kind, object, parts, { ready, desired, reported, failing: failure !== undefined });
  const said = kind.status.message ? textAt(object, kind.status.message.path) : undefined;
  const calm = phase === "Running" || phase === "Deleting";
  const byBudget = phase === "Stopped" && isStoppedByBudget(object) ? stoppedByBudget(object) : undefined;
  const words = byBudget ?? (said || calm ? undefined : failure);
  const message = words?.message ?? said;
  return {
    provider,
    apiVersion: object.apiVersion,
    kind: object.kind,
    plural: kind.plural,
    name: object.metadata.name,
    namespace: object.metadata.namespace ?? "",
    ...(object.metadata.creationTimestamp && { createdAt: object.metadata.creationTimestamp }),
    phase,
    ...(reported && { reported }),
    ...(message && { message }),
    ...(words && { reason: words.reason, params: words.params }),
    ready,
    desired,
    columns: kind.columns.map(({ path }) => cell(valueAt(object, path))),
  };
}

function stoppedByBudget({ metadata: { name } }: KubernetesObject): Reason & { message: string } {
  const message = `${name} is stopped, since the workspace has spent its budget for this month; its data is kept. It starts again when the month ends, the budget is raised, or an administrator lifts the stop.`;
  return { message, ...because("budget-stopped", { title: name }) };
}

interface Facts {
  ready: number;
  desired: number;
  reported: string | undefined;
  failing: boolean;
}

function phaseOf(
  kind: InstanceKind,
  object: KubernetesObject,
  parts: InstanceParts,
  facts: Facts,
): InstancePhase {
  if (object.metadata.deletionTimestamp) return "Deleting";
  const { status } = kind;
  const told = reportedPhase(kind, object, facts.reported);
  const nothingReported = told === undefined;
  if (kind.members && told === "Running" && facts.ready < facts.desired)
    return facts.ready === 0 ? "Creating" : "Updating";
  if (status.workloads === "ignored") return told ?? "Pending";
  if (status.workloads === "fallback") return told ?? phaseOfWorkloads(parts, facts);
  // "required": the operator's word for Running counts only while the workloads agree.
  if (nothingReported) return facts.failing ? "Failed" : parts.workloads.length > 0 ? "Creating" : "Pending";
  // Running without members, since none is wanted.
  if (told === "Running" && status.desired && facts.desired === 0 && facts.ready === 0) return "Stopped";
  if (told === "Running" && facts.desired > 0 && facts.ready < facts.desired)
    return facts.failing ? "Failed" : facts.ready === 0 ? "Creating" : "Updating";
  return told;
}

function reportedPhase(
  { status }: InstanceKind,
  object: KubernetesObject,
  reported: string | undefined,
): InstancePhase | undefined {
  const phase = status.phase && reported ? (status.phase.values[reported] ?? "Unknown") : undefined;
  if (phase && phase !== "Running") return phase;
  const conditions = listAt(object, "status.conditions");
  for (const rule of status.conditions ?? []) {
    const holds = conditions.some(
      (condition) => textAt(condition, "type") === rule.type && textAt(condition, "status") === rule.status,
    );
    if (holds) return rule.phase;
  }
  if (phase) return phase;
  if (status.present && (textAt(object, status.present.path) ?? "") !== "") return "Running";
  return undefined;
}

function phaseOfWorkloads({ workloads }: InstanceParts, { ready, desired, failing }: Facts): InstancePhase {
  if (workloads.length === 0) return "Pending";
  if (workloads.every((workload) => numberAt(workload, "spec.replicas") === 0)) return "Stopped";
  if (failing) return "Failed";
  if (ready >= desired) return workloads.some(isRollingOut) ? "Updating" : "Running";
  return ready === 0 ? "Creating" : "Updating";
}

function isRollingOut(workload: KubernetesObject): boolean {
  const observed = numberAt(workload, "status.observedGeneration");
  const generation = workload.metadata.generation;
  return observed !== undefined && generation !== undefined && observed < generation;
}

function readiness(
  kind: InstanceKind,
  object: KubernetesObject,
  { workloads, members = [] }: InstanceParts,
): { ready: number; desired: number } {
  if (kind.members) {
    const { phase } = kind.members;
    const views = members.filter((member) => memberPhase(phase, member) !== "Deleting");
    return {
      ready: views.filter((member) => memberPhase(phase, member) === "Running").length,
      desired: views.length,
    };
  }
  const sum = (path: string, otherwise: number) =>
    workloads.reduce((total, workload) => total + (numberAt(workload, path) ?? otherwise), 0);
  const wanted = kind.status.desired ? numberAt(object, kind.status.desired.path) : undefined;
  return { ready: sum("status.readyReplicas", 0), desired: wanted ?? sum("spec.replicas", 1) };
}

const WAITING_BADLY: Record<string, { reason: ContainerFault; what: string }> = {
  CrashLoopBackOff: { reason: "container-crashing", what: "keeps crashing" },
  ErrImagePull: { reason: "container-image", what: "cannot get its image" },
  ImagePullBackOff: { reason: "container-image", what: "cannot get its image" },
  InvalidImageName: { reason: "container-image-name", what: "names an image that is not valid" },
  CreateContainerConfigError: {
    reason: "container-config",
    what: "refers to configuration that is missing",
  },
  RunContainerError: { reason: "container-start", what: "cannot be started" },
};

type ContainerFault =
  | "container-crashing"
  | "container-image"
  | "container-image-name"
  | "container-config"
  | "container-start";

/** One sentence for the first pod that does not come up by itself. */
function podFailure(pods: KubernetesObject[]): (Reason & { message: string }) | undefined {
  for (const pod of pods) {
    for (const container of listAt(pod, "status.containerStatuses")) {
      const bad = WAITING_BADLY[textAt(container, "state.waiting.reason") ?? ""];
      if (!bad) continue;
      const detail = textAt(container, "state.waiting.message") ?? "";
      const name = textAt(container, "name") ?? "";
      return {
        message: `The container ${name} of ${pod.metadata.name} ${bad.what}${detail ? `: ${detail}` : ""}.`,
        ...because(bad.reason, { container: name, pod: pod.metadata.name, detail }),
      };
    }
    const unschedulable = listAt(pod, "status.conditions").find(
      (condition) =>
        textAt(condition, "type") === "PodScheduled" &&
        textAt(condition, "reason") === "Unschedulable" &&
        // Every new pod with a volume says this until the volume is there.
        !textAt(condition, "message")?.includes("unbound immediate PersistentVolumeClaims"),
    );
    if (unschedulable) {
      const why = textAt(unschedulable, "message")?.replace(/\.+$/, "") ?? "no reason given";
      return {
        message: `${pod.metadata.name} fits on no node: ${why}.`,
        ...because("pod-unschedulable", { pod: pod.metadata.name, reason: why }),
      };
    }
  }
  return undefined;
}

function cell(value: unknown): string | number | null {
  if (typeof value === "string" || typeof value === "number") return value;
  if (value === undefined || value === null) return null;
  return typeof value === "boolean" ? String(value) : JSON.stringify(value);
}

function memberPhase(phase: MemberKind["phase"], member: KubernetesObject): InstancePhase {
  if (member.metadata.deletionTimestamp) return "Deleting";
  const reported = textAt(member, phase.path);
  return reported ? (phase.values[reported] ?? "Unknown") : "Pending";
}

/** A member as a detail page lists it. */
export function memberView(kind: MemberKind, member: KubernetesObject): MemberView {
  const { name, creationTimestamp } = member.metadata;
  return {
    name,
    phase: memberPhase(kind.phase, member),
    columns: kind.columns.map(({ path }) => cell(valueAt(member, path))),
    ...(creationTimestamp && { createdAt: creationTimestamp }),
  };
}

/** A pod as a detail page lists it. */
export function podView(pod: KubernetesObject): PodView {
  const statuses = listAt(pod, "status.containerStatuses");
  const containers = listAt(pod, "spec.containers").map((container) => {
    const name = textAt(container, "name") ?? "";
    const status = statuses.find((candidate) => textAt(candidate, "name") === name);
    const state = Object.keys(recordAt(status, "state"))[0];
    return {
      name,
      ready: valueAt(status, "ready") === true,
      restarts: numberAt(status, "restartCount") ?? 0,
      image: textAt(container, "image") ?? "",
      state: textAt(status, `state.${state}.reason`) ?? state ?? "waiting",
    };
  });
  const node = textAt(pod, "spec.nodeName");
  return {
    name: pod.metadata.name,
    phase: pod.metadata.deletionTimestamp ? "Terminating" : (textAt(pod, "status.phase") ?? "Unknown"),
    ready: containers.filter(({ ready }) => ready).length,
    containers,
    ...(node && { node }),
    ...(pod.metadata.creationTimestamp && { createdAt: pod.metadata.creationTimestamp }),
  };
}
