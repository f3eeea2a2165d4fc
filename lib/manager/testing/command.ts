import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import type { ClusterKind } from "../../../tools/testing/kind.ts";
import type { Cluster } from "../../cluster/index.ts";
import type { ContentStore, ImageSettings } from "../../images/index.ts";
import type { KubernetesObject } from "../../model/kubernetes.ts";

/** An older image: files, and what its configuration says. */
export async function putCommandImage(
  images: ContentStore,
  reference: string,
  files: Record<string, string>,
  settings: ImageSettings,
): Promise<void> {
  const bytes = Object.entries(files).map(([path, text]) => [path, new TextEncoder().encode(text)] as const);
  await images.put(reference, new Map(bytes), { createdAt: "2026-01-01T00:00:00.000Z", settings });
}

/** The Job of a command, once it is there. */
export async function untilJob(
  cluster: Cluster,
  namespace: string,
  fits: (job: KubernetesObject) => boolean = () => true,
): Promise<KubernetesObject> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; ) {
    const { items } = await cluster.list<KubernetesObject>({
      apiVersion: "batch/v1",
      kind: "Job",
      namespace,
    });
    const found = items.find((job) => job.metadata.name.includes("-command-") && fits(job));
    if (found) return { ...found, apiVersion: "batch/v1", kind: "Job" };
    await delay(50);
  }
  throw new Error(`no job turned up in ${namespace}`);
}

/**
 * Ends a Job's container as a kubelet would tell it, where no node runs any: with this exit code, and what it left as its
 * termination message. The Job's end is told by its controller, or by us where there is none.
 */
export async function playKubelet(
  cluster: Cluster,
  on: ClusterKind,
  job: KubernetesObject,
  { exitCode, message = "" }: { exitCode: number; message?: string },
): Promise<void> {
  const { namespace = "", name, uid = "" } = job.metadata;
  const pod = on === "sandbox" ? await ownPod(cluster, job) : await podOf(cluster, namespace, name);
  const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  const terminated = {
    exitCode,
    message,
    reason: exitCode ? "Error" : "Completed",
    startedAt: now,
    finishedAt: now,
  };
  const container = {
    name: "command",
    image: "runner",
    imageID: "",
    ready: false,
    restartCount: 0,
    started: false,
  };
  await cluster.patch(
    { apiVersion: "v1", kind: "Pod", namespace, name: pod },
    {
      status: {
        phase: exitCode ? "Failed" : "Succeeded",
        containerStatuses: [{ ...container, state: { terminated } }],
      },
    },
    { type: "merge", subresource: "status" },
  );
  if (on !== "sandbox") return;
  const type = exitCode ? "Failed" : "Complete";
  const condition = {
    type,
    status: "True",
    lastProbeTime: now,
    lastTransitionTime: now,
    reason: "BackoffLimitExceeded",
    message: "Job has reached the specified backoff limit",
  };
  await cluster.patch(
    { apiVersion: "batch/v1", kind: "Job", namespace, name },
    {
      metadata: { uid },
      status: {
        startTime: now,
        conditions: [condition],
        ...(exitCode ? { failed: 1 } : { succeeded: 1, completionTime: now }),
      },
    },
    { type: "merge", subresource: "status" },
  );
}

async function podOf(cluster: Cluster, namespace: string, job: string): Promise<string> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; ) {
    const { items } = await cluster.list<KubernetesObject>({
      ...{ apiVersion: "v1", kind: "Pod", namespace },
      labelSelector: `batch.kubernetes.io/job-name=${job}`,
    });
    const [pod] = items;
    if (pod) return pod.metadata.name;
    await delay(50);
  }
  throw new Error(`the job ${job} made no pod`);
}

async function ownPod(cluster: Cluster, { metadata, spec }: KubernetesObject): Promise<string> {
  const { namespace = "", name, uid = "" } = metadata;
  await cluster.create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `${name}-abcde`,
      namespace,
      labels: { "batch.kubernetes.io/job-name": name },
      ownerReferences: [{ apiVersion: "batch/v1", kind: "Job", name, uid, controller: true }],
    },
    spec: (spec as { template: { spec: object } }).template.spec,
  });
  return `${name}-abcde`;
}

/**
 * Does what the Job's container would, on this machine: its own scripts, with its files and values, as whoever the kubeconfig
 * is for.
 * @param programs paths of kubectl and helm
 * @returns what it left as its termination message
 */
export async function playContainer(
  cluster: Cluster,
  { metadata }: KubernetesObject,
  kubeconfig: string,
  programs: readonly string[],
): Promise<string> {
  const { namespace = "", name } = metadata;
  const get = (kind: string) =>
    cluster.get<KubernetesObject & Record<"data" | "binaryData", Record<string, string>>>({
      ...{ apiVersion: "v1", kind, namespace, name },
    });
  const [config, secret] = await Promise.all([get("ConfigMap"), get("Secret")]);
  const root = await mkdtemp(join(tmpdir(), "hub-container-"));
  const local = (text: string) =>
    text.replace(/(\/hub|\/work|\/dev\/termination-log)\b/g, (path) => join(root, path));
  try {
    await mkdir(join(root, "hub/bin"), { recursive: true });
    await mkdir(join(root, "dev"));
    for (const file of ["run.sh", "command.sh", "kubectl", "helm"]) {
      const path = join(root, "hub", file.endsWith(".sh") ? file : `bin/${file}`);
      await writeFile(path, local(config.data[file] ?? ""), { mode: 0o755 });
    }
    const archive = Buffer.from(config.binaryData["files.tar.gz"] ?? "", "base64");
    await writeFile(join(root, "hub/files.tar.gz"), archive);
    const values = Object.entries(secret.data).map(([key, value]) => [
      key,
      Buffer.from(value, "base64").toString("utf8"),
    ]);
    await writeFile(join(root, "kubeconfig"), withTokenInAddress(await readFile(kubeconfig, "utf8")));
    const path = [...programs.map((program) => dirname(program)), process.env.PATH].join(delimiter);
    const own = {
      PATH: path,
      HOME: join(root, "home"),
      KUBECONFIG: join(root, "kubeconfig"),
      HUB_MARK: name,
      HUB_START: "",
    };
    await promisify(execFile)("bash", ["--norc", join(root, "hub/run.sh")], {
      env: { ...process.env, ...Object.fromEntries(values), ...own },
    });
    return await readFile(join(root, "dev/termination-log"), "utf8");
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** kubectl and helm send no token over plain HTTP, but what is in the address they send. */
function withTokenInAddress(kubeconfig: string): string {
  const config = JSON.parse(kubeconfig) as {
    clusters: { cluster: { server: string } }[];
    users: { user: { token?: string } }[];
  };
  const url = new URL(config.clusters[0]?.cluster.server ?? "");
  if (url.protocol === "https:") return kubeconfig;
  url.username = "token";
  url.password = config.users[0]?.user.token ?? "";
  for (const { cluster } of config.clusters) cluster.server = url.href;
  return JSON.stringify(config);
}
