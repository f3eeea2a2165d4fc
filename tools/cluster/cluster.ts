import { chmod, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { networkInterfaces, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { Cluster } from "../../lib/cluster/index.ts";
import { findBinaries } from "./binaries/find.ts";
import { SERVICE_ADDRESS } from "./control-plane.ts";
import { CONTROL_PLANE, startControlPlane } from "./control-plane-start.ts";
import { startFakeNodes } from "./fake/index.ts";
import { writePki } from "./pki.ts";
import { freePort, isFree } from "./ports.ts";
import { ProcessGroup } from "./process/group.ts";
import type { ClusterOptions, RunningCluster } from "./types.ts";
import { until } from "./until.ts";

const LOOPBACK = "127.0.0.1";
const PREFIX = "hub-cluster-";

/**
 * Starts a control plane, without nodes or with pretended ones, and resolves when it is ready to be used: about 6 s. Its
 * processes end with this one, however this one ends. Throws one sentence when something is missing or does not start.
 */
export async function startLocalCluster(
  options: ClusterOptions & { nodes: "none" | "fake" },
): Promise<RunningCluster> {
  const say = options.say ?? (() => undefined);
  const binaries = await findBinaries(
    [...CONTROL_PLANE, ...(options.nodes === "fake" ? ["kwok" as const] : [])],
    say,
  );
  if ("missing" in binaries) throw new Error(binaries.missing);
  if (options.port && !(await isFree(options.port)))
    throw new Error(`Port ${options.port} is in use: name another with --port, or none.`);
  const port = options.port ?? (await freePort());
  const url = `https://${LOOPBACK}:${port}`;
  await sweep();
  const group = await ProcessGroup.create();
  try {
    const dir = options.dir
      ? resolve(options.dir)
      : await mkdtemp(join(tmpdir(), `${PREFIX}${group.supervisorPid}-`));
    if (!options.dir) group.own(dir);
    await mkdir(dir, { recursive: true });
    await chmod(dir, 0o700);
    await rm(join(dir, "etcd"), { recursive: true, force: true });
    const pki = await writePki(dir, url, hosts());
    const audit = options.auditFile ? resolve(options.auditFile) : join(dir, "audit.jsonl");
    await mkdir(dirname(audit), { recursive: true });
    say("Starting etcd, kube-apiserver, kube-controller-manager and kube-scheduler …");
    const address = { bind: LOOPBACK, port, advertise: advertised() };
    const withAudit = options.audit === false ? {} : { audit };
    const { controllers, flags } = options;
    await startControlPlane(group, binaries.found, pki, address, { controllers, flags, ...withAudit });
    const cluster = Cluster.fromKubeconfig(pki.kubeconfig("admin"));
    if (!controllers) await accountsExist(cluster);
    if (options.nodes === "fake") await startFakeNodes(group, binaries.found.kwok, pki, cluster, options);
    group.onUnexpectedEnd = say;
    return {
      url,
      kubeconfig: pki.kubeconfig("admin"),
      audit,
      processes: group.programs,
      sign: pki.authority.sign,
      stop: () => group.stop(),
    };
  } catch (error) {
    await group.stop();
    throw error;
  }
}

/** Names and addresses that pods and people use for the API server. */
function hosts(): string[] {
  const service = ["kubernetes", "kubernetes.default", "kubernetes.default.svc"];
  return [LOOPBACK, "localhost", ...service, "kubernetes.default.svc.cluster.local", SERVICE_ADDRESS];
}

/** An address of this machine. Without one, an address for documentation: no pod here connects to it. */
function advertised(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return addresses.find(({ internal, family }) => !internal && family === "IPv4")?.address ?? "192.0.2.1";
}

/** Pods are refused until their namespace has its default account. */
async function accountsExist(cluster: Cluster): Promise<void> {
  const account = { apiVersion: "v1", kind: "ServiceAccount", namespace: "default", name: "default" };
  await until("the default service account", async () => (await cluster.find(account)) !== undefined);
}

/** Removes folders whose supervisor is gone: it was killed together with everything else. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = name.startsWith(PREFIX) ? Number(name.slice(PREFIX.length).split("-")[0]) : 0;
    if (pid && !isAlive(pid)) await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
