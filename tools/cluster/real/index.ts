import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { type AnyObject, Cluster } from "../../../lib/cluster/index.ts";
import { kubeconfig as kubeconfigText } from "../kubeconfig.ts";
import { writePki } from "../pki.ts";
import { answers } from "../probe.ts";
import type { ClusterOptions, ClusterProcess, RunningCluster } from "../types.ts";
import { until } from "../until.ts";
import { API_PORT, API_SERVICE_IP, INGRESS_PORT, NODE, NODE_IP, REGISTRY_PORT } from "./addresses.ts";
import { makeCgroup } from "./cgroups.ts";
import { Enclosure } from "./enclosure.ts";
import { pushPauseImage } from "./images.ts";
import { furnish } from "./network.ts";
import { prepare } from "./objects.ts";
import { programs } from "./programs.ts";
import type { RunResult } from "./protocol.ts";
import { requirements } from "./requirements.ts";

export interface RealCluster extends RunningCluster {
  /** The registry that answers for every reference, as `host:port` of this machine. */
  registry: string;
  /** Port of this machine's loopback where the hosts of Ingresses answer over HTTP. */
  ingress: number;
  /** Runs a program where the cluster lives. */
  inside(program: string, ...args: string[]): Promise<RunResult>;
}

const FOLDERS = ["pki", "logs/pods", "cni", "registries/_default", "volume-plugins", "volumes"];
const SERVICE_NAMES = ["kubernetes", "kubernetes.default", "kubernetes.default.svc"];
const HOSTS = ["127.0.0.1", "localhost", ...SERVICE_NAMES, "kubernetes.default.svc.cluster.local"];

/** Started once the API server answers. */
const NODE_PROGRAMS = [
  "kube-controller-manager",
  "kube-scheduler",
  "kubelet",
  "kube-proxy",
  "coredns",
  "ingress",
  "volumes",
];

/**
 * Starts a cluster with one node that runs containers: every program of it, in namespaces of its own, is reached over
 * this machine's loopback only. Nothing is left of it after `stop`, nor after this process has died. Throws one
 * sentence when something is missing or does not start.
 */
export async function startRealCluster(options: Omit<ClusterOptions, "nodes"> = {}): Promise<RealCluster> {
  const say = options.say ?? (() => undefined);
  const found = await requirements(say);
  const dir = options.dir ? resolve(options.dir) : mkdtempSync(join(tmpdir(), "hub-cluster-real-"));
  const cgroup = `hub-cluster-${randomBytes(4).toString("hex")}`;
  for (const folder of FOLDERS) mkdirSync(join(dir, folder), { recursive: true, mode: 0o700 });
  let ended: string | undefined;
  const enclosure = new Enclosure({
    dir,
    owned: !options.dir,
    cgroup,
    path: [...new Set(Object.values(found).map((path) => dirname(path)))],
    onEnd: (name, how) => {
      ended = `${name} ${how}. Its log is ${join(dir, "logs", `${name}.log`)}`;
      say(ended);
    },
  });
  const stop = async () => {
    await enclosure.stop();
    if (!options.dir) rmSync(dir, { recursive: true, force: true });
  };
  const waitFor = (what: string, holds: () => Promise<boolean>) =>
    until(what, async () => {
      if (ended) throw new Error(ended);
      return holds();
    });
  try {
    makeCgroup(cgroup);
    await furnish(enclosure, dir);
    const port = await enclosure.forward(options.port ?? 0, { host: NODE_IP, port: API_PORT });
    const registry = `127.0.0.1:${await enclosure.forward(0, { host: "127.0.0.1", port: REGISTRY_PORT })}`;
    const ingress = await enclosure.forward(0, { host: NODE_IP, port: INGRESS_PORT });
    const url = `https://127.0.0.1:${port}`;
    const hosts = [...HOSTS, NODE_IP, API_SERVICE_IP];
    const pki = await writePki(dir, `https://${NODE_IP}:${API_PORT}`, hosts);
    // The programs inside use the node's address; people outside the forwarded port.
    const kubeconfig = join(dir, "kubeconfig");
    const person = await pki.authority.sign({ name: "admin", groups: ["system:masters"] });
    await writeFile(kubeconfig, kubeconfigText(url, pki.authority.cert, "admin", person), { mode: 0o600 });
    const audit = options.auditFile ? resolve(options.auditFile) : join(dir, "audit.jsonl");
    mkdirSync(dirname(audit), { recursive: true });
    const { controllers, flags } = options;
    const specs = await programs({
      cgroup,
      pki,
      found,
      controllers,
      flags,
      snapshotter: "overlayfs",
      ...(options.audit === false ? {} : { audit }),
    });
    const apiAnswers = () => answers(`${url}/readyz`, pki.authority.cert);
    const processes: Record<string, ClusterProcess> = {};
    const start = async (...names: string[]) => {
      for (const name of names) {
        const spec = specs[name];
        if (!spec) throw new Error(`There is no program ${name}.`);
        let pid = await enclosure.start(spec);
        processes[name] = {
          get pid() {
            return pid;
          },
          kill: (signal = "SIGTERM") => {
            enclosure.signal(name, signal).catch((error: Error) => say(error.message));
          },
          restart: async () => {
            pid = await enclosure.restart(name);
            await until("the API server", apiAnswers);
          },
        };
      }
    };

    say("Starting the control plane, containerd and a registry …");
    await start("etcd", "kube-apiserver", "docker-registry", "containerd");
    await waitFor("the registry", () => listens(`http://${registry}/v2/`));
    const pause = pushPauseImage(registry);
    await Promise.all([pause, waitFor("the API server", apiAnswers)]);
    const cluster = Cluster.fromKubeconfig(kubeconfig);
    await prepare(cluster);
    say("Starting the node …");
    await start(...NODE_PROGRAMS);
    await waitFor("a node that is ready", () => isReady(cluster));
    await waitFor("the default service account", () => hasDefaultAccount(cluster));
    await waitFor("the ingress controller", () => listens(`http://127.0.0.1:${ingress}/`));
    const inside = (program: string, ...args: string[]) => enclosure.run(program, args);
    const { sign } = pki.authority;
    return { url, kubeconfig, audit, processes, sign, registry, ingress, inside, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Whether an HTTP server answers there, whatever it says. */
function listens(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
    () => true,
    () => false,
  );
}

async function isReady(cluster: Cluster): Promise<boolean> {
  const node = await cluster.find<AnyObject & { status?: { conditions?: Record<string, string>[] } }>({
    apiVersion: "v1",
    kind: "Node",
    name: NODE,
  });
  return node?.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
}

/** Pods are refused until their namespace has its default account. */
async function hasDefaultAccount(cluster: Cluster): Promise<boolean> {
  const account = { apiVersion: "v1", kind: "ServiceAccount", namespace: "default", name: "default" };
  return (await cluster.find(account)) !== undefined;
}
