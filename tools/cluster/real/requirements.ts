import { ensurePackages } from "../../debian.ts";
import { findBinaries } from "../binaries/find.ts";

const BINARIES = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kubelet",
  "kube-proxy",
  "containerd",
  "containerd-shim-runc-v2",
  "coredns",
] as const;

/** Files that a node needs, and the Debian packages that bring them. */
const PACKAGES = {
  "/usr/bin/unshare": "util-linux",
  "/bin/ip": "iproute2",
  "/usr/sbin/runc": "runc",
  "/usr/lib/cni/ptp": "containernetworking-plugins",
  "/usr/sbin/iptables": "iptables",
  "/usr/sbin/conntrack": "conntrack",
  "/usr/bin/docker-registry": "docker-registry",
  "/usr/bin/buildah": "buildah",
  "/usr/sbin/nginx": "nginx-light",
  "/bin/busybox": "busybox-static",
};

/**
 * Finds, installs or builds what a cluster with a real node needs; returns the paths of the programs that are not
 * Debian's. Throws one sentence when something cannot be had.
 */
export async function requirements(say: (line: string) => void): Promise<Record<string, string>> {
  if (process.platform !== "linux" || process.getuid?.() !== 0)
    throw new Error("A cluster with a real node needs Linux and root; without, use --nodes fake.");
  const missing = ensurePackages(PACKAGES, say);
  if (missing) throw new Error(missing);
  const binaries = await findBinaries(BINARIES, say);
  if ("missing" in binaries) throw new Error(binaries.missing);
  return binaries.found;
}
