import type { KeyPair, Subject } from "./certificates.ts";
import type { Flags } from "./control-plane.ts";

export type NodeFlavour = "none" | "fake" | "real";

export interface ClusterOptions {
  /**
   * `none`: a control plane alone. `fake`: with nodes that only pretend to run pods (KWOK). `real`: with a node on this
   * machine (Linux and root).
   */
  nodes: NodeFlavour;
  /** Folder for everything; default: a fresh temporary one, removed on stop. One that is given is left there. */
  dir?: string;
  /** Told what happens, a line at a time. */
  say?: (line: string) => void;
  /** Port of the API server on loopback; default: a free one. */
  port?: number;
  /** Whether requests are logged (see `RunningCluster.audit`); default true. */
  audit?: boolean;
  /** Where the audit log is written instead of into the cluster's folder; it stays there. */
  auditFile?: string;
  /** The only controllers that kube-controller-manager runs; default: all. */
  controllers?: string[];
  /** Flags of the components beyond or instead of the usual, by component. */
  flags?: Partial<Record<string, Flags>>;
  /** For `fake`: how many nodes, and how large each; default 3 of 32 CPUs, 128Gi and 250 pods. */
  fake?: { count?: number; cpu?: string; memory?: string; pods?: string };
}

/** A program of the cluster. */
export interface ClusterProcess {
  readonly pid: number;
  kill(signal?: NodeJS.Signals): void;
  /** Ends it if it runs and starts it as it was; resolves when it does its work again. */
  restart(): Promise<void>;
}

export interface RunningCluster {
  /** Address of the API server; its authority is in the kubeconfig. */
  url: string;
  /** Path of the administrator's kubeconfig. */
  kubeconfig: string;
  /** Path of the audit log: JSON lines, `audit.k8s.io/v1` Events at Metadata level; without the control plane's own. */
  audit: string;
  /** Signs a certificate with the cluster's authority, for a client, or a server that the API server is to trust. */
  sign(subject: Subject): Promise<KeyPair>;
  /** By name: `etcd`, `kube-apiserver`, `kube-controller-manager`, `kube-scheduler`, `kwok`, … */
  processes: Record<string, ClusterProcess>;
  /** Ends everything and leaves nothing behind. */
  stop(): Promise<void>;
}
