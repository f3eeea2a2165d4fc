import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ApiObject, Cluster } from "../../lib/cluster/index.ts";
import { until } from "../../lib/cluster/testing/until.ts";
import { findBinaries, type RunningCluster, startCluster } from "./index.ts";
import { isFree } from "./ports.ts";
import { until as eventually } from "./until.ts";

const binaries = await findBinaries(
  ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok", "kubectl"],
  (line) => process.stderr.write(`${line}\n`),
);
const missing = "missing" in binaries ? binaries.missing : undefined;
if (missing && process.env.CI) throw new Error(missing);
if (missing) console.warn(`No cluster is started: ${missing}`);
const kubectl = "found" in binaries ? binaries.found.kubectl : "";

const run = promisify(execFile);
const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
const isAlive = (pid: number) =>
  run("ps", ["-o", "stat=", "-p", String(pid)]).then(
    ({ stdout }) => !stdout.trim().startsWith("Z"),
    () => false,
  );
const named = (namespace: string) => ({ namespace });

interface Pod extends ApiObject {
  status?: {
    phase?: string;
    conditions?: { type: string; status: string; message?: string }[];
    containerStatuses?: {
      restartCount: number;
      state: { waiting?: { reason: string; message?: string } };
      lastState: { terminated?: { exitCode: number; reason: string } };
    }[];
  };
}

const podOf = (name: string, container: object = {}, spec: object = {}): ApiObject & { spec: object } => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "default" },
  spec: { containers: [{ name: "main", image: "acme/app:1", ...container }], ...spec },
});

describe.runIf(!missing)("a cluster with pretended nodes", () => {
  let running: RunningCluster;
  let cluster: Cluster;

  beforeAll(async () => {
    running = await startCluster({ nodes: "fake" });
    cluster = Cluster.fromKubeconfig(running.kubeconfig);
  }, 120_000);
  afterAll(() => running?.stop());

  const pod = async (name: string, holds: (pod: Pod) => boolean, timeoutMs?: number): Promise<Pod> => {
    const fieldSelector = `metadata.name=${name}`;
    const type = { apiVersion: "v1", kind: "Pod", ...named("default"), fieldSelector };
    const [found] = await until<Pod>(
      cluster,
      type,
      ([first]) => first !== undefined && holds(first),
      timeoutMs,
    );
    if (!found) throw new Error(`no pod ${name}`);
    return found;
  };
  const waiting = ({ status }: Pod) => status?.containerStatuses?.[0]?.state.waiting;
  const logs = (...args: string[]) => run(kubectl, ["--kubeconfig", running.kubeconfig, "logs", ...args]);

  it("makes a Deployment available", async () => {
    const labels = { app: "web" };
    await cluster.create({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web", namespace: "default" },
      spec: {
        replicas: 3,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: "web", image: "nginx" }] } },
      },
    } as ApiObject);
    await until<ApiObject & { status?: { availableReplicas?: number } }>(
      cluster,
      { apiVersion: "apps/v1", kind: "Deployment", ...named("default") },
      ([first]) => first?.status?.availableReplicas === 3,
    );
    const { stdout } = await logs("deployment/web");
    expect(stdout).toContain("image nginx, restart 0");
  });

  it("fails to pull an image tagged does-not-exist, in the kubelet's words", async () => {
    await cluster.create(podOf("gone", { image: "acme/app:does-not-exist" }));
    const { status } = await pod("gone", (each) => waiting(each)?.reason === "ImagePullBackOff");
    expect(status?.phase).toBe("Pending");
    expect(status?.containerStatuses?.[0]?.state.waiting?.message).toBe(
      'Back-off pulling image "acme/app:does-not-exist": ErrImagePull: rpc error: code = NotFound desc = failed to ' +
        'pull and unpack image "docker.io/acme/app:does-not-exist": failed to resolve reference ' +
        '"docker.io/acme/app:does-not-exist": docker.io/acme/app:does-not-exist: not found',
    );
    await expect(logs("gone")).rejects.toThrow(/is waiting to start/);
  });

  it("restarts a container whose image is tagged crash, and keeps its last words", async () => {
    const created = await cluster.create(podOf("bad", { image: "acme/app:crash" }));
    const { status } = await pod("bad", (each) => waiting(each)?.reason === "CrashLoopBackOff");
    const [container] = status?.containerStatuses ?? [];
    expect(container?.restartCount).toBe(1);
    expect(container?.lastState.terminated).toMatchObject({ exitCode: 1, reason: "Error" });
    expect(container?.state.waiting?.message).toBe(
      `back-off 10s restarting failed container=main pod=bad_default(${created.metadata.uid})`,
    );
    expect((await logs("bad", "--previous")).stdout).toContain("the process ended with an error");
    const again = await pod(
      "bad",
      (each) => (each.status?.containerStatuses?.[0]?.restartCount ?? 0) > 1,
      40_000,
    );
    expect(waiting(again)?.message).toMatch(/^back-off 20s /);
  });

  it("ends the pods of a Job as their command says", async () => {
    const never = { restartPolicy: "Never" };
    await cluster.create(podOf("well", { command: ["sh", "-c", "sleep 1"] }, never));
    await cluster.create(podOf("ill", { command: ["sh", "-c", "exit 3"] }, never));
    await pod("well", ({ status }) => status?.phase === "Succeeded");
    await pod("ill", ({ status }) => status?.phase === "Failed");
  });

  it("says why a pod fits on no node", async () => {
    await cluster.create({
      apiVersion: "scheduling.k8s.io/v1",
      kind: "PriorityClass",
      metadata: { name: "urgent" },
      value: 1000,
    } as ApiObject);
    const resources = { requests: { cpu: "1000" } };
    await cluster.create(podOf("large", { resources }, { priorityClassName: "urgent" }));
    const scheduled = ({ status }: Pod) => status?.conditions?.find(({ type }) => type === "PodScheduled");
    const found = await pod("large", (each) => scheduled(each)?.status === "False");
    expect(scheduled(found)?.message).toMatch(
      /^0\/3 nodes are available: 3 Insufficient cpu\..* preemption: /,
    );
    await until<ApiObject & { reason: string }>(
      cluster,
      { apiVersion: "v1", kind: "Event", ...named("default"), fieldSelector: "involvedObject.name=large" },
      (events) => events.some(({ reason }) => reason === "FailedScheduling"),
    );
  });

  it("binds a claim, lets it grow, and removes the volume with it", async () => {
    type Claim = ApiObject & { spec: { volumeName?: string }; status?: { phase: string; capacity?: object } };
    const ref = { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: "default", name: "data" };
    const claim = { ...ref, fieldSelector: "metadata.name=data", name: undefined };
    const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
    const metadata = { name: "data", namespace: "default" };
    await cluster.create({ apiVersion: "v1", kind: "PersistentVolumeClaim", metadata, spec } as ApiObject);
    const [bound] = await until<Claim>(cluster, claim, ([first]) => first?.status?.phase === "Bound");
    const volume = { apiVersion: "v1", kind: "PersistentVolume", name: bound?.spec.volumeName ?? "" };
    const folder = join(dirname(running.kubeconfig), "volumes", volume.name);
    expect(await exists(folder)).toBe(true);
    await cluster.patch(ref, { spec: { resources: { requests: { storage: "2Gi" } } } }, { type: "merge" });
    await until<Claim>(
      cluster,
      claim,
      ([first]) => JSON.stringify(first?.status?.capacity) === '{"storage":"2Gi"}',
    );
    await cluster.delete(ref);
    await until(cluster, { apiVersion: "v1", kind: "PersistentVolume" }, (volumes) => volumes.length === 0);
    expect(await exists(folder)).toBe(false);
  });

  it("keeps its objects while API server and etcd are killed and restarted", async () => {
    const metadata = { name: "kept", namespace: "default" };
    const kept = await cluster.create<ApiObject>({ apiVersion: "v1", kind: "ConfigMap", metadata });
    for (const name of ["kube-apiserver", "etcd"]) {
      const program = running.processes[name];
      const before = program?.pid;
      program?.kill("SIGKILL");
      await program?.restart();
      expect(program?.pid).not.toBe(before);
      const ref = { apiVersion: "v1", kind: "ConfigMap", ...metadata };
      expect((await cluster.get(ref)).metadata.uid).toBe(kept.metadata.uid);
    }
    await cluster.create(podOf("later"));
    await pod("later", ({ status }) => status?.phase === "Running");
  }, 120_000);

  it("writes who asked what into the audit log, without the control plane's own requests", async () => {
    const name = "system:serviceaccount:default:default";
    await expect(
      cluster.as(name).list({ apiVersion: "v1", kind: "Secret", ...named("default") }),
    ).rejects.toThrow();
    // What is after the last line's end is just being written.
    const events = async () =>
      (await readFile(running.audit, "utf8"))
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line));
    await expect.poll(events).toContainEqual(
      expect.objectContaining({
        level: "Metadata",
        verb: "list",
        impersonatedUser: expect.objectContaining({ username: name }),
        objectRef: expect.objectContaining({ resource: "secrets", namespace: "default" }),
        responseStatus: expect.objectContaining({ code: 403 }),
      }),
    );
    const users = new Set<string>((await events()).map(({ user }) => user.username));
    expect([...users].filter((user) => user !== "admin" && user !== "system:anonymous")).toEqual([]);
  });
});

describe.runIf(!missing)("a cluster's end", () => {
  const port = (url: string) => Number(new URL(url).port);
  it("leaves neither process nor folder nor port, for two at once", async () => {
    const clusters = await Promise.all([startCluster({ nodes: "none" }), startCluster({ nodes: "none" })]);
    const [first, second] = clusters.map(({ kubeconfig }) => Cluster.fromKubeconfig(kubeconfig));
    const metadata = { name: "mine", namespace: "default" };
    const object = { apiVersion: "v1", kind: "ConfigMap", metadata };
    await first?.create(object);
    expect(await second?.find({ apiVersion: "v1", kind: "ConfigMap", ...metadata })).toBeUndefined();
    const pids = clusters.flatMap(({ processes }) => Object.values(processes).map(({ pid }) => pid));
    await Promise.all(clusters.map((each) => each.stop()));
    expect(await Promise.all(pids.map(isAlive))).toEqual(pids.map(() => false));
    for (const { kubeconfig, url } of clusters) {
      expect(await exists(dirname(kubeconfig))).toBe(false);
      expect(await isFree(port(url))).toBe(true);
    }
  }, 120_000);

  it("comes with its parent's, even when that is killed", async () => {
    const script = `
      const { startCluster } = await import(${JSON.stringify(join(import.meta.dirname, "index.ts"))});
      const { kubeconfig, url, processes } = await startCluster({ nodes: "none" });
      const pids = Object.values(processes).map(({ pid }) => pid);
      console.log(JSON.stringify({ kubeconfig, url, pids }));
      setInterval(() => {}, 1000);`;
    const args = ["--disable-warning=ExperimentalWarning", "--input-type=module", "--eval", script];
    const parent = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = await once(createInterface({ input: parent.stdout }), "line");
    const { kubeconfig, url, pids } = JSON.parse(line) as { kubeconfig: string; url: string; pids: number[] };
    expect(await Promise.all(pids.map(isAlive))).toEqual(pids.map(() => true));
    parent.kill("SIGKILL");
    await eventually(
      "the end of every process",
      async () => !(await Promise.all(pids.map(isAlive))).includes(true),
    );
    await eventually("the folder's removal", async () => !(await exists(dirname(kubeconfig))));
    expect(await isFree(port(url))).toBe(true);
  }, 120_000);
});

describe.runIf(!missing && process.platform === "linux")("a cluster whose supervisor is killed", () => {
  it("is gone, its folder too, and says so", async () => {
    const said: string[] = [];
    const cluster = await startCluster({ nodes: "none", say: (line) => said.push(line) });
    const pids = Object.values(cluster.processes).map(({ pid }) => pid);
    const { stdout } = await run("ps", ["-o", "ppid=", "-p", String(pids[0])]);
    process.kill(Number(stdout), "SIGKILL");
    await eventually(
      "the end of every process",
      async () => !(await Promise.all(pids.map(isAlive))).includes(true),
    );
    await eventually("the folder's removal", async () => !(await exists(dirname(cluster.kubeconfig))));
    await expect
      .poll(() => said)
      .toContainEqual(expect.stringMatching(/^etcd was ended with its supervisor/));
    await expect(cluster.processes.etcd?.restart()).rejects.toThrow("its cluster has ended");
    await cluster.stop();
  }, 120_000);
});

describe.runIf(!missing)("a start that fails", () => {
  it("says that the port is in use", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    await expect(startCluster({ nodes: "none", port })).rejects.toThrow(`Port ${port} is in use`);
    server.close();
  });

  it("shows the end of the log of the program that ended, and leaves nothing", async () => {
    const dir = await mkdtemp(join(tmpdir(), "cluster-fails-"));
    const flags = { "kube-apiserver": { "no-such-flag": true } };
    await expect(startCluster({ nodes: "none", dir, flags })).rejects.toThrow(
      /^kube-apiserver ended with code 1\. The end of its log:\n[\s\S]*unknown flag: --no-such-flag/,
    );
    await rm(dir, { recursive: true });
  });
});
