import type { ProgramName, Source } from "./catalogue.ts";

/** Where the publisher offers a built program, and the checksum beside it. */
export interface Release {
  url: string;
  /** A file with a SHA-256 in hexadecimal: alone, or in lines of checksum and file name. */
  checksums: string;
  /** Path inside the `.tar.gz` at `url`; absent when the file is the program itself. */
  entry?: string;
}

const architectures: Record<string, string> = { x64: "amd64", arm64: "arm64" };

/** The publisher's release of a program for this machine, or undefined when there is none. */
export function releaseOf(
  { name, version }: Source,
  platform: string = process.platform,
  machine: string = process.arch,
): Release | undefined {
  const arch = architectures[machine];
  if (!arch || platform !== "linux") return undefined;
  const plain = version.slice(1);
  const github = (repository: string, file: string) =>
    `https://github.com/${repository}/releases/download/${version}/${file}`;
  const kubernetes = (): Release => {
    const url = `https://dl.k8s.io/release/${version}/bin/linux/${arch}/${name}`;
    return { url, checksums: `${url}.sha256` };
  };
  const containerd = (): Release => {
    const url = github("containerd/containerd", `containerd-${plain}-linux-${arch}.tar.gz`);
    return { url, checksums: `${url}.sha256sum`, entry: `bin/${name}` };
  };
  // Published as container images only.
  const none = () => undefined;
  const releases: Record<ProgramName, () => Release | undefined> = {
    "cluster-api-controller": none,
    "kubeadm-bootstrap-controller": none,
    "kubeadm-control-plane-controller": none,
    "capd-manager": none,
    "kube-apiserver": kubernetes,
    "kube-controller-manager": kubernetes,
    "kube-scheduler": kubernetes,
    "kube-proxy": kubernetes,
    kubectl: kubernetes,
    kubelet: kubernetes,
    containerd,
    "containerd-shim-runc-v2": containerd,
    ctr: containerd,
    etcd: () => ({
      url: github("etcd-io/etcd", `etcd-${version}-linux-${arch}.tar.gz`),
      checksums: github("etcd-io/etcd", "SHA256SUMS"),
      entry: `etcd-${version}-linux-${arch}/etcd`,
    }),
    kwok: () => {
      const url = github("kubernetes-sigs/kwok", `kwok-linux-${arch}`);
      return { url, checksums: `${url}.sha256` };
    },
    coredns: () => {
      const url = github("coredns/coredns", `coredns_${plain}_linux_${arch}.tgz`);
      return { url, checksums: `${url}.sha256`, entry: "coredns" };
    },
    helm: () => {
      const url = `https://get.helm.sh/helm-${version}-linux-${arch}.tar.gz`;
      return { url, checksums: `${url}.sha256sum`, entry: `linux-${arch}/helm` };
    },
  };
  return releases[name]();
}
