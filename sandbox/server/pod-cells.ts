import { age } from "./durations.ts";
import { at, type KubeObject, list, text } from "./objects.ts";

interface ContainerState {
  waiting?: { reason?: string };
  running?: { startedAt?: string };
  terminated?: { reason?: string; signal?: number; exitCode?: number; finishedAt?: string };
}

interface ContainerStatus {
  name: string;
  ready?: boolean;
  started?: boolean;
  restartCount?: number;
  state?: ContainerState;
  lastState?: ContainerState;
}

const statuses = (pod: KubeObject, field: string) => list(pod, "status", field) as ContainerStatus[];

function sidecars(pod: KubeObject): Set<string> {
  const always = list(pod, "spec", "initContainers").filter(
    (each) => text(each, "restartPolicy") === "Always",
  );
  return new Set(always.map((each) => text(each, "name") ?? ""));
}

/** `1/2`: containers that are ready and how many there are, sidecars included. */
export function podReady(pod: KubeObject): string {
  const beside = sidecars(pod);
  const counted = [
    ...statuses(pod, "containerStatuses"),
    ...statuses(pod, "initContainerStatuses").filter(({ name }) => beside.has(name)),
  ];
  const ready = counted.filter((status) => status.ready && status.state?.running).length;
  return `${ready}/${list(pod, "spec", "containers").length + beside.size}`;
}

function ended(terminated: NonNullable<ContainerState["terminated"]>): string {
  if (terminated.reason) return terminated.reason;
  return terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode}`;
}

/** What kubectl says of a pod: its phase, or what its first container that is not well waits for or died of. */
export function podStatus(pod: KubeObject): string {
  const phase = text(pod, "status", "reason") ?? text(pod, "status", "phase") ?? "";
  let reason = phase;
  const beside = sidecars(pod);
  const init = statuses(pod, "initContainerStatuses");
  let initializing = false;
  for (const [index, status] of init.entries()) {
    const { terminated, waiting } = status.state ?? {};
    if (terminated?.exitCode === 0 || (beside.has(status.name) && status.started)) continue;
    if (terminated) reason = `Init:${ended(terminated)}`;
    else if (waiting?.reason && waiting.reason !== "PodInitializing") reason = `Init:${waiting.reason}`;
    else reason = `Init:${index}/${list(pod, "spec", "initContainers").length}`;
    initializing = true;
    break;
  }
  if (!initializing) reason = running(pod, reason);
  if (pod.metadata.deletionTimestamp) {
    return text(pod, "status", "reason") === "NodeLost"
      ? "Unknown"
      : phase === "Failed" || phase === "Succeeded"
        ? reason
        : "Terminating";
  }
  return reason;
}

function running(pod: KubeObject, phase: string): string {
  let reason = phase;
  let some = false;
  for (const { state, ready } of statuses(pod, "containerStatuses").reverse()) {
    if (state?.waiting?.reason) reason = state.waiting.reason;
    else if (state?.terminated) reason = ended(state.terminated);
    else if (ready && state?.running) some = true;
  }
  if (reason !== "Completed" || !some) return reason;
  const isReady = list(pod, "status", "conditions").some(
    (condition) => text(condition, "type") === "Ready" && text(condition, "status") === "True",
  );
  return isReady ? "Running" : "NotReady";
}

/** `3 (2m10s ago)`: how often the containers were started again, and when last. */
export function podRestarts(pod: KubeObject, now: number): string {
  const all = statuses(pod, "containerStatuses");
  const count = all.reduce((sum, status) => sum + Number(at(status, "restartCount") ?? 0), 0);
  const last = all
    .flatMap((status) => status.lastState?.terminated?.finishedAt ?? [])
    .sort()
    .at(-1);
  return count > 0 && last ? `${count} (${age(last, now)} ago)` : String(count);
}
