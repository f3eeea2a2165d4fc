import { withCondition } from "./conditions.ts";
import { simulatedImage } from "./images.ts";
import { qosClass } from "./quantities.ts";
import type { Container, ContainerStatus, Pod, PodStatus } from "./types.ts";

/** A status with an entry for every container, taking over what is recorded already. */
export function draftStatus(pod: Pod): PodStatus & { containerStatuses: ContainerStatus[] } {
  const status = structuredClone(pod.status ?? {});
  const inits = pod.spec.initContainers ?? [];
  const draft = {
    ...status,
    phase: status.phase ?? "Pending",
    qosClass: status.qosClass ?? qosClass(pod.spec),
    containerStatuses: pod.spec.containers.map((container) =>
      draftContainer(container, status.containerStatuses, inits.length > 0),
    ),
  };
  if (inits.length === 0) return draft;
  return {
    ...draft,
    initContainerStatuses: inits.map((container) =>
      draftContainer(container, status.initContainerStatuses, true),
    ),
  };
}

function draftContainer(
  container: Container,
  known: ContainerStatus[] | undefined,
  hasInits: boolean,
): ContainerStatus {
  return (
    known?.find(({ name }) => name === container.name) ?? {
      name: container.name,
      state: { waiting: { reason: hasInits ? "PodInitializing" : "ContainerCreating" } },
      lastState: {},
      ready: false,
      started: false,
      restartCount: 0,
      image: simulatedImage(container.image ?? "").reference,
      imageID: "",
    }
  );
}

/** True when an init container has done its part: ended well, or runs beside the others as a sidecar. */
export function isInitialised(container: Container, status: ContainerStatus): boolean {
  if (container.restartPolicy === "Always") return status.started;
  return status.state.terminated?.exitCode === 0;
}

/** Derives phase and conditions from the container states, as the kubelet does. */
export function summarise(pod: Pod, draft: PodStatus, hasSandbox: boolean): PodStatus {
  const inits = pod.spec.initContainers ?? [];
  const waitingInits = inits.filter((container, index) => {
    const status = draft.initContainerStatuses?.[index];
    return !status || !isInitialised(container, status);
  });
  const containers = draft.containerStatuses ?? [];
  const phase = phaseOf(pod, draft, waitingInits.length === 0);
  const over = phase === "Succeeded" || phase === "Failed";
  const unready = containers.filter(({ ready }) => !ready).map(({ name }) => name);
  const ready = !over && waitingInits.length === 0 && unready.length === 0;
  const why =
    phase === "Succeeded"
      ? { reason: "PodCompleted" }
      : { reason: "ContainersNotReady", message: `containers with unready status: [${unready.join(" ")}]` };
  const verdict = ready ? { status: "True" as const } : { status: "False" as const, ...why };
  let conditions = draft.conditions;
  const set = (next: Parameters<typeof withCondition>[1]) => {
    conditions = withCondition(conditions, next);
  };
  set({ type: "PodReadyToStartContainers", status: hasSandbox && !over ? "True" : "False" });
  set(
    waitingInits.length === 0
      ? { type: "Initialized", status: "True", ...(phase === "Succeeded" ? { reason: "PodCompleted" } : {}) }
      : {
          type: "Initialized",
          status: "False",
          reason: "ContainersNotInitialized",
          message: `containers with incomplete status: [${waitingInits.map(({ name }) => name).join(" ")}]`,
        },
  );
  set({ type: "Ready", ...verdict });
  set({ type: "ContainersReady", ...verdict });
  set({ type: "PodScheduled", status: "True" });
  return { ...draft, phase, conditions };
}

function phaseOf(pod: Pod, draft: PodStatus, initialised: boolean): NonNullable<PodStatus["phase"]> {
  const policy = pod.spec.restartPolicy ?? "Always";
  const failedInit = draft.initContainerStatuses?.some(
    ({ state }) => (state.terminated?.exitCode ?? 0) !== 0,
  );
  if (!initialised) return failedInit && policy === "Never" ? "Failed" : "Pending";
  const containers = draft.containerStatuses ?? [];
  if (containers.some(({ state, lastState }) => state.waiting && !lastState.terminated)) return "Pending";
  const over = containers.every(({ state }) => state.terminated);
  if (!over || policy === "Always") return "Running";
  const failed = containers.some(({ state }) => state.terminated?.exitCode !== 0);
  if (!failed) return "Succeeded";
  return policy === "Never" ? "Failed" : "Running";
}
