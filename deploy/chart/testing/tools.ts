import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { parseAllDocuments } from "yaml";
import { Cluster } from "../../../lib/cluster/index.ts";
import { findBinaries, type NodeFlavour, startCluster } from "../../../tools/cluster/index.ts";

const run = promisify(execFile);

export const chart = join(import.meta.dirname, "..");
export const NAMESPACE = "sealos-system";

/** Quotas made before the cluster knew the kinds that they bound are counted again after so long; usually 5 min. */
const COUNTING = { "kube-controller-manager": { "resource-quota-sync-period": "2s" } };

export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  [field: string]: unknown;
}

/** A fresh control plane without nodes, and the two programs of an administrator. */
export interface Workbench {
  cluster: Cluster;
  kubeconfig: string;
  /** Runs `helm`; resolves to what it prints, rejects with what it prints to its error stream. */
  helm(...args: string[]): Promise<string>;
  kubectl(...args: string[]): Promise<string>;
  /** `helm template`, parsed; `namespace` defaults to sealos-system. */
  template(args: string[], namespace?: string): Promise<{ text: string; objects: Manifest[] }>;
  /** `kubectl apply --server-side` of the text, as one file. */
  apply(text: string, ...args: string[]): Promise<string>;
  /** Makes the namespace as docs/operations.md says. */
  makeNamespace(name?: string): Promise<void>;
  /** Fills the Secret of the sessions, as the web server does at its first start. */
  fillSession(): Promise<void>;
  /** What is in it. */
  session(): Promise<string>;
  stop(): Promise<void>;
}

const SESSION = { apiVersion: "v1", kind: "Secret", name: "web-session", namespace: NAMESPACE };

export async function openWorkbench({ nodes = "none" }: { nodes?: NodeFlavour } = {}): Promise<Workbench> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const binaries = await findBinaries(["helm", "kubectl"], say);
  if ("missing" in binaries) throw new Error(binaries.missing);
  const { helm = "", kubectl = "" } = binaries.found;
  const directory = await mkdtemp(join(tmpdir(), "hub-chart-"));
  const control = await startCluster({ nodes, flags: COUNTING });
  const { kubeconfig } = control;
  const env = {
    ...process.env,
    KUBECONFIG: kubeconfig,
    HELM_CACHE_HOME: join(directory, "cache"),
    HELM_CONFIG_HOME: join(directory, "config"),
    HELM_DATA_HOME: join(directory, "data"),
    // The file is a scratch cluster's; others on this machine may read it.
    HELM_KUBECACHE: join(directory, "discovery"),
  };
  const call = async (program: string, args: string[]) => {
    try {
      return (await run(program, args, { env, maxBuffer: 64 << 20 })).stdout;
    } catch (error) {
      const { stderr, stdout } = error as { stderr?: string; stdout?: string };
      throw new Error(`${args.join(" ")}: ${stdout ?? ""}${stderr ?? error}`, { cause: error });
    }
  };
  const bench: Workbench = {
    cluster: Cluster.fromKubeconfig(kubeconfig),
    kubeconfig,
    helm: (...args) => call(helm, args),
    kubectl: (...args) => call(kubectl, ["--cache-dir", join(directory, "discovery"), ...args]),
    async template(args, namespace = NAMESPACE) {
      const text = await bench.helm("template", "sealos-hub", chart, "--namespace", namespace, ...args);
      return { text, objects: parse(text) };
    },
    async apply(text, ...args) {
      const file = join(directory, `${Math.random()}.yaml`);
      await writeFile(file, text);
      return bench.kubectl("apply", "--server-side", ...args, "-f", file);
    },
    async makeNamespace(name = NAMESPACE) {
      const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
      const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
      await bench.cluster.apply(namespace, { fieldManager: "administrator" });
    },
    async fillSession() {
      await bench.cluster.patch(SESSION, { data: { secret: btoa("kept") } }, { type: "merge" });
    },
    async session() {
      const { data } = (await bench.cluster.get(SESSION)) as unknown as { data: { secret: string } };
      return atob(data.secret);
    },
    async stop() {
      await control.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
  return bench;
}

/** The objects of a multi-document text. */
export function parse(text: string): Manifest[] {
  return parseAllDocuments(text)
    .map((document) => document.toJS() as Manifest | null)
    .filter((object) => object !== null);
}

/** `kind/namespace/name`, the same for every version of a kind. */
export function nameOf({ apiVersion, kind, metadata }: Manifest): string {
  const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "";
  return `${kind}.${group} ${metadata.namespace ?? ""}/${metadata.name}`;
}
