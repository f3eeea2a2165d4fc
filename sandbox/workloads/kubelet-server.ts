import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import { hasEnded, waitingReason } from "../server/logs.ts";
import type { KubeObject } from "../server/objects.ts";
import { logSource } from "./logs.ts";
import type { World } from "./world.ts";

export interface KubeletServer {
  port: number;
  stop(): Promise<void>;
}

/**
 * What the API server asks a kubelet for, on a loopback port (0: a free one): `GET /containerLogs/<namespace>/<pod>/<container>`.
 * `tls` is not verified by an API server without `--kubelet-certificate-authority`.
 */
export async function kubeletServer(
  world: Pick<World, "cluster">,
  tls: { key: string; cert: string },
  port = 0,
): Promise<KubeletServer> {
  const server = createServer(tls, (request, response) => {
    answer(world, request, response).catch((error: unknown) => {
      if (!response.headersSent) refuse(response, 500, String(error));
      else response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  world: Pick<World, "cluster">,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "https://kubelet");
  const [, what, namespace = "", name = "", container = ""] = pathname.split("/");
  if (request.method !== "GET" || what !== "containerLogs")
    return refuse(response, 501, "a simulated node has nothing but logs");
  const pod = await world.cluster.find<KubeObject>({ apiVersion: "v1", kind: "Pod", namespace, name });
  if (!pod) return refuse(response, 404, `pod "${name}" not found`);
  const previous = searchParams.get("previous") === "true";
  const waiting = waitingReason(pod, container);
  if (waiting && !previous)
    return refuse(response, 400, `container "${container}" in pod "${name}" is waiting to start: ${waiting}`);
  if (previous && !hasEnded(pod, container))
    return refuse(response, 400, `previous terminated container "${container}" in pod "${name}" not found`);
  const number = (key: string) => (searchParams.has(key) ? Number(searchParams.get(key)) : undefined);
  const since = number("sinceSeconds");
  const sinceTime = searchParams.get("sinceTime");
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  const lines = logSource(world).read({
    namespace,
    pod: name,
    container,
    previous,
    follow: searchParams.get("follow") === "true",
    timestamps: searchParams.get("timestamps") === "true",
    tailLines: number("tailLines"),
    limitBytes: number("limitBytes"),
    sinceTime: sinceTime
      ? new Date(sinceTime)
      : since === undefined
        ? undefined
        : new Date(Date.now() - since * 1000),
    signal: gone.signal,
  });
  response.writeHead(200, { "content-type": "text/plain" });
  response.flushHeaders();
  await pipeline(async function* () {
    for await (const line of lines) yield `${line}\n`;
  }, response).catch((error: NodeJS.ErrnoException) => {
    if (!gone.signal.aborted) throw error;
  });
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { "content-type": "text/plain" });
  response.end(message);
}
