import { setTimeout as delay } from "node:timers/promises";
import type { LogRequest, LogSource } from "../server/cluster.ts";
import { knownProgram } from "./programs.ts";
import type { Container, ContainerStatus, Pod } from "./types.ts";
import type { World } from "./world.ts";

interface Line {
  at: number;
  text: string;
}

const HEARTBEAT_MS = 60_000;
const MAX_HEARTBEATS = 500;

/** The last line of a container that crashes: an image tagged `crash`, or a command that ends with an error. */
export function crashLine(container: string): string {
  return `fatal: simulated failure of container ${container}: the process ended with an error`;
}

/** What a container would have said between its start and `now`. The same run always says the same. */
function logLines(
  pod: Pod,
  container: Container,
  status: ContainerStatus,
  previous: boolean,
  now: number,
): Line[] {
  const state = previous ? status.lastState : status.state;
  const ended = state.terminated ?? (!previous && !state.running ? status.lastState.terminated : undefined);
  const startedAt = state.running?.startedAt ?? ended?.startedAt;
  if (!startedAt) return [];
  const start = Date.parse(startedAt);
  const end = ended?.finishedAt ? Date.parse(ended.finishedAt) : undefined;
  const command = [...(container.command ?? []), ...(container.args ?? [])].join(" ").replaceAll("\n", " ; ");
  const lines: Line[] = [
    { at: start, text: `simulated container: no process runs behind ${pod.metadata.name}/${container.name}` },
    {
      at: start,
      text: `image ${container.image ?? ""}, restart ${status.restartCount}, node ${pod.spec.nodeName ?? ""}`,
    },
  ];
  if (command) lines.push({ at: start, text: `command (not executed): ${command.slice(0, 500)}` });
  if (end === undefined) {
    const ports = (container.ports ?? []).map(({ containerPort }) => containerPort);
    lines.push({
      at: start + 300,
      text: ports.length ? `ready on port ${ports.join(", ")} (simulated)` : "ready (simulated)",
    });
  }
  const until = end ?? now;
  const beats = Math.floor((until - start) / HEARTBEAT_MS);
  for (let beat = Math.max(1, beats - MAX_HEARTBEATS); beat <= beats; beat++) {
    lines.push({ at: start + beat * HEARTBEAT_MS, text: `heartbeat ${beat}: up ${beat} min (simulated)` });
  }
  if (ended) {
    const code = ended.exitCode;
    const said = knownProgram(container)?.lines ?? [];
    const last = code ? crashLine(container.name) : "completed (simulated), exit code 0";
    // What a known program says when it fails says why.
    for (const text of code && said.length > 0 ? said : [...said, last])
      lines.push({ at: end ?? until, text });
  }
  return lines.filter(({ at }) => at <= now);
}

/** Answers `pods/log` from the pods' states. */
export function logSource(world: Pick<World, "cluster">): LogSource {
  return {
    async *read(request) {
      const { follow, previous, tailLines, sinceTime, limitBytes, timestamps, signal } = request;
      let sent: number | undefined;
      let bytes = 0;
      for (;;) {
        const found = await locate(world, request);
        if (!found) return;
        const { pod, container, status } = found;
        const lines = logLines(pod, container, status, previous, Date.now());
        let from = sent ?? (tailLines === undefined ? 0 : Math.max(0, lines.length - tailLines));
        sent = lines.length;
        for (; from < lines.length; from++) {
          const line = lines[from];
          if (!line || (sinceTime && line.at < sinceTime.getTime())) continue;
          const text = timestamps ? `${new Date(line.at).toISOString()} ${line.text}` : line.text;
          bytes += text.length + 1;
          if (limitBytes !== undefined && bytes > limitBytes) return;
          yield text;
        }
        if (!follow || status.state.terminated || pod.metadata.deletionTimestamp || signal.aborted) return;
        await delay(500, undefined, { signal }).catch(() => undefined);
        if (signal.aborted) return;
      }
    },
  };
}

async function locate(
  world: Pick<World, "cluster">,
  { namespace, pod: name, container: wanted }: LogRequest,
) {
  const pod = await world.cluster.find<Pod>({ apiVersion: "v1", kind: "Pod", namespace, name });
  if (!pod) return undefined;
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  const container = containers.find((each) => each.name === wanted);
  const status = statuses.find((each) => each.name === wanted);
  return container && status ? { pod, container, status } : undefined;
}
