import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The programs that a cluster is made of, and the Go modules beside this file that pin them. */

const modules = join(import.meta.dirname, "..", "modules");

interface Program {
  /** Folder of `modules/`. */
  module: string;
  /** Go package of its `main`. */
  package: string;
}

const kubernetes = (name: string): Program => ({
  module: "kubernetes",
  package: `k8s.io/kubernetes/cmd/${name}`,
});
const containerd = (name: string): Program => ({
  module: "containerd",
  package: `github.com/containerd/containerd/v2/cmd/${name}`,
});
/** Managers of Cluster API, by the names of their container images. */
const clusterApi = (path: string): Program => ({
  module: "cluster-api",
  package: `sigs.k8s.io/cluster-api/${path}`,
});

export const programs = {
  etcd: { module: "etcd", package: "go.etcd.io/etcd/server/v3" },
  "kube-apiserver": kubernetes("kube-apiserver"),
  "kube-controller-manager": kubernetes("kube-controller-manager"),
  "kube-scheduler": kubernetes("kube-scheduler"),
  "kube-proxy": kubernetes("kube-proxy"),
  kubectl: kubernetes("kubectl"),
  kubelet: kubernetes("kubelet"),
  kwok: { module: "kwok", package: "sigs.k8s.io/kwok/cmd/kwok" },
  containerd: containerd("containerd"),
  "containerd-shim-runc-v2": containerd("containerd-shim-runc-v2"),
  ctr: containerd("ctr"),
  coredns: { module: "coredns", package: "github.com/coredns/coredns" },
  helm: { module: "helm", package: "helm.sh/helm/v4/cmd/helm" },
  "cluster-api-controller": clusterApi("core"),
  "kubeadm-bootstrap-controller": clusterApi("bootstrap/kubeadm"),
  "kubeadm-control-plane-controller": clusterApi("controlplane/kubeadm"),
  "capd-manager": clusterApi("test/infrastructure/docker"),
} satisfies Record<string, Program>;

export type ProgramName = keyof typeof programs;

/** The Go module that brings each folder's programs; its version is the programs' version. */
const versioned: Record<string, string> = {
  kubernetes: "k8s.io/kubernetes",
  etcd: "go.etcd.io/etcd/server/v3",
  kwok: "sigs.k8s.io/kwok",
  containerd: "github.com/containerd/containerd/v2",
  coredns: "github.com/coredns/coredns",
  helm: "helm.sh/helm/v4",
  "cluster-api": "sigs.k8s.io/cluster-api",
};

/** What one program is built from. */
export interface Source {
  name: ProgramName;
  package: string;
  /** Folder with go.mod and go.sum. */
  dir: string;
  /** Version with its `v`, as go.mod pins it. */
  version: string;
  /** Names the cache folder: module, version and a hash of go.mod and go.sum. */
  key: string;
  ldflags: string;
}

/** Reads a program's pinned version from its module. */
export function sourceOf(name: ProgramName): Source {
  const { module, package: pkg } = programs[name];
  const dir = join(modules, module);
  const mod = readFileSync(join(dir, "go.mod"), "utf8");
  const sum = readFileSync(join(dir, "go.sum"), "utf8");
  const path = versioned[module] ?? "";
  const line = mod.split("\n").find((each) =>
    each
      .trim()
      .replace(/^require /, "")
      .startsWith(`${path} v`),
  );
  const version = line
    ?.trim()
    .replace(/^require /, "")
    .split(" ")[1];
  if (!version) throw new Error(`${dir}/go.mod does not require ${path}`);
  const ldflags = `-s -w${stamps(module, version)}`;
  const hash = createHash("sha256").update(`${mod}\0${sum}\0${ldflags}`).digest("hex").slice(0, 12);
  return { name, package: pkg, dir, version, key: `${module}-${version}-${hash}`, ldflags };
}

/** Programs say the version that is stamped into them at link time; without it they say they are a development build. */
function stamps(module: string, version: string): string {
  const [, major, minor] = /^v(\d+)\.(\d+)\./.exec(version) ?? [];
  const set = (variables: Record<string, string | undefined>) =>
    Object.entries(variables)
      .map(([name, value]) => ` -X ${name}=${value}`)
      .join("");
  if (module === "kubernetes")
    return set({
      "k8s.io/component-base/version.gitVersion": version,
      "k8s.io/component-base/version.gitMajor": major,
      "k8s.io/component-base/version.gitMinor": minor,
      "k8s.io/component-base/version.gitTreeState": "clean",
    });
  if (module === "containerd") return set({ "github.com/containerd/containerd/v2/version.Version": version });
  if (module === "cluster-api")
    return set({
      "sigs.k8s.io/cluster-api/version.gitVersion": version,
      "sigs.k8s.io/cluster-api/version.gitMajor": major,
      "sigs.k8s.io/cluster-api/version.gitMinor": minor,
      "sigs.k8s.io/cluster-api/version.gitTreeState": "clean",
    });
  if (module === "helm")
    return set({
      "helm.sh/helm/v4/internal/version.version": version,
      "helm.sh/helm/v4/internal/version.gitTreeState": "clean",
    });
  return "";
}
