import type { Backend } from "./cluster.ts";
import { type KubeObject, list, text } from "./objects.ts";
import { isTrue, type RequestContext } from "./request.ts";
import { badRequest } from "./status.ts";

/** Answers `pods/log` from whoever runs the pods. Throws 400 when there is no such container or it has not started; a pod without a node has no logs. */
export async function sendLog(backend: Backend, pod: KubeObject, context: RequestContext): Promise<void> {
  const { query, response } = context;
  const { name, namespace = "" } = pod.metadata;
  const containers = ["containers", "initContainers", "ephemeralContainers"].flatMap((field) =>
    list(pod, "spec", field).map((container) => text(container, "name") ?? ""),
  );
  const asked = query.get("container");
  const main = list(pod, "spec", "containers").map((container) => text(container, "name") ?? "");
  if (!asked && main.length > 1) {
    throw badRequest(
      `a container name must be specified for pod ${name}, choose one of: [${main.join(" ")}]`,
    );
  }
  const container = asked || (main[0] ?? "");
  if (!containers.includes(container))
    throw badRequest(`container ${container} is not valid for pod ${name}`);
  if (!text(pod, "spec", "nodeName")) {
    response.writeHead(200, { "Content-Type": "text/plain", "Cache-Control": "no-cache, private" }).end();
    return;
  }
  const previous = isTrue(query.get("previous"));
  const waiting = waitingReason(pod, container);
  if (waiting && !previous) {
    throw badRequest(`container "${container}" in pod "${name}" is waiting to start: ${waiting}`);
  }
  if (previous && !hasEnded(pod, container)) {
    throw badRequest(`previous terminated container "${container}" in pod "${name}" not found`);
  }
  const { source } = backend.logs;
  if (!source)
    throw badRequest(
      `container "${container}" in pod "${name}" has no logs: nothing runs pods in this sandbox`,
    );
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  const number = (key: string) => (query.has(key) ? Number(query.get(key)) : undefined);
  const since = number("sinceSeconds");
  const sinceTime = query.get("sinceTime");
  const lines = source.read({
    namespace,
    pod: name,
    container,
    follow: isTrue(query.get("follow")),
    previous,
    tailLines: number("tailLines"),
    sinceTime: sinceTime
      ? new Date(sinceTime)
      : since === undefined
        ? undefined
        : new Date(context.now.getTime() - since * 1000),
    limitBytes: number("limitBytes"),
    timestamps: isTrue(query.get("timestamps")),
    signal: gone.signal,
  });
  response.writeHead(200, { "Content-Type": "text/plain", "Cache-Control": "no-cache, private" });
  response.flushHeaders();
  try {
    for await (const line of lines) response.write(`${line}\n`);
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  }
  response.end();
}

function statusOf(pod: KubeObject, container: string): unknown {
  return ["containerStatuses", "initContainerStatuses"]
    .flatMap((field) => list(pod, "status", field))
    .find((status) => text(status, "name") === container);
}

/** Why a container has nothing to say yet; undefined when it runs or has run. */
export function waitingReason(pod: KubeObject, container: string): string | undefined {
  const status = statusOf(pod, container) as
    | { state?: { waiting?: { reason?: string; message?: string } }; lastState?: { terminated?: object } }
    | undefined;
  if (!status) return text(pod, "spec", "nodeName") ? "ContainerCreating" : undefined;
  const waiting = status.state?.waiting;
  if (!waiting || status.lastState?.terminated) return;
  return waiting.reason === "ImagePullBackOff" || waiting.reason === "ErrImagePull"
    ? "trying and failing to pull image"
    : waiting.reason;
}

export function hasEnded(pod: KubeObject, container: string): boolean {
  const status = statusOf(pod, container) as { lastState?: { terminated?: object } } | undefined;
  return status?.lastState?.terminated !== undefined;
}
