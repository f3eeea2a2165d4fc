import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cluster } from "../../lib/cluster/index.ts";
import { writeAccountKubeconfig, writeKubeconfig } from "../../scripts/start/bootstrap.ts";
import type { RunningCluster } from "../cluster/index.ts";
import { type ClusterKind, clusterKind } from "./kind.ts";

export interface TestClusterOptions {
  /** How many times faster than life simulated pods start; absent: nothing is simulated, the API alone. */
  speed?: number;
  /** The test takes the API server away and wants its state back: `outage()`. */
  durable?: boolean;
  /** Without the Hub's own definitions, which are there for a while otherwise, as when people begin to use the Hub. */
  bare?: boolean;
}

/** What differs from one kind of cluster to another. */
export interface Backend {
  /** Path of a kubeconfig for the administrator. */
  kubeconfig: string;
  /** Loopback port at which the hosts of Ingresses answer over HTTP; absent when nothing is simulated. */
  appsPort?: number;
  /** Path of the API server's audit log, where there is one. */
  audit?: string;
  /** The programs of a cluster that is ours to end and start, by name. */
  processes?: RunningCluster["processes"];
  /** Takes the API server away, as a crash would, until `end`, which gives it back at the same address. */
  outage(): Promise<{ end(): Promise<void> }>;
  /** Lets the API server hang: it takes connections and answers nothing, until `end`. */
  hang(): { end(): void };
  stop(): Promise<void>;
}

export interface TestCluster extends Backend {
  kind: ClusterKind;
  url: string;
  /** With an administrator's rights. */
  admin: Cluster;
  /**
   * Path of a kubeconfig with a token of exactly this service account, which must exist. Each process under test has
   * one of its own.
   */
  accountKubeconfig(namespace: string, name: string): Promise<string>;
  /** The same as a client. */
  account(namespace: string, name: string): Promise<Cluster>;
  /** A client that proves nothing, or has only this bearer token, whether the server knows it or not. */
  anonymous(token?: string): Cluster;
}

/** Starts the cluster that a test file runs on; nothing of an earlier test is in it. */
export async function startTestCluster(options: TestClusterOptions = {}): Promise<TestCluster> {
  const kind = clusterKind();
  const dir = await mkdtemp(join(tmpdir(), "hub-test-"));
  const remove = () => rm(dir, { recursive: true, force: true });
  let backend: Backend;
  try {
    backend = await startBackend(kind, dir, options);
  } catch (error) {
    await remove();
    throw error;
  }
  const admin = Cluster.fromKubeconfig(backend.kubeconfig);
  const accountKubeconfig = async (namespace: string, name: string) => {
    const file = join(dir, `${namespace}.${name}.kubeconfig`);
    await writeAccountKubeconfig(admin, name, file, { namespace, like: backend.kubeconfig });
    return file;
  };
  let strangers = 0;
  return {
    ...backend,
    kind,
    url: admin.url,
    admin,
    accountKubeconfig,
    account: async (namespace, name) => Cluster.fromKubeconfig(await accountKubeconfig(namespace, name)),
    anonymous(token) {
      strangers++;
      const file = join(dir, `stranger-${strangers}.kubeconfig`);
      writeKubeconfig(admin.url, file, { user: token ? { token } : {}, like: backend.kubeconfig });
      return Cluster.fromKubeconfig(file);
    },
    async stop() {
      await backend.stop();
      await remove();
    },
  };
}

/** Each kind brings a good deal of code: only what is asked for is read. */
async function startBackend(kind: ClusterKind, dir: string, options: TestClusterOptions): Promise<Backend> {
  if (kind === "sandbox") return (await import("./sandbox.ts")).startEmbedded(dir, options);
  if (kind !== "given") return (await import("./control-plane.ts")).startControlPlane(kind, options);
  return (await import("./given.ts")).joinGiven(dir, process.env.HUB_TEST_CLUSTER ?? "", options);
}
