import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { AnyObject, Cluster } from "../../../lib/cluster/index.ts";
import { freePort } from "../../../tools/cluster/index.ts";
import { chart, type Manifest } from "./tools.ts";

const root = join(chart, "..", "..");

interface Container {
  name: string;
  command: string[];
  env: {
    name: string;
    value?: string;
    valueFrom?: { fieldRef?: { fieldPath: string }; secretKeyRef?: { name: string; key: string } };
  }[];
  ports: { name: string; containerPort: number }[];
  [probe: string]: unknown;
}

/** A container of a rendered pod, run as a process of this machine. */
export interface RunningContainer {
  name: string;
  child: ChildProcess;
  /** `http://127.0.0.1:<port>` by the port's name. */
  address: Record<string, string>;
  /** HTTP status of what the kubelet would ask; undefined when nothing answers. */
  probe(kind: "startupProbe" | "livenessProbe" | "readinessProbe"): Promise<number | undefined>;
  /** What the process said, its last 200 lines. */
  tail(): string;
  exited: Promise<number | null>;
}

/**
 * Runs the first container of a rendered Deployment with its command and environment, as its service account. What a
 * machine without pods must do otherwise: ports are free ones, the address is loopback's, the content store is a folder.
 */
export async function runContainer(
  deployment: Manifest,
  options: { cluster: Cluster; kubeconfig: string; contentDir: string; podName: string },
): Promise<RunningContainer> {
  const { spec } = (deployment.spec as { template: { spec: { containers: Container[] } } }).template;
  const [container] = spec.containers;
  if (!container) throw new Error(`${deployment.metadata.name} has no container`);
  const ports = new Map<string, number>();
  for (const { name } of container.ports) ports.set(name, await freePort());
  const fields: Record<string, string> = {
    "metadata.namespace": deployment.metadata.namespace ?? "",
    "metadata.name": options.podName,
    "status.podIP": "127.0.0.1",
  };
  const env: Record<string, string> = {};
  for (const { name, value, valueFrom } of container.env) {
    const { fieldRef, secretKeyRef } = valueFrom ?? {};
    if (fieldRef) env[name] = fields[fieldRef.fieldPath] ?? "";
    else if (secretKeyRef) {
      const secret = await options.cluster.get<AnyObject & { data: Record<string, string> }>({
        apiVersion: "v1",
        kind: "Secret",
        name: secretKeyRef.name,
        namespace: deployment.metadata.namespace,
      });
      env[name] = Buffer.from(secret.data[secretKeyRef.key] ?? "", "base64").toString();
    } else env[name] = (value ?? "").replaceAll(/\$\((\w+)\)/g, (_, other: string) => env[other] ?? "");
  }
  const [program, ...args] = container.command;
  if (program !== "node") throw new Error(`${container.name} is started by ${program}`);
  const lines: string[] = [];
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env.PATH ?? "",
      // From the Dockerfile.
      NODE_ENV: "production",
      NEXT_TELEMETRY_DISABLED: "1",
      ...env,
      KUBECONFIG: options.kubeconfig,
      CONTENT_DIR: options.contentDir,
      METRICS_PORT: String(ports.get("metrics")),
      ...(ports.has("http") && { PORT: String(ports.get("http")) }),
    },
  });
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => lines.splice(0, lines.length, ...lines.concat(String(chunk)).slice(-200)));
  const address = Object.fromEntries([...ports].map(([name, port]) => [name, `http://127.0.0.1:${port}`]));
  return {
    name: options.podName,
    child,
    address,
    tail: () => lines.join(""),
    exited: new Promise((resolve) => child.once("exit", resolve)),
    async probe(kind) {
      const { path, port } = (container[kind] as { httpGet: { path: string; port: string } }).httpGet;
      return fetch(`${address[port]}${path}`, { signal: AbortSignal.timeout(5_000) }).then(
        ({ status }) => status,
        () => undefined,
      );
    },
  };
}

/** Asks until the answer is as wanted; processes cannot be watched for it. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  timeoutMs = 90_000,
): Promise<T> {
  for (const deadline = performance.now() + timeoutMs; performance.now() < deadline; await delay(100)) {
    const answer = await ask();
    if (answer) return answer;
  }
  throw new Error(`${what}: not within ${timeoutMs / 1000} s`);
}

/** Prometheus samples of `/metrics`: `name{labels}` to value. */
export async function samples(address: string): Promise<Map<string, number>> {
  const text = await (await fetch(`${address}/metrics`)).text();
  return new Map(
    text
      .split("\n")
      .filter((line) => line && !line.startsWith("#"))
      .map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ")))]),
  );
}
