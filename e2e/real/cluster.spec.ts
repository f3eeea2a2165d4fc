import { execFile, execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type AnyObject, Cluster } from "../../lib/cluster/index.ts";
import { root } from "../../scripts/runtime.mjs";
import { pushImage } from "../../tools/cluster/real/images.ts";
import { type RealCluster, startRealCluster } from "../../tools/cluster/real/index.ts";
import { PAGE, pages } from "./containers.ts";
import { expect, test } from "./hub.ts";

const run = promisify(execFile);
const LABELS = { app: "web" };
const IMAGE = "registry.example.com/tests/pages:1";

const deployment: AnyObject = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "default" },
  spec: {
    replicas: 2,
    selector: { matchLabels: LABELS },
    template: {
      metadata: { labels: LABELS },
      spec: {
        terminationGracePeriodSeconds: 0,
        containers: [
          {
            name: "web",
            image: IMAGE,
            readinessProbe: { httpGet: { path: "/", port: 8080 }, periodSeconds: 1 },
            volumeMounts: [{ name: "data", mountPath: "/data" }],
          },
        ],
        volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }],
      },
    },
  },
};

const around: AnyObject[] = [
  {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "data", namespace: "default" },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Mi" } } },
  },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "default" },
    spec: { type: "NodePort", selector: LABELS, ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }] },
  },
];

async function deployed(real: RealCluster): Promise<string[]> {
  const cluster = Cluster.fromKubeconfig(real.kubeconfig);
  await pushImage(real.registry, IMAGE, pages);
  for (const object of [...around, deployment]) await cluster.create(object);
  type Ready = AnyObject & { status?: { readyReplicas?: number } };
  const { name, namespace } = { name: "web", namespace: "default" };
  const ref = { apiVersion: "apps/v1", kind: "Deployment", name, namespace };
  const ready = async () => (await cluster.get<Ready>(ref)).status?.readyReplicas;
  await expect.poll(ready, { timeout: 60_000 }).toBe(2);
  const { items } = await cluster.list({ apiVersion: "v1", kind: "Pod", namespace });
  return items.map(({ metadata }) => metadata.name);
}

/** Where the programs of a node write when nothing keeps them from it. */
const PLACES = [
  "/run/containerd",
  "/run/netns",
  "/run/nginx.pid",
  "/var/lib/kubelet",
  "/var/lib/cni",
  "/var/lib/containerd",
  "/var/log/pods",
  "/var/log/containers",
  "/etc/cni",
  "/opt/cni",
  "/opt/containerd",
];
const SETTINGS = ["vm/overcommit_memory", "kernel/panic", "kernel/panic_on_oops", "net/ipv4/ip_forward"];

const cgroups = () =>
  ["", ...readdirSync("/sys/fs/cgroup")].flatMap((name) => {
    const folder = join("/sys/fs/cgroup", name);
    return statSync(folder).isDirectory()
      ? readdirSync(folder).flatMap((entry) =>
          entry.startsWith("hub-cluster-") ? [join(folder, entry)] : [],
        )
      : [];
  });

/** What a node could leave on a machine, besides processes. */
function machine() {
  const output = (program: string, ...args: string[]) => execFileSync(program, args, { encoding: "utf8" });
  const rules = (program: string) => output(program).replace(/^#.*\n/gm, "");
  return {
    links: output("ip", "-brief", "link"),
    rules: [rules("iptables-save"), rules("ip6tables-save")],
    mounts: readFileSync("/proc/self/mounts", "utf8"),
    settings: SETTINGS.map((name) => readFileSync(`/proc/sys/${name}`, "utf8")),
    places: PLACES.filter((place) => existsSync(place)),
    cgroups: cgroups(),
    folders: readdirSync(tmpdir()).filter((name) => name.startsWith("hub-cluster-real-")),
  };
}

/** Processes of this machine whose command line names the cluster's folder. */
function processesOf(dir: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(dir);
    } catch {
      // It has ended between the two looks.
      return false;
    }
  });
}

test("Pods reach each other by name and by the node's port, and share a volume", async ({ hub }) => {
  const [one = "", two = ""] = await deployed(hub.real);
  const busybox = async (pod: string, ...command: string[]) => {
    const args = ["--kubeconfig", hub.kubeconfig, "exec", pod, "--", "/bin/busybox", ...command];
    return (await run(hub.kubectl, args)).stdout;
  };
  expect(await busybox(one, "wget", "-qO-", "http://web.default.svc.cluster.local")).toContain(PAGE);
  expect(await busybox(two, "wget", "-qO-", "http://web")).toContain(PAGE);
  expect((await hub.real.inside("busybox", "wget", "-qO-", "http://10.254.0.2:30080")).stdout).toContain(
    PAGE,
  );
  await busybox(one, "sh", "-c", "echo kept > /data/file");
  expect(await busybox(two, "cat", "/data/file")).toBe("kept\n");
});

test("Nothing is left of a cluster that was stopped", async () => {
  const before = machine();
  const real = await startRealCluster();
  const dir = dirname(real.kubeconfig);
  try {
    await deployed(real);
    // There is something to leave, and it is not here.
    expect((await real.inside("iptables-save")).stdout).toContain("KUBE-SVC");
    expect((await real.inside("cat", "/proc/mounts")).stdout).toContain("overlay");
    expect(processesOf(dir).length).toBeGreaterThan(8);
    const { cgroups: made, folders, ...rest } = machine();
    expect(made.length).toBeGreaterThan(before.cgroups.length);
    expect(folders.length).toBe(before.folders.length + 1);
    expect(rest).toEqual({ ...rest, links: before.links, rules: before.rules, mounts: before.mounts });
  } finally {
    await real.stop();
  }
  expect(processesOf(dir)).toEqual([]);
  expect(machine()).toEqual(before);
});

test("Nothing is left of a cluster whose owner was killed", async () => {
  const before = machine();
  const owner = spawn(process.execPath, ["tools/cluster/main.ts", "--nodes", "real"], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  owner.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const kubeconfig = () => /^export KUBECONFIG=(.+)$/m.exec(said)?.[1];
  await expect.poll(kubeconfig, { timeout: 60_000 }).toBeDefined();
  const dir = dirname(kubeconfig() ?? "");
  expect(processesOf(dir).length).toBeGreaterThan(8);
  owner.kill("SIGKILL");
  await expect.poll(() => processesOf(dir), { timeout: 30_000 }).toEqual([]);
  await expect.poll(machine, { timeout: 30_000 }).toEqual(before);
});
